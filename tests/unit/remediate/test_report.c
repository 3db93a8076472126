/* SPDX-License-Identifier: MIT */
/* What a person and a machine are told of a command, without a machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "remediate/report.h"
#include "tests/support/given.h"
#include "tests/support/journal_lines.h"
#include "tests/support/planned.h"

static struct outcome outcome;
static struct journal journal;
static struct text out;

static int clear(void **state)
{
    (void)state;
    planned_clear(&host);
    outcome_clear(&outcome);
    journal_clear(&journal);
    text_clear(&out);
    return 0;
}

/* A report of nothing but how `command` ended. */
static struct remediate_report report_of(const char *command, enum remediate_exit code,
                                         const char *message)
{
    (void)outcome_set(&outcome, code, "%s", message);
    return (struct remediate_report){ .command = command,
                                      .outcome = &outcome,
                                      .policy_source = "built-in" };
}

static void read_history(void)
{
    struct text bytes = { 0 };

    lines_history(&bytes);
    lines_decode(&bytes, &journal);
    text_clear(&bytes);
}

static void assert_says(const char *wanted)
{
    if (!strstr(text_string(&out), wanted))
        fail_msg("no '%s' in:\n%s", wanted, text_string(&out));
}

/* The JSON of `report`; new. */
static json_t *new_json(const struct remediate_report *report)
{
    struct error err = { 0 };
    json_error_t where;
    json_t *root;

    assert_true(remediate_report_json(report, &out, &err));
    root = json_loads(text_string(&out), JSON_REJECT_DUPLICATES, &where);
    if (!root)
        fail_msg("line %d: %s", where.line, where.text);
    return root;
}

static void assert_string_at(const json_t *object, const char *key, const char *expected)
{
    const char *is = json_string_value(json_object_get(object, key));

    if (!is || strcmp(is, expected) != 0)
        fail_msg("%s: '%s', expected '%s'", key, is ? is : "(none)", expected);
}

static void assert_integer_at(const json_t *object, const char *key, json_int_t expected)
{
    const json_t *is = json_object_get(object, key);

    if (!json_is_integer(is) || json_integer_value(is) != expected)
        fail_msg("%s: expected %d", key, (int)expected);
}

static void test_remediate_report_text_begins_with_the_outcome(void **state)
{
    static const struct {
        enum remediate_exit code;
        const char *line;
    } cases[] = {
        { EXIT_DONE, "APPLY DONE: x\n" },
        { EXIT_NEEDED, "APPLY NEEDED: x\n" },
        { EXIT_FAILED, "APPLY FAILED: x\n" },
        { EXIT_ERROR, "APPLY ERROR: x\n" },
        { EXIT_REFUSED, "APPLY REFUSED: x\n" },
        { EXIT_REBOOT, "APPLY DONE: x\n" },
        { EXIT_MANUAL, "APPLY MANUAL ACTION NEEDED: x\n" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct remediate_report report = report_of("apply", cases[i].code, "x");

        text_cut(&out, 0);
        remediate_report_text(&report, &out);

        assert_string_equal(text_string(&out), cases[i].line);
    }
}

static void test_remediate_report_text_shows_details_notes_and_reboot(void **state)
{
    struct remediate_report report = report_of("apply", EXIT_DONE, "x");
    (void)state;
    text_add(&outcome.details, "one more line\n");
    outcome.reboot = true;
    report.notes = "no tuned\nno proc";

    remediate_report_text(&report, &out);

    assert_string_equal(text_string(&out),
                        "APPLY DONE: x\none more line\nnote  no tuned\nnote  no proc\n"
                        "The written values take effect after the next reboot.\n");
}

static void test_remediate_report_text_tells_an_interrupted_run(void **state)
{
    struct remediate_report report = report_of("apply", EXIT_REFUSED, "x");
    (void)state;
    read_history();
    report.interrupted = journal_open_run(&journal);
    report.locked = true;

    remediate_report_text(&report, &out);

    assert_string_equal(
        text_string(&out),
        "APPLY REFUSED: x\nThe run c-4 was interrupted: `remediate_port_exhaustion undo` "
        "rolls it back; `apply` also does so first.\n");
}

/* Without the lock nobody knows whether the run that has no end is still at work. */
static void test_remediate_report_text_allows_for_a_run_under_way(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_DONE, "x");
    (void)state;
    read_history();
    report.interrupted = journal_open_run(&journal);

    remediate_report_text(&report, &out);

    assert_says("`apply` also does so first. If it is still in progress, wait until it "
                "finishes.\n");
}

static void test_remediate_report_text_shows_what_undo_put_back(void **state)
{
    struct remediate_report report = report_of("undo", EXIT_DONE, "x");
    (void)state;
    read_history();
    report.undo = journal_find(&journal, "u-2");

    remediate_report_text(&report, &out);

    assert_string_equal(text_string(&out),
                        "UNDO DONE: x\n\nchanges, in this order:\n"
                        "  1  remove /etc/sysctl.d/90-port-exhaustion.conf\n"
                        "  2  net.ipv4.tcp_tw_reuse: 1 -> 2\n");
}

static void test_remediate_report_text_shows_the_plan(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    (void)state;
    planned_init(&host, OS_LINUX);
    given_setting(&host.seen, "tcp_tw_reuse", 0);
    planned_make(&host);
    report.plan = &host.plan;
    report.verbosity = 1;

    remediate_report_text(&report, &out);

    assert_says("setting ");
    assert_says("\nchanges, in this order:\n  1  net.ipv4.tcp_tw_reuse: 0 -> 1\n"
                "  2  create " PLANNED_DROP_IN "\n");
    assert_says("\nnet.ipv4.tcp_tw_reuse: ");
    assert_says(" Risk: ");
    assert_says("\npolicy: built-in\n");
}

/* A widened range of Windows, and two listeners in its new part. */
static void plan_over_listeners(void)
{
    planned_init(&host, OS_WINDOWS);
    given_setting_range(&host.seen, "DynamicPortRangeTcp", 49152, 65535);
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 40000);
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 47001);
    planned_make(&host);
}

static void test_remediate_report_text_names_the_risks_of_this_host(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    (void)state;
    plan_over_listeners();
    report.plan = &host.plan;

    remediate_report_text(&report, &out);

    assert_says(
        " Risk: firewall rules that name the old range (RPC) must follow it.\n"
        "DynamicPortRangeTcp: risk: port 40000 (listener): the system may allocate "
        "it while the service is down\n"
        "DynamicPortRangeTcp: risk: port 47001 (listener): the system may allocate "
        "it while the service is down\n");
}

/* A setting of a site's policy: nobody says why, or what it may cost. */
static void test_remediate_report_text_has_no_empty_reason(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    (void)state;
    planned_init(&host, OS_LINUX);
    given_setting(&host.seen, "tcp_tw_reuse", 2);
    planned_make(&host);
    report.plan = &host.plan;
    ((char *)planned_item(&host, "tcp_tw_reuse")->result->why)[0] = '\0';

    remediate_report_text(&report, &out);

    assert_says("\nnet.ipv4.tcp_tw_reuse: Risk: none for outgoing connections: ");
    assert_null(strstr(text_string(&out), ": ."));
}

static void test_remediate_report_json_lists_the_risks_of_this_host(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    const json_t *settings;
    const json_t *risks;
    json_t *root;
    (void)state;
    plan_over_listeners();
    given_setting(&host.seen, "MaxUserPort", 65534);
    report.plan = &host.plan;

    root = new_json(&report);

    settings = json_object_get(root, "settings");
    risks = json_object_get(json_array_get(settings, 2), "risks");
    assert_int_equal(json_array_size(risks), 2);
    assert_string_equal(json_string_value(json_array_get(risks, 1)),
                        "port 47001 (listener): the system may allocate it while the "
                        "service is down");
    assert_string_at(json_array_get(settings, 2), "risk",
                     "firewall rules that name the old range (RPC) must follow it");
    assert_int_equal(
        json_array_size(json_object_get(json_array_get(settings, 4), "risks")), 0);
    assert_true(json_is_null(json_object_get(json_array_get(settings, 4), "risk")));
    json_decref(root);
}

static void test_remediate_report_changes_marks_what_waits(void **state)
{
    const struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    char place[] = "K\\V";
    char to[] = "30";
    const struct change change = {
        .kind = CHANGE_REGISTRY, .place = place, .to = to, .reboot = true
    };
    (void)state;

    remediate_report_changes(&report, &(struct remediate_changes){ &change, 1 }, &out);

    assert_string_equal(
        text_string(&out),
        "\nchanges, in this order:\n  1  K\\V: absent -> 30  (after a reboot)\n");
}

/* What a run made stands apart from what it did not. */
static void test_remediate_report_changes_tells_what_was_made(void **state)
{
    static const struct {
        enum remediate_exit code;
        uint32_t made;
        const char *text;
    } rows[] = {
        { EXIT_DONE, 3,
          "\nchanges made, in this order:\n  1  remove F\n  2  net.x: 1 -> 2\n" },
        { EXIT_DONE, 1,
          "\nchanges made, in this order:\n  1  remove F\n"
          "\nalready as wanted, not changed:\n  1  net.x: 1 -> 2\n" },
        { EXIT_REBOOT, 0,
          "\nalready as wanted, not changed:\n  1  remove F\n  2  net.x: 1 -> 2\n" },
        { EXIT_REFUSED, 0, "\nnot made:\n  1  remove F\n  2  net.x: 1 -> 2\n" },
        { EXIT_ERROR, 0, "\nnot made:\n  1  remove F\n  2  net.x: 1 -> 2\n" },
        { EXIT_FAILED, 0,
          "\nnot made, or rolled back:\n  1  remove F\n  2  net.x: 1 -> 2\n" },
        { EXIT_MANUAL, 2,
          "\nchanges made, in this order:\n  1  net.x: 1 -> 2\n"
          "\nnot made, or rolled back as far as possible:\n  1  remove F\n" },
    };
    char f[] = "F";
    char x[] = "net/x";
    char one[] = "1";
    char two[] = "2";
    const struct change changes[] = {
        { .kind = CHANGE_FILE, .place = f, .from = one },
        { .kind = CHANGE_SYSCTL, .place = x, .from = one, .to = two },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct remediate_report report = report_of("undo", rows[i].code, "x");

        report.ran = true;
        report.made = rows[i].made;
        text_cut(&out, 0);
        remediate_report_changes(&report, &(struct remediate_changes){ changes, 2 },
                                 &out);
        assert_string_equal(text_string(&out), rows[i].text);
    }
}

/* Four runs of two changes, and what became of each of these. */
static void test_remediate_report_history_lists_each_change(void **state)
{
    struct remediate_report report = { .boot = "boot2" };
    (void)state;
    read_history();
    journal.runs[0].uptime_s = 50;
    journal.runs[0].live_only = true;
    report.journal = &journal;

    remediate_report_history(&report, &out);

    assert_says("      net.ipv4.tcp_tw_reuse: 2 -> 1  (begun)\n"
                "      create /etc/sysctl.d/90-port-exhaustion.conf  (not made)\nb-3 ");
    assert_says("      net.ipv4.tcp_tw_reuse: 2 -> 1  (rolled back)\n"
                "      create /etc/sysctl.d/90-port-exhaustion.conf  (not made)\nu-2 ");
    assert_says("      remove /etc/sysctl.d/90-port-exhaustion.conf\n"
                "      net.ipv4.tcp_tw_reuse: 1 -> 2\na-1 ");
    assert_null(strstr(text_string(&out), "policy"));
    report.verbosity = 1;
    text_cut(&out, 0);
    remediate_report_history(&report, &out);
    assert_says("      create /etc/sysctl.d/90-port-exhaustion.conf\n      policy ");
    assert_says(", boot boot, 50 s after the boot\n"
                "      live only: nothing was kept for the next boot\n");
}

static void test_remediate_report_history_begins_with_the_newest(void **state)
{
    struct remediate_report report = { 0 };
    const char *open;
    const char *undo;
    const char *first;
    (void)state;
    read_history();

    report.journal = &journal;

    remediate_report_history(&report, &out);

    open = strstr(text_string(&out), "\nc-4 ");
    undo = strstr(text_string(&out), "\nu-2 ");
    first = strstr(text_string(&out), "\na-1 ");
    assert_true(open && undo && first && open < undo && undo < first);
    assert_says("undo of a-1");
    assert_says("interrupted");
    assert_says("undone");
}

static void test_remediate_report_json_has_the_outcome(void **state)
{
    struct remediate_report report = report_of("apply", EXIT_REBOOT, "x");
    json_t *root;
    (void)state;
    text_add(&outcome.details, "a\nb\n");

    root = new_json(&report);

    assert_string_at(root, "command", "apply");
    assert_string_at(root, "outcome", "done");
    assert_string_at(root, "message", "x");
    assert_string_at(root, "policy", "built-in");
    assert_integer_at(root, "schema", 2);
    assert_int_equal(json_integer_value(json_object_get(root, "exit_code")), 3010);
    assert_int_equal(json_array_size(json_object_get(root, "details")), 2);
    assert_true(json_is_null(json_object_get(root, "interrupted")));
    assert_null(json_object_get(root, "changes"));
    json_decref(root);
}

static void
test_remediate_report_json_has_the_settings_as_the_check_has_them(void **state)
{
    struct remediate_report report = report_of("plan", EXIT_NEEDED, "x");
    const json_t *setting;
    json_t *root;
    (void)state;
    planned_init(&host, OS_LINUX);
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    planned_make(&host);
    report.plan = &host.plan;

    root = new_json(&report);

    setting = json_array_get(json_object_get(root, "settings"), 0);
    assert_string_at(setting, "value", "32768-60999");
    assert_true(json_is_null(json_object_get(setting, "no_value")));
    assert_integer_at(json_object_get(setting, "accepted"), "min", 28232);
    assert_true(
        json_is_null(json_object_get(json_object_get(setting, "accepted"), "max")));
    assert_true(json_is_null(json_object_get(setting, "at_boot")));
    assert_int_equal(json_integer_value(json_object_get(setting, "change_count")), 1);
    json_decref(root);
}

static void test_remediate_report_json_lists_what_undo_put_back(void **state)
{
    struct remediate_report report = report_of("undo", EXIT_DONE, "x");
    const json_t *changes;
    json_t *root;
    (void)state;
    read_history();
    report.undo = journal_find(&journal, "u-2");

    root = new_json(&report);

    changes = json_object_get(root, "changes");
    assert_int_equal(json_array_size(changes), 2);
    assert_string_at(json_array_get(changes, 0), "kind", "file");
    assert_true(json_is_null(json_object_get(json_array_get(changes, 0), "to")));
    assert_string_at(json_array_get(changes, 1), "place", "net.ipv4.tcp_tw_reuse");
    assert_integer_at(json_array_get(changes, 1), "from", 1);
    assert_integer_at(json_array_get(changes, 1), "to", 2);
    assert_true(json_is_false(json_object_get(json_array_get(changes, 1), "made")));
    json_decref(root);
}

static void test_remediate_report_json_lists_runs_and_the_open_one(void **state)
{
    struct remediate_report report = report_of("history", EXIT_DONE, "x");
    const json_t *runs;
    json_t *root;
    (void)state;
    read_history();
    report.journal = &journal;
    report.interrupted = journal_open_run(&journal);

    root = new_json(&report);

    runs = json_object_get(root, "runs");
    assert_int_equal(json_array_size(runs), 4);
    assert_string_at(root, "interrupted", "c-4");
    assert_string_at(json_array_get(runs, 0), "id", "c-4");
    assert_true(json_is_null(json_object_get(json_array_get(runs, 0), "end")));
    assert_string_at(json_array_get(runs, 2), "undoes", "a-1");
    assert_true(json_is_true(json_object_get(json_array_get(runs, 3), "undone")));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_remediate_report_text_begins_with_the_outcome,
                                  clear),
        cmocka_unit_test_teardown(
            test_remediate_report_text_shows_details_notes_and_reboot, clear),
        cmocka_unit_test_teardown(test_remediate_report_text_tells_an_interrupted_run,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_text_allows_for_a_run_under_way,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_text_shows_what_undo_put_back,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_text_shows_the_plan, clear),
        cmocka_unit_test_teardown(test_remediate_report_text_names_the_risks_of_this_host,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_text_has_no_empty_reason, clear),
        cmocka_unit_test_teardown(test_remediate_report_json_lists_the_risks_of_this_host,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_changes_marks_what_waits, clear),
        cmocka_unit_test_teardown(test_remediate_report_changes_tells_what_was_made,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_history_lists_each_change, clear),
        cmocka_unit_test_teardown(test_remediate_report_history_begins_with_the_newest,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_json_has_the_outcome, clear),
        cmocka_unit_test_teardown(
            test_remediate_report_json_has_the_settings_as_the_check_has_them, clear),
        cmocka_unit_test_teardown(test_remediate_report_json_lists_what_undo_put_back,
                                  clear),
        cmocka_unit_test_teardown(test_remediate_report_json_lists_runs_and_the_open_one,
                                  clear),
    };

    return cmocka_run_group_tests_name("remediate/report", tests, NULL, NULL);
}
