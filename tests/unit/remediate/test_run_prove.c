/* SPDX-License-Identifier: MIT */
/* What a run asks: for room in the journal before it begins, and for a proof before it
 * counts as applied. */
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

static void expect_end(struct given_run *given, enum run_outcome outcome,
                       const char *message)
{
    struct journal journal = { 0 };

    given_journal(given, &journal);
    assert_int_equal(journal.count, 1);
    assert_int_equal(journal.runs[0].outcome, outcome);
    assert_string_equal(journal.runs[0].message, message);
    journal_clear(&journal);
}

static size_t writes_before_proof;

static bool prove(void *context, struct error *err)
{
    const struct given_run *given = context;
    (void)err;

    writes_before_proof = given->machine.writes;
    assert_non_null(journal_open_run(&given->ledger.journal));
    return true;
}

static bool prove_nothing(void *context, struct error *err)
{
    (void)context;
    return error_set(err, ERR_LIMIT, "no usable port was gained");
}

static void test_run_apply_asks_for_the_proof_after_the_last_change(void **state)
{
    struct given_run *given = *state;
    given->prove = prove;

    assert_true(given_apply(given));

    assert_int_equal(writes_before_proof, GIVEN_CHANGES);
    expect_end(given, RUN_APPLIED, "");
}

static void test_run_apply_restores_what_was_not_proven(void **state)
{
    struct given_run *given = *state;
    given->prove = prove_nothing;

    assert_false(given_apply(given));

    assert_true(given_holds(given, given_old));
    assert_true(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_RESTORED);
    assert_string_equal(given->report.failure.message, "no usable port was gained");
    expect_end(given, RUN_RESTORED, "no usable port was gained");
}

static void test_run_recover_restores_a_run_that_died_before_its_proof(void **state)
{
    struct given_run *given = *state;
    given->prove = prove;
    /* begin, three times start, write and done; then the power goes. */
    given->machine.dies_after = 1 + 3 * GIVEN_CHANGES;
    assert_false(given_apply(given));
    given_restart(given);

    assert_true(given_recover(given));

    assert_true(given_holds(given, given_old));
    expect_end(given, RUN_RESTORED, "run 'r-1' was interrupted");
}

static size_t rooms_made;

static bool make_room(void *context, struct error *err)
{
    const struct given_run *given = context;
    (void)err;

    rooms_made++;
    assert_int_equal(given->machine.appends, 0);
    assert_int_equal(given->machine.writes, 0);
    return true;
}

static bool make_no_room(void *context, struct error *err)
{
    (void)context;
    return error_set(err, ERR_IO, "the other run cannot be closed");
}

static bool apply_in_room(struct given_run *given,
                          bool (*room)(void *context, struct error *err))
{
    const struct run_site site = given_site(given);
    struct run_terms terms = given_terms(given);

    rooms_made = 0;
    terms.make_room = room;
    return run_apply(&site, &terms, &given->run, &given->report);
}

static void test_run_apply_asks_for_room_before_it_is_begun(void **state)
{
    struct given_run *given = *state;

    assert_true(apply_in_room(given, make_room));

    assert_int_equal(rooms_made, 1);
    assert_true(given_holds(given, given_new));
    expect_end(given, RUN_APPLIED, "");
}

static void test_run_apply_touches_nothing_without_room(void **state)
{
    struct given_run *given = *state;

    assert_false(apply_in_room(given, make_no_room));

    assert_true(given_holds(given, given_old));
    assert_int_equal(given->machine.appends + given->machine.writes, 0);
    assert_false(given->report.touched);
    assert_int_equal(given->report.outcome, RUN_OPEN);
    assert_string_equal(given->report.failure.message, "the other run cannot be closed");
}

/* What stands in the way of a run that never begins is left. */
static void test_run_apply_asks_for_no_room_where_it_is_refused(void **state)
{
    struct given_run *given = *state;
    recording_writer_change(&given->machine, given_places[0], "0");

    assert_false(apply_in_room(given, make_room));

    assert_int_equal(rooms_made, 0);
    assert_int_equal(given->machine.appends, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_run_apply_asks_for_the_proof_after_the_last_change, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_restores_what_was_not_proven,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_recover_restores_a_run_that_died_before_its_proof, given_run_setup,
            given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_asks_for_room_before_it_is_begun,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(test_run_apply_touches_nothing_without_room,
                                        given_run_setup, given_run_teardown),
        cmocka_unit_test_setup_teardown(
            test_run_apply_asks_for_no_room_where_it_is_refused, given_run_setup,
            given_run_teardown),
    };

    return cmocka_run_group_tests_name("remediate/run_prove", tests, NULL, NULL);
}
