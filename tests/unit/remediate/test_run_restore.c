/* SPDX-License-Identifier: MIT */
/* What the next start does with a run that was interrupted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "remediate/run.h"
#include "tests/support/given_run.h"
#include "tests/support/recording_writer.h"

/* An interrupted run: everything is written but the end record. */
struct interrupted {
    struct given_run given;
};

/* Dies after so many writes and appends of the apply. */
static void interrupt(struct interrupted *broken, size_t after)
{
    struct given_run *given = &broken->given;

    *broken = (struct interrupted){ 0 };
    given_run(given);
    given->machine.dies_after = after;
    assert_false(given_apply(given));
    given_restart(given);
    assert_non_null(journal_open_run(&given->ledger.journal));
}

static bool recover(struct interrupted *broken)
{
    return given_recover(&broken->given);
}

static void clear(struct interrupted *broken)
{
    given_run_clear(&broken->given);
}

static void expect_journal(struct interrupted *broken, enum run_outcome outcome,
                           const char *message)
{
    struct journal now = { 0 };

    given_journal(&broken->given, &now);
    assert_int_equal(now.count, 1);
    assert_int_equal(now.runs[0].outcome, outcome);
    assert_string_equal(now.runs[0].message, message);
    journal_clear(&now);
}

static void test_run_recover_puts_back_and_ends_the_run(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 10);

    assert_true(recover(&broken));

    assert_true(given_holds(&broken.given, given_old));
    assert_int_equal(broken.given.report.outcome, RUN_RESTORED);
    assert_true(broken.given.report.touched);
    assert_int_equal(broken.given.report.failure.code, ERR_NONE);
    expect_journal(&broken, RUN_RESTORED, "run 'r-1' was interrupted");
    clear(&broken);
}

static void test_run_recover_leaves_what_was_never_begun(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 4);
    recording_writer_change(&broken.given.machine, given_places[2], given_new[2]);

    assert_true(recover(&broken));

    assert_string_equal(recording_writer_value(&broken.given.machine, given_places[2]),
                        given_new[2]);
    assert_string_equal(recording_writer_value(&broken.given.machine, given_places[0]),
                        "2");
    clear(&broken);
}

static void test_run_recover_leaves_what_holds_the_old_value(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 2);

    assert_true(recover(&broken));

    assert_int_equal(broken.given.machine.writes, 0);
    expect_journal(&broken, RUN_RESTORED, "run 'r-1' was interrupted");
    clear(&broken);
}

static void test_run_recover_names_what_someone_else_changed(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 10);
    recording_writer_change(&broken.given.machine, given_places[0], "0");
    recording_writer_change(&broken.given.machine, given_places[1], "# mine\n");

    assert_false(recover(&broken));

    assert_string_equal(
        text_string(&broken.given.report.left),
        "/etc/sysctl.d/90-port-exhaustion.conf (tcp_tw_reuse) has other contents "
        "(someone else changed it); to restore it manually: remove "
        "/etc/sysctl.d/90-port-exhaustion.conf\n"
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '0' (someone else changed it); to "
        "restore it manually: sysctl -w net.ipv4.tcp_tw_reuse=\"2\"\n");
    assert_int_equal(broken.given.report.outcome, RUN_INCOMPLETE);
    assert_string_equal(broken.given.report.failure.message, "run 'r-1' was interrupted");
    assert_string_equal(recording_writer_value(&broken.given.machine, given_places[0]),
                        "0");
    assert_string_equal(recording_writer_value(&broken.given.machine, given_places[2]),
                        "49152-65535");
    expect_journal(&broken, RUN_INCOMPLETE,
                   "run 'r-1' was interrupted; not restored: net.ipv4.tcp_tw_reuse, "
                   "/etc/sysctl.d/90-port-exhaustion.conf");
    clear(&broken);
}

/* The run was interrupted in the boot "one"; it is recovered in `boot`. */
static void interrupt_in_boot_one(struct interrupted *broken, const char *boot)
{
    struct journal_run *run;

    interrupt(broken, 10);
    run = &broken->given.ledger.journal.runs[0];
    free(run->boot);
    run->boot = calloc(1, sizeof "one");
    assert_non_null(run->boot);
    memcpy(run->boot, "one", sizeof "one");
    broken->given.boot = boot;
    recording_writer_change(&broken->given.machine, given_places[0], "0");
}

static void test_run_recover_leaves_a_sysctl_that_a_later_boot_gave(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt_in_boot_one(&broken, "two");

    assert_true(recover(&broken));

    assert_string_equal(recording_writer_value(&broken.given.machine, given_places[0]),
                        "0");
    assert_null(recording_writer_value(&broken.given.machine, given_places[1]));
    assert_string_equal(text_string(&broken.given.report.left), "");
    expect_journal(&broken, RUN_RESTORED, "run 'r-1' was interrupted");
    clear(&broken);
}

static void test_run_recover_names_a_file_changed_in_a_later_boot(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt_in_boot_one(&broken, "two");
    recording_writer_change(&broken.given.machine, given_places[1], "# mine\n");

    assert_false(recover(&broken));

    expect_journal(&broken, RUN_INCOMPLETE,
                   "run 'r-1' was interrupted; not restored: "
                   "/etc/sysctl.d/90-port-exhaustion.conf");
    clear(&broken);
}

static void test_run_recover_puts_back_in_a_later_boot_what_holds_ours(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt_in_boot_one(&broken, "two");
    recording_writer_change(&broken.given.machine, given_places[0], "1");

    assert_true(recover(&broken));

    assert_true(given_holds(&broken.given, given_old));
    clear(&broken);
}

static void
test_run_recover_names_a_changed_sysctl_of_the_same_or_no_known_boot(void **state)
{
    static const char *const boots[] = { "one", "", NULL };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(boots); i++) {
        struct interrupted broken;

        interrupt_in_boot_one(&broken, boots[i]);

        assert_false(recover(&broken));

        expect_journal(&broken, RUN_INCOMPLETE,
                       "run 'r-1' was interrupted; not restored: net.ipv4.tcp_tw_reuse");
        clear(&broken);
    }
}

static void test_run_recover_writes_nothing_over_what_it_cannot_read(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 10);
    broken.given.machine.read_faults[0] = true;

    assert_false(recover(&broken));

    assert_string_equal(
        text_string(&broken.given.report.left),
        "tcp/ipv4 (DynamicPortRangeTcp) holds '32768-65535' (tcp/ipv4 "
        "cannot be read); to restore it manually: netsh int ipv4 set dynamicport tcp "
        "start=49152 num=16384\n");
    assert_int_equal(broken.given.machine.writes, 2);
    clear(&broken);
}

static void test_run_recover_ignores_the_deadline(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 10);
    broken.given.deadline.at_ns = 0;

    assert_true(recover(&broken));

    assert_true(given_holds(&broken.given, given_old));
    clear(&broken);
}

static void test_run_recover_fails_when_its_end_cannot_be_recorded(void **state)
{
    struct interrupted broken;
    (void)state;
    interrupt(&broken, 10);
    broken.given.machine.append_faults[3] = APPEND_ADDS_NOTHING;

    assert_false(recover(&broken));

    assert_int_equal(broken.given.report.outcome, RUN_RESTORED);
    assert_string_equal(broken.given.report.failure.message,
                        "the end of run 'r-1' cannot be recorded (the journal cannot be "
                        "written); the next run will recover it: run 'r-1' was "
                        "interrupted");
    expect_journal(&broken, RUN_OPEN, "");
    clear(&broken);
}

/* The writes of a recovery: an interrupted run is put back from its end. */
enum { WRITE_OF_FILE = 1, WRITE_OF_SYSCTL = 2 };

static bool recover_where_file_fails(struct interrupted *broken, enum recover_files files)
{
    struct run_site site;

    interrupt(broken, 10);
    site = given_site(&broken->given);
    broken->given.machine.write_faults[WRITE_OF_FILE] = WRITE_FAILS;
    return run_recover(&site, files, &broken->given.report);
}

static void test_run_recover_again_leaves_the_run_open_for_its_file(void **state)
{
    static const char *const file_left[] = { "2", "net.ipv4.tcp_tw_reuse = 1\n",
                                             "49152-65535" };
    struct interrupted broken;
    (void)state;

    assert_false(recover_where_file_fails(&broken, RECOVER_AGAIN));

    assert_true(given_holds(&broken.given, file_left));
    assert_int_equal(broken.given.report.outcome, RUN_OPEN);
    assert_true(broken.given.report.only_files);
    expect_journal(&broken, RUN_OPEN, "");
    given_restart(&broken.given);
    assert_true(recover(&broken));
    assert_true(given_holds(&broken.given, given_old));
    expect_journal(&broken, RUN_RESTORED, "run 'r-1' was interrupted");
    clear(&broken);
}

static void test_run_recover_once_ends_the_run_without_its_file(void **state)
{
    struct interrupted broken;
    (void)state;

    assert_false(recover_where_file_fails(&broken, RECOVER_ONCE));

    assert_int_equal(broken.given.report.outcome, RUN_INCOMPLETE);
    assert_true(broken.given.report.only_files);
    expect_journal(&broken, RUN_INCOMPLETE,
                   "run 'r-1' was interrupted; not restored: "
                   "/etc/sysctl.d/90-port-exhaustion.conf");
    clear(&broken);
}

/* Another try would find that value as it is. */
static void test_run_recover_again_ends_the_run_where_a_value_is_left(void **state)
{
    struct interrupted broken;
    struct run_site site;
    (void)state;
    interrupt(&broken, 10);
    site = given_site(&broken.given);
    broken.given.machine.write_faults[WRITE_OF_FILE] = WRITE_FAILS;
    broken.given.machine.write_faults[WRITE_OF_SYSCTL] = WRITE_FAILS;

    assert_false(run_recover(&site, RECOVER_AGAIN, &broken.given.report));

    assert_int_equal(broken.given.report.outcome, RUN_INCOMPLETE);
    assert_false(broken.given.report.only_files);
    expect_journal(&broken, RUN_INCOMPLETE,
                   "run 'r-1' was interrupted; not restored: net.ipv4.tcp_tw_reuse, "
                   "/etc/sysctl.d/90-port-exhaustion.conf");
    clear(&broken);
}

static void test_run_recover_again_ends_what_could_be_put_back(void **state)
{
    struct interrupted broken;
    struct run_site site;
    (void)state;
    interrupt(&broken, 10);
    site = given_site(&broken.given);

    assert_true(run_recover(&site, RECOVER_AGAIN, &broken.given.report));

    assert_true(given_holds(&broken.given, given_old));
    expect_journal(&broken, RUN_RESTORED, "run 'r-1' was interrupted");
    clear(&broken);
}

static void test_run_recover_allows_the_next_run(void **state)
{
    struct interrupted broken;
    struct journal now = { 0 };
    (void)state;
    interrupt(&broken, 10);
    assert_true(recover(&broken));
    memcpy(broken.given.run.id, "r-2", sizeof "r-2");
    run_report_clear(&broken.given.report);

    assert_true(given_apply(&broken.given));

    given_journal(&broken.given, &now);
    assert_int_equal(now.count, 2);
    assert_int_equal(now.runs[1].outcome, RUN_APPLIED);
    assert_string_equal(journal_last_applied_in(&now, NULL, NULL)->id, "r-2");
    journal_clear(&now);
    clear(&broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_recover_puts_back_and_ends_the_run),
        cmocka_unit_test(test_run_recover_leaves_what_was_never_begun),
        cmocka_unit_test(test_run_recover_leaves_what_holds_the_old_value),
        cmocka_unit_test(test_run_recover_names_what_someone_else_changed),
        cmocka_unit_test(test_run_recover_leaves_a_sysctl_that_a_later_boot_gave),
        cmocka_unit_test(test_run_recover_names_a_file_changed_in_a_later_boot),
        cmocka_unit_test(test_run_recover_puts_back_in_a_later_boot_what_holds_ours),
        cmocka_unit_test(
            test_run_recover_names_a_changed_sysctl_of_the_same_or_no_known_boot),
        cmocka_unit_test(test_run_recover_writes_nothing_over_what_it_cannot_read),
        cmocka_unit_test(test_run_recover_ignores_the_deadline),
        cmocka_unit_test(test_run_recover_fails_when_its_end_cannot_be_recorded),
        cmocka_unit_test(test_run_recover_again_leaves_the_run_open_for_its_file),
        cmocka_unit_test(test_run_recover_once_ends_the_run_without_its_file),
        cmocka_unit_test(test_run_recover_again_ends_the_run_where_a_value_is_left),
        cmocka_unit_test(test_run_recover_again_ends_what_could_be_put_back),
        cmocka_unit_test(test_run_recover_allows_the_next_run),
    };

    return cmocka_run_group_tests_name("remediate/run_restore", tests, NULL, NULL);
}
