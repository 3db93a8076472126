/* SPDX-License-Identifier: MIT */
/* What the next boot brings and what a remediation left: never a reason to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "checks/model/service_ports.h"
#include "tests/support/given.h"
#include "tests/support/journal_lines.h"
#include "tests/support/observed.h"

/* A Linux whose settings alone are asked for. */
static int given_host(void **state)
{
    (void)state;
    given_fixture(1U << METRIC_MISCONFIGURED);
    return 0;
}

static void observe_journal_of(const struct text *lines)
{
    fixture.journal = text_string(lines);
    must_observe_fixture();
}

static int64_t waiting_since_s(const char *setting)
{
    for (size_t i = 0; i < seen.setting_count; i++)
        if (strcmp(seen.settings[i].name, setting) == 0)
            return seen.settings[i].waiting_since_s;
    fail_msg("%s was not observed", setting);
    return -1;
}

static void test_observe_keeps_what_the_next_boot_brings(void **state)
{
    (void)state;

    fixture.boot = BOOT_UNSET;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.settings[0].boot, BOOT_UNSET);
    assert_int_equal(seen.settings[seen.setting_count - 1].boot, BOOT_UNSET);
    assert_int_equal(seen.note_count, 0);
}

static void test_observe_notes_files_that_it_may_not_read(void **state)
{
    (void)state;

    fixture.boot = BOOT_UNSET;
    (void)error_set(&fixture.boot_failure, ERR_DENIED,
                    "cannot read '/etc/sysctl.d/x.conf': Permission denied");

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.settings[0].boot, BOOT_UNKNOWN);
    assert_int_equal(seen.settings[0].presence, SETTING_SET);
    assert_int_equal(seen.note_count, 1);
    assert_string_equal(seen.notes[0], "values for the next boot not read: cannot read "
                                       "'/etc/sysctl.d/x.conf': Permission denied");
}

static void test_observe_without_a_journal_says_nothing(void **state)
{
    (void)state;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.note_count, 0);
    assert_int_equal(seen.interrupted_since_s, 0);
}

static void test_observe_knows_an_interrupted_remediation(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_history(&lines);
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, LINES_TIME_S + 30);
    assert_int_equal(seen.note_count, 0);
}

/* Linux reserves ports, and so counts for itself which it does not. */
static void test_observe_counts_the_services_in_a_range_of_windows(void **state)
{
    const struct port_range wide = { 1024, 65534 };
    (void)state;

    fixture.os = (struct os_version){ OS_WINDOWS, 10, 0, 0 };
    fixture.setting_range = wide;
    assert_true(observe_fixture(NULL));

    for (size_t i = 0; i < seen.setting_count; i++)
        assert_int_equal(seen.settings[i].service_ports,
                         seen.settings[i].value.kind == SETTING_PORT_RANGE
                             ? service_ports_open(wide, NULL)
                             : 0);
    fixture.os.kind = OS_LINUX;
    memset(&seen, 0, sizeof seen);
    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.settings[0].value.range.first, 1024);
    assert_int_equal(seen.settings[0].service_ports, 0);
}

/* The journal and the files are the host's. */
static void test_observe_leaves_the_host_out_of_another_network(void **state)
{
    struct text lines = { 0 };
    (void)state;

    fixture.scope = SETTINGS_OF_NAMESPACE;
    lines_begin(&lines, &(struct lines_run){ "a-1", "apply", "", "boot", 0 },
                &given_reuse, 1);
    observe_journal_of(&lines);

    assert_int_equal(seen.settings_scope, SETTINGS_OF_NAMESPACE);
    assert_int_equal(seen.interrupted_since_s, 0);
    assert_int_equal(seen.note_count, 1);
    assert_string_equal(seen.notes[0],
                        "not the network namespace of PID 1: the files of this host say "
                        "nothing of its next settings");
    fixture.scope = SETTINGS_OF_CONTAINER;
    memset(&seen, 0, sizeof seen);
    observe_journal_of(&lines);
    assert_int_equal(seen.settings_scope, SETTINGS_OF_CONTAINER);
    assert_int_equal(seen.interrupted_since_s, 1);
    assert_int_equal(seen.note_count, 0);
    text_clear(&lines);
}

static void test_observe_knows_one_that_began_without_a_clock(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_begin(&lines, &(struct lines_run){ "a-1", "apply", "", "boot", 0 },
                &given_reuse, 1);
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, 1);
}

static void test_observe_finds_a_remediation_that_ended_in_order(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_applied(&lines, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                  &given_reuse);
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, 0);
    assert_int_equal(waiting_since_s("tcp_tw_reuse"), 0);
}

/* The fixture says that this is "this boot". */
static void given_delay_written_in(const char *boot)
{
    static struct change delay = { .kind = CHANGE_REGISTRY,
                                   .setting = "TcpTimedWaitDelay",
                                   .place = "HKLM\\TcpTimedWaitDelay",
                                   .to = "dword:30",
                                   .reboot = true };
    struct text lines = { 0 };

    fixture.os = (struct os_version){ OS_WINDOWS, 10, 0, 20348 };
    lines_applied(&lines, &(struct lines_run){ "a-1", "apply", "", boot, LINES_TIME_S },
                  &delay);
    observe_journal_of(&lines);
    text_clear(&lines);
}

static void test_observe_knows_what_waits_for_a_reboot(void **state)
{
    (void)state;

    given_delay_written_in("this boot");

    assert_int_equal(waiting_since_s("TcpTimedWaitDelay"), LINES_TIME_S);
    assert_int_equal(waiting_since_s("StrictTimeWaitSeqCheck"), 0);
}

static void test_observe_lets_nothing_wait_after_the_reboot(void **state)
{
    (void)state;

    given_delay_written_in("the boot before");

    assert_int_equal(waiting_since_s("TcpTimedWaitDelay"), 0);
}

/* Of a run that was interrupted on that machine, in that network. */
static int64_t interrupted_since_s(const char *machine, const char *network)
{
    struct journal_run run = { .id = "a-1", .time_s = LINES_TIME_S, .uptime_s = -1 };
    struct text lines = { 0 };

    (void)snprintf(run.machine, sizeof run.machine, "%s", machine);
    (void)snprintf(run.network, sizeof run.network, "%s", network);
    assert_true(journal_encode_begin(&run, &lines, NULL));
    observe_journal_of(&lines);
    text_clear(&lines);
    return seen.interrupted_since_s;
}

/* An image was made while a run was under way there: here is nothing to roll back. */
static void test_observe_tells_no_interrupted_run_of_another_machine(void **state)
{
    (void)state;

    assert_int_equal(interrupted_since_s("652e9bd6", ""), 0);
    assert_int_equal(interrupted_since_s("fc27ca6c", ""), LINES_TIME_S); /* our own */
}

/* Nor is there of a run by `ip netns exec`: its values are those of that namespace. */
static void test_observe_tells_no_interrupted_run_of_another_network(void **state)
{
    (void)state;

    assert_int_equal(interrupted_since_s("fc27ca6c", "cookie 4097"), 0);
    assert_int_equal(interrupted_since_s("", "cookie 4097"), 0);
}

static void test_observe_notes_a_journal_of_a_newer_version(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_raw(&lines, "{\"record\":\"begin\",\"id\":\"a-1\",\"schema\":3}");
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.note_count, 1);
    assert_string_equal(seen.notes[0],
                        "journal of the remediation not read: the journal was written by "
                        "a newer version of port-exhaustion (schema 3, this one reads up "
                        "to 2): install that version, or move the journal away");
}

static void test_observe_notes_a_damaged_journal_and_goes_on(void **state)
{
    struct text lines = { 0 };
    (void)state;

    text_add(&lines, "rubbish\n");
    lines_history(&lines);
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, 0);
    assert_int_equal(seen.setting_count, given_setting_count(OS_LINUX));
    assert_int_equal(seen.note_count, 1);
    assert_string_equal(seen.notes[0], "journal of the remediation not read: line 1: the "
                                       "checksum is wrong: the line was changed");
}

static void test_observe_passes_over_a_last_line_that_was_cut(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_history(&lines);
    text_cut(&lines, lines.length - 5);
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, LINES_TIME_S + 30);
    assert_int_equal(seen.note_count, 0);
}

static void test_observe_asks_the_journal_that_the_caller_holds(void **state)
{
    struct text lines = { 0 };
    struct journal journal = { 0 };
    (void)state;

    lines_history(&lines);
    lines_decode(&lines, &journal);
    text_clear(&lines);
    request.journal = &journal;
    text_add(&lines, "rubbish\nof the host\n");
    observe_journal_of(&lines);
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, LINES_TIME_S + 30);
    assert_int_equal(seen.note_count, 0);
    journal_clear(&journal);
}

static void test_observe_of_sockets_alone_asks_for_neither(void **state)
{
    struct text lines = { 0 };
    (void)state;

    lines_history(&lines);
    (void)error_set(&fixture.boot_failure, ERR_DENIED, "Permission denied");
    fixture.journal = text_string(&lines);
    request.metrics = 1U << METRIC_TIME_WAIT;
    assert_true(observe_fixture(NULL));
    text_clear(&lines);

    assert_int_equal(seen.interrupted_since_s, 0);
    assert_int_equal(seen.note_count, 1); /* of the TCP read */
}

#define OBSERVE_TEST(test) cmocka_unit_test_setup(test, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBSERVE_TEST(test_observe_counts_the_services_in_a_range_of_windows),
        OBSERVE_TEST(test_observe_leaves_the_host_out_of_another_network),
        OBSERVE_TEST(test_observe_keeps_what_the_next_boot_brings),
        OBSERVE_TEST(test_observe_notes_files_that_it_may_not_read),
        OBSERVE_TEST(test_observe_without_a_journal_says_nothing),
        OBSERVE_TEST(test_observe_knows_an_interrupted_remediation),
        OBSERVE_TEST(test_observe_knows_one_that_began_without_a_clock),
        OBSERVE_TEST(test_observe_finds_a_remediation_that_ended_in_order),
        OBSERVE_TEST(test_observe_knows_what_waits_for_a_reboot),
        OBSERVE_TEST(test_observe_lets_nothing_wait_after_the_reboot),
        OBSERVE_TEST(test_observe_tells_no_interrupted_run_of_another_machine),
        OBSERVE_TEST(test_observe_tells_no_interrupted_run_of_another_network),
        OBSERVE_TEST(test_observe_notes_a_journal_of_a_newer_version),
        OBSERVE_TEST(test_observe_notes_a_damaged_journal_and_goes_on),
        OBSERVE_TEST(test_observe_asks_the_journal_that_the_caller_holds),
        OBSERVE_TEST(test_observe_passes_over_a_last_line_that_was_cut),
        OBSERVE_TEST(test_observe_of_sockets_alone_asks_for_neither),
    };

    return cmocka_run_group_tests_name("host/observe_settings", tests, NULL, NULL);
}
