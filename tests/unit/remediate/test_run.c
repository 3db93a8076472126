/* SPDX-License-Identifier: MIT */
/* One run that goes well, one that is refused, one that fails: what is done and said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "checks/model/journal.h"
#include "remediate/run.h"
#include "tests/support/given_run.h"
#include "tests/support/recording_writer.h"

/* What the journal says of the only run: "OUTCOME MESSAGE". */
static void expect_journal(struct given_run *given, enum run_outcome outcome,
                           const char *message)
{
    struct journal journal = { 0 };

    given_journal(given, &journal);
    assert_int_equal(journal.count, 1);
    assert_string_equal(journal.runs[0].message, message);
    assert_int_equal(journal.runs[0].outcome, outcome);
    journal_clear(&journal);
}

static void test_run_apply_makes_every_change(void **state)
{
    struct given_run *given = *state;

    assert_true(given_apply(given));

    assert_true(given_holds(given, given_new));
    assert_true(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_APPLIED);
    assert_int_equal(given->report.failure.code, ERR_NONE);
    assert_int_equal(given->report.left.length, 0);
    assert_int_equal(given->run.outcome, RUN_APPLIED);
    assert_true(given->run.end_s >= time(NULL) - 60);
    assert_string_equal(given->run.message, "");
    expect_journal(given, RUN_APPLIED, "");
}

static void test_run_apply_records_around_each_write(void **state)
{
    struct given_run *given = *state;

    assert_true(given_apply(given));

    assert_string_equal(text_string(&given->machine.calls),
                        "append\n"
                        "append\nwrite net/ipv4/tcp_tw_reuse=1\nappend\n"
                        "append\nwrite /etc/sysctl.d/90-port-exhaustion.conf="
                        "net.ipv4.tcp_tw_reuse = 1\n\nappend\n"
                        "append\nwrite tcp/ipv4=32768-65535\nappend\n"
                        "append\n");
}

static void test_run_apply_keeps_the_journal_length(void **state)
{
    struct given_run *given = *state;

    assert_true(given_apply(given));

    assert_int_equal(given->ledger.length, given->machine.journal.length);
}

static void test_run_apply_cuts_a_torn_end_off_first(void **state)
{
    struct given_run *given = *state;
    text_add(&given->machine.journal, "1234abcd {\"rec");

    assert_true(given_apply(given));

    expect_journal(given, RUN_APPLIED, "");
}

static void test_run_apply_of_nothing_records_nothing(void **state)
{
    struct given_run *given = *state;
    for (size_t i = 0; i < GIVEN_CHANGES; i++)
        change_clear(&given->run.changes[i]);
    given->run.change_count = 0;

    assert_true(given_apply(given));

    assert_false(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_APPLIED);
    assert_int_equal(given->machine.journal.length, 0);
}

static void test_run_apply_leaves_a_place_that_holds_the_new_value(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[0], "1\n");

    assert_true(given_apply(given));

    assert_int_equal(given->machine.writes, 2);
    assert_string_equal(given->run.changes[0].from, "1");
    assert_true(given_holds(given, given_new));
}

static void test_run_apply_never_takes_back_what_it_did_not_write(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[0], "1");
    given->machine.write_faults[1] = WRITE_FAILS;

    assert_false(given_apply(given));

    assert_string_equal(recording_writer_value(&given->machine, given_places[0]), "1");
    assert_int_equal(given->report.outcome, RUN_RESTORED);
}

static void expect_refused(struct given_run *given, enum error_code code,
                           const char *message)
{
    assert_false(given_apply(given));

    assert_string_equal(given->report.failure.message, message);
    assert_int_equal(given->report.failure.code, code);
    assert_false(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_OPEN);
    assert_int_equal(given->machine.writes, 0);
    assert_int_equal(given->machine.journal.length, 0);
}

static void test_run_apply_refuses_a_value_changed_since_the_plan(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[2], "5000-6000");

    expect_refused(given, ERR_LIMIT,
                   "tcp/ipv4 holds '5000-6000', not '49152-65535' as planned");
}

static void test_run_apply_refuses_a_value_gone_since_the_plan(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[0], NULL);

    expect_refused(given, ERR_LIMIT,
                   "net.ipv4.tcp_tw_reuse is absent, not '2' as planned");
}

static void test_run_apply_refuses_a_file_made_since_the_plan(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[1], "x");

    expect_refused(given, ERR_LIMIT,
                   "/etc/sysctl.d/90-port-exhaustion.conf has other contents, but was "
                   "absent when the plan was made");
}

static void test_run_apply_refuses_what_cannot_be_read(void **state)
{
    struct given_run *given = *state;
    given->machine.read_faults[1] = true;

    expect_refused(given, ERR_IO, "/etc/sysctl.d/90-port-exhaustion.conf cannot be read");
}

static void test_run_apply_refuses_after_the_deadline(void **state)
{
    struct given_run *given = *state;
    given->deadline.at_ns = 0;

    expect_refused(given, ERR_TIMEOUT, "net/ipv4/tcp_tw_reuse was not read in time");
}

static void test_run_apply_refuses_one_place_twice(void **state)
{
    struct given_run *given = *state;
    change_clear(&given->run.changes[2]);
    assert_true(change_make(&given->run.changes[0], &given->run.changes[2], NULL));

    expect_refused(given, ERR_LIMIT, "net.ipv4.tcp_tw_reuse would be changed twice");
}

static void test_run_apply_refuses_when_the_begin_cannot_be_recorded(void **state)
{
    struct given_run *given = *state;
    given->machine.append_faults[0] = APPEND_ADDS_NOTHING;

    expect_refused(given, ERR_IO, "the journal cannot be written");
}

static void test_run_apply_refuses_when_the_journal_is_full(void **state)
{
    struct given_run *given = *state;
    given->ledger.length = JOURNAL_MAX - LEDGER_RESERVE - 10;

    expect_refused(given, ERR_LIMIT,
                   "the journal is full (3932150 bytes): move it away, then try again");
}

static void test_run_apply_puts_everything_back_after_a_failure(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[2] = WRITE_FAILS;

    assert_false(given_apply(given));

    assert_true(given_holds(given, given_old));
    assert_true(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_RESTORED);
    assert_string_equal(given->report.failure.message, "tcp/ipv4 cannot be written");
    assert_int_equal(given->run.outcome, RUN_RESTORED);
    assert_string_equal(given->run.message, "tcp/ipv4 cannot be written");
    expect_journal(given, RUN_RESTORED, "tcp/ipv4 cannot be written");
}

static void test_run_apply_puts_back_in_reverse_order(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[2] = WRITE_GIVES_ANOTHER;

    assert_false(given_apply(given));

    assert_non_null(strstr(text_string(&given->machine.calls),
                           "write tcp/ipv4=32768-65535\n"
                           "write tcp/ipv4=49152-65535\nappend\n"
                           "write /etc/sysctl.d/90-port-exhaustion.conf=(absent)\n"
                           "append\n"
                           "write net/ipv4/tcp_tw_reuse=2\nappend\n"
                           "append\n"));
}

static void test_run_apply_notices_a_write_that_lies(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[0] = WRITE_LIES;

    assert_false(given_apply(given));

    assert_string_equal(given->report.failure.message,
                        "net.ipv4.tcp_tw_reuse was written, but holds '2' afterwards");
    assert_int_equal(given->report.failure.code, ERR_IO);
    assert_int_equal(given->report.outcome, RUN_RESTORED);
}

static void test_run_apply_stops_at_the_deadline_and_restores_beyond_it(void **state)
{
    struct given_run *given = *state;
    given->machine.deadline = &given->deadline;
    given->machine.deadline_after = 6; /* the second write */

    assert_false(given_apply(given));

    assert_int_equal(given->report.failure.code, ERR_TIMEOUT);
    assert_string_equal(given->report.failure.message,
                        "/etc/sysctl.d/90-port-exhaustion.conf was not read in time");
    assert_int_equal(given->report.outcome, RUN_RESTORED);
    assert_true(given_holds(given, given_old));
}

static void test_run_apply_begins_no_change_after_the_deadline(void **state)
{
    struct given_run *given = *state;
    given->machine.deadline = &given->deadline;
    given->machine.deadline_after = 4; /* the first change is done */

    assert_false(given_apply(given));

    assert_string_equal(
        given->report.failure.message,
        "the time limit passed before /etc/sysctl.d/90-port-exhaustion.conf was changed");
    assert_int_equal(given->report.failure.code, ERR_TIMEOUT);
    assert_int_equal(given->machine.writes, 2);
    assert_true(given_holds(given, given_old));
}

static void test_run_apply_says_why_the_last_try_to_put_back_failed(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[0] = WRITE_WORKS_AND_FAILS;
    given->machine.read_faults[3] = true;
    given->machine.write_faults[1] = WRITE_FAILS;

    assert_false(given_apply(given));

    assert_string_equal(
        text_string(&given->report.left),
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '1' "
        "(net/ipv4/tcp_tw_reuse cannot be written); to restore it manually: sysctl -w "
        "net.ipv4.tcp_tw_reuse=\"2\"\n");
}

static void test_run_apply_names_what_is_left_and_how_to_put_it_back(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[2] = WRITE_WORKS_AND_FAILS;
    given->machine.write_faults[3] = WRITE_FAILS;
    given->machine.write_faults[5] = WRITE_LIES;

    assert_false(given_apply(given));

    assert_int_equal(given->report.outcome, RUN_INCOMPLETE);
    assert_string_equal(
        text_string(&given->report.left),
        "tcp/ipv4 (DynamicPortRangeTcp) holds '32768-65535' (tcp/ipv4 cannot be written);"
        " to restore it manually: netsh int ipv4 set dynamicport tcp start=49152 "
        "num=16384\n"
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '1' (net.ipv4.tcp_tw_reuse was "
        "written, but holds '1' afterwards); to restore it manually: sysctl -w "
        "net.ipv4.tcp_tw_reuse=\"2\"\n");
    assert_string_equal(given->report.failure.message, "tcp/ipv4 cannot be written");
    expect_journal(given, RUN_INCOMPLETE,
                   "tcp/ipv4 cannot be written; not restored: net.ipv4.tcp_tw_reuse, "
                   "tcp/ipv4");
    assert_null(recording_writer_value(&given->machine, given_places[1]));
}

static void test_run_apply_names_what_cannot_even_be_read(void **state)
{
    struct given_run *given = *state;
    given->machine.write_faults[0] = WRITE_WORKS_AND_FAILS;
    given->machine.write_faults[1] = WRITE_LIES;
    for (size_t i = 3; i < RECORDED_CALLS; i++)
        given->machine.read_faults[i] = true;

    assert_false(given_apply(given));

    assert_string_equal(
        text_string(&given->report.left),
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) cannot be read "
        "(net/ipv4/tcp_tw_reuse cannot be read); to restore it manually: sysctl -w "
        "net.ipv4.tcp_tw_reuse=\"2\"\n");
}

static void test_run_apply_restores_when_the_end_cannot_be_recorded(void **state)
{
    struct given_run *given = *state;
    given->machine.append_faults[7] = APPEND_ADDS_A_PART;

    assert_false(given_apply(given));

    assert_true(given_holds(given, given_old));
    assert_int_equal(given->report.outcome, RUN_RESTORED);
    expect_journal(given, RUN_RESTORED, "the journal cannot be written");
}

static void test_run_apply_says_when_not_even_the_restoring_can_be_recorded(void **state)
{
    struct given_run *given = *state;
    for (size_t i = 7; i < RECORDED_CALLS; i++)
        given->machine.append_faults[i] = APPEND_ADDS_A_PART;

    assert_false(given_apply(given));

    assert_true(given_holds(given, given_old));
    assert_int_equal(given->report.outcome, RUN_RESTORED);
    assert_string_equal(given->report.failure.message,
                        "the end of run 'r-1' cannot be recorded (the journal cannot be "
                        "written); the next run will recover it: the journal cannot be "
                        "written");
    assert_int_equal(given->run.outcome, RUN_OPEN);
    expect_journal(given, RUN_OPEN, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_run_apply_begins_no_change_after_the_deadline, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_says_why_the_last_try_to_put_back_failed, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_makes_every_change,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_records_around_each_write,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_keeps_the_journal_length,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_cuts_a_torn_end_off_first,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_of_nothing_records_nothing,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_leaves_a_place_that_holds_the_new_value, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_never_takes_back_what_it_did_not_write, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_refuses_a_value_changed_since_the_plan, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_refuses_a_value_gone_since_the_plan, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_refuses_a_file_made_since_the_plan,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_refuses_what_cannot_be_read,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_refuses_after_the_deadline,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_refuses_one_place_twice,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_refuses_when_the_begin_cannot_be_recorded, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_refuses_when_the_journal_is_full,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_puts_everything_back_after_a_failure, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_puts_back_in_reverse_order,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_notices_a_write_that_lies,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_stops_at_the_deadline_and_restores_beyond_it, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_names_what_is_left_and_how_to_put_it_back, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_names_what_cannot_even_be_read,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_restores_when_the_end_cannot_be_recorded, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_says_when_not_even_the_restoring_can_be_recorded,
            given_run_setup, given_run_teardown),
    };

    return cmocka_run_group_tests_name("remediate/run", tests, NULL, NULL);
}
