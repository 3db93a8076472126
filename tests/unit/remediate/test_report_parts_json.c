/* SPDX-License-Identifier: MIT */
/* Values, changes and runs for machines: one form of each, wherever it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/report_parts_json.h"
#include "tests/support/hostile.h"
#include "tests/support/journal_lines.h"
#include "tests/support/json_at.h"

static struct journal journal;

static int clear(void **state)
{
    (void)state;
    journal_clear(&journal);
    return 0;
}

/* The JSON of one change that was made; new. */
static json_t *new_changes(const struct change *change)
{
    json_t *changes = report_json_changes(change, 1, 1);

    assert_non_null(changes);
    return changes;
}

static void test_report_json_changes_keeps_the_lines_of_a_file(void **state)
{
    static char setting[] = "drop_in";
    static char place[] = "/etc/sysctl.d/90-x.conf";
    static char from[] = "# a\n\nb = 1\n";
    static char to[] = "10000 65535\n";
    json_t *changes = new_changes(
        &(struct change){ CHANGE_FILE, setting, place, from, to, .reboot = false });
    (void)state;

    assert_string_equal(json_at(changes, "0.from"), "\"# a\\n\\nb = 1\\n\"");
    assert_string_equal(json_at(changes, "0.to"), "\"10000 65535\\n\"");
    json_decref(changes);
}

static void test_report_json_changes_makes_a_file_harmless(void **state)
{
    static char to[] = "a\x1B[2J\xE2\x80\xAE\xC2\x9B\xFF\r\n\tb";
    struct change change = given_drop_in;
    struct text printed = { 0 };
    json_t *changes;
    (void)state;
    change.to = to;

    changes = new_changes(&change);

    text_add(&printed,
             json_string_value(json_object_get(json_array_get(changes, 0), "to")));
    assert_printable("a file", &printed);
    assert_int_equal(count_of(&printed, '\n'), 1);
    assert_int_equal(count_of(&printed, '\t'), 0);
    text_clear(&printed);
    json_decref(changes);
}

static void test_report_json_changes_has_numbers_ranges_and_texts(void **state)
{
    static const struct {
        const char *place;
        const char *value;
        const char *json;
    } rows[] = {
        { "net/ipv4/tcp_tw_reuse", "2", "2" },
        { "net/ipv4/ip_local_port_range", "10000 65535", "\"10000-65535\"" },
        { "net/ipv4/ip_local_port_range", "a b", "\"a b\"" },
        { "net/ipv4/tcp_rmem", "4096 131072", "\"4096 131072\"" },
        { "net/ipv4/ip_local_reserved_ports", "8080,9000-9010", "\"8080,9000-9010\"" },
        { "net/ipv4/ip_local_reserved_ports", "a\nb", "\"a b\"" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct change change = given_reuse;
        json_t *changes;

        change.place = (char *)rows[i].place;
        change.to = (char *)rows[i].value;
        change.from = NULL;
        changes = new_changes(&change);
        if (strcmp(json_at(changes, "0.to"), rows[i].json) != 0)
            fail_msg("%s %s: %s", rows[i].place, rows[i].value, json_at(changes, "0.to"));
        assert_string_equal(json_at(changes, "0.from"), "null");
        json_decref(changes);
    }
}

/* Run `number` of the history for machines, on trial until 1600; new. */
static json_t *new_run_on_trial(size_t number)
{
    struct text bytes = { 0 };
    json_t *run;

    lines_history(&bytes);
    lines_decode(&bytes, &journal);
    text_clear(&bytes);
    journal.runs[number].trial_until_s = 1600;
    run = report_json_run(&journal.runs[number], &journal, "boot2");
    assert_non_null(run);
    return run;
}

static void test_report_json_run_tells_its_trial_as_status_does(void **state)
{
    json_t *run = new_run_on_trial(0);
    (void)state;

    assert_string_equal(json_at(run, "trial"), "{\"state\":\"undone\",\"until\":1600}");
    json_decref(run);
    run = report_json_run(&journal.runs[1], &journal, "boot2");
    assert_string_equal(json_at(run, "trial"), "null");
    json_decref(run);
}

static void test_report_json_run_tells_a_trial_that_was_rolled_back(void **state)
{
    json_t *run = new_run_on_trial(2);
    (void)state;

    assert_string_equal(json_at(run, "outcome"), "\"restored\"");
    assert_string_equal(json_at(run, "trial"), "{\"state\":null,\"until\":1600}");
    json_decref(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report_json_changes_keeps_the_lines_of_a_file),
        cmocka_unit_test(test_report_json_changes_makes_a_file_harmless),
        cmocka_unit_test(test_report_json_changes_has_numbers_ranges_and_texts),
        cmocka_unit_test_teardown(test_report_json_run_tells_its_trial_as_status_does,
                                  clear),
        cmocka_unit_test_teardown(test_report_json_run_tells_a_trial_that_was_rolled_back,
                                  clear),
    };

    return cmocka_run_group_tests_name("remediate/report_parts_json", tests, NULL, NULL);
}
