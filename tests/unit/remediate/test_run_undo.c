/* SPDX-License-Identifier: MIT */
/* Taking a run back: the undo is a run like any other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/journal.h"
#include "remediate/run.h"
#include "tests/support/given_run.h"
#include "tests/support/recording_writer.h"

static void test_run_make_undo_reverses_changes_and_order(void **state)
{
    struct given_run *given = *state;
    struct journal_run undo = { 0 };

    assert_true(run_make_undo(&given->run, 0, &undo, NULL));

    assert_string_equal(undo.command, "undo");
    assert_string_equal(undo.undoes, "r-1");
    assert_int_equal(undo.change_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(undo.changes[i].place, given_places[2 - i]);
        assert_string_equal(undo.changes[i].from, given_new[2 - i]);
    }
    assert_string_equal(undo.changes[0].to, "49152-65535");
    assert_null(undo.changes[1].to);
    assert_string_equal(undo.changes[2].to, "2");
    journal_run_clear(&undo);
}

static void test_run_make_undo_leaves_out_what_changed_nothing(void **state)
{
    struct given_run *given = *state;
    struct journal_run undo = { 0 };
    recording_writer_change(&given->machine, given_places[0], "1");
    assert_true(given_apply(given));

    assert_true(run_make_undo(&given->run, 0, &undo, NULL));

    assert_int_equal(undo.change_count, 2);
    assert_string_equal(undo.changes[1].place, given_places[1]);
    journal_run_clear(&undo);
}

/* Applies, then runs the undo; everything of it is in *given. */
static bool apply_and_undo(struct given_run *given, void (*between)(struct given_run *))
{
    const struct run_site site = given_site(given);
    const struct run_terms terms = given_terms(given);
    struct journal_run undo = { 0 };
    bool ok;

    assert_true(given_apply(given));
    assert_true(run_make_undo(&given->run, 0, &undo, NULL));
    memcpy(undo.id, "u-2", sizeof "u-2");
    between(given);
    run_report_clear(&given->report);
    ok = run_apply(&site, &terms, &undo, &given->report);
    journal_run_clear(&undo);
    return ok;
}

static void leave_alone(struct given_run *given)
{
    (void)given;
}

static void test_run_apply_of_an_undo_brings_the_old_values_back(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    assert_true(apply_and_undo(given, leave_alone));

    assert_true(given_holds(given, given_old));
    given_journal(given, &journal);
    assert_true(journal.runs[0].undone);
    assert_null(journal_last_applied_in(&journal, NULL, NULL));
    journal_clear(&journal);
}

static void change_one(struct given_run *given)
{
    recording_writer_change(&given->machine, given_places[0], "5");
}

static void test_run_apply_of_an_undo_stops_where_someone_changed_a_value(void **state)
{
    struct given_run *given = *state;

    assert_false(apply_and_undo(given, change_one));

    assert_string_equal(given->report.failure.message,
                        "net.ipv4.tcp_tw_reuse holds '5', not '1' as run r-1 set it "
                        "(restore that, or revert the run manually: see history)");
    assert_false(given->report.touched);
    assert_string_equal(recording_writer_value(&given->machine, given_places[2]),
                        given_new[2]);
}

static void put_all_back(struct given_run *given)
{
    for (size_t i = 0; i < GIVEN_CHANGES; i++)
        recording_writer_change(&given->machine, given_places[i], given_old[i]);
}

static void test_run_apply_of_an_undo_with_nothing_to_do_is_recorded(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    assert_true(apply_and_undo(given, put_all_back));

    assert_false(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_APPLIED);
    given_journal(given, &journal);
    assert_true(journal.runs[0].undone);
    journal_clear(&journal);
}

static void test_run_apply_of_an_undo_without_changes_is_recorded(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };
    for (size_t i = 0; i < GIVEN_CHANGES; i++)
        recording_writer_change(&given->machine, given_places[i], given_new[i]);

    assert_true(apply_and_undo(given, leave_alone));

    assert_int_equal(given->machine.writes, 0);
    given_journal(given, &journal);
    assert_true(journal.runs[0].undone);
    assert_int_equal(journal.runs[1].change_count, 0);
    journal_clear(&journal);
}

/* Nothing more can be applied: one byte more, and the run before would not have begun. */
static void fill_journal(struct given_run *given)
{
    struct text *journal = &given->machine.journal;

    while (journal->length < JOURNAL_MAX - LEDGER_RESERVE)
        text_add_bytes(journal, "\n", 1);
    given->ledger.length = journal->length;
}

static void test_run_apply_of_an_undo_has_room_in_a_full_journal(void **state)
{
    struct given_run *given = *state;

    assert_true(apply_and_undo(given, fill_journal));

    assert_true(given_holds(given, given_old));
}

static void fill_reserve(struct given_run *given)
{
    fill_journal(given);
    given->ledger.length = JOURNAL_MAX - LEDGER_END_RESERVE - 10;
}

static void test_run_apply_of_an_undo_keeps_room_for_its_end(void **state)
{
    struct given_run *given = *state;

    assert_false(apply_and_undo(given, fill_reserve));

    assert_non_null(strstr(given->report.failure.message, "the journal is full"));
    assert_true(given_holds(given, given_new));
}

static void test_run_apply_leaves_room_to_undo_it(void **state)
{
    struct given_run *given = *state;
    struct text line = { 0 };
    assert_true(journal_encode_begin(&given->run, &line, NULL));
    /* Its own begin would fit, that of its undo no more. */
    given->ledger.length = JOURNAL_MAX - LEDGER_RESERVE - 2 * line.length + 1;
    text_clear(&line);

    assert_false(given_apply(given));

    assert_non_null(strstr(given->report.failure.message, "the journal is full"));
    assert_true(given_holds(given, given_old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_run_apply_of_an_undo_has_room_in_a_full_journal, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_of_an_undo_keeps_room_for_its_end,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_leaves_room_to_undo_it,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_of_an_undo_without_changes_is_recorded, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_make_undo_reverses_changes_and_order,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_make_undo_leaves_out_what_changed_nothing, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_of_an_undo_brings_the_old_values_back, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_of_an_undo_stops_where_someone_changed_a_value,
            given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_of_an_undo_with_nothing_to_do_is_recorded, given_run_setup,
            given_run_teardown),
    };

    return cmocka_run_group_tests_name("remediate/run_undo", tests, NULL, NULL);
}
