/* SPDX-License-Identifier: MIT */
/* A trial and its confirmation in the journal: what confirms keeps, what goes with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/journal.h"
#include "remediate/run.h"
#include "tests/support/given_run.h"
#include "tests/support/journal_lines.h"

static char trial_id[] = "r-1";
static char none[] = "";

/* The run of given_run, as a trial that has something to confirm. */
static int given_trial(void **state)
{
    struct given_run *given = malloc(sizeof *given);

    if (!given)
        return -1;
    given_run(given);
    given->run.trial_until_s = 7200;
    given->run.live_only = true;
    given->run.lasting = calloc(1, sizeof *given->run.lasting);
    if (!given->run.lasting || !change_make(&given_drop_in, given->run.lasting, NULL))
        return -1;
    assert_true(given_apply(given));
    *state = given;
    return 0;
}

static int clear_given(void **state)
{
    given_run_clear(*state);
    free(*state);
    return 0;
}

/* Applies a run with nothing to change. */
static bool apply_empty(struct given_run *given, const char *id, const char *confirms,
                        const char *undoes)
{
    const struct run_site site = given_site(given);
    const struct run_terms terms = given_terms(given);
    struct journal_run run = { .undoes = (char *)undoes, .confirms = (char *)confirms };
    struct run_report report = { 0 };
    bool ok;

    (void)snprintf(run.id, sizeof run.id, "%s", id);
    ok = run_apply(&site, &terms, &run, &report);
    free(run.message);
    run_report_clear(&report);
    return ok;
}

static void test_run_trial_comes_back_from_the_journal(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    given_journal(given, &journal);
    assert_int_equal(journal.runs[0].trial_until_s, 7200);
    assert_true(journal.runs[0].live_only);
    assert_non_null(journal.runs[0].lasting);
    assert_int_equal(journal.runs[0].lasting->kind, CHANGE_FILE);
    assert_string_equal(journal.runs[0].lasting->setting, given_drop_in.setting);
    assert_string_equal(journal.runs[0].lasting->place, given_drop_in.place);
    assert_null(journal.runs[0].lasting->from);
    assert_string_equal(journal.runs[0].lasting->to, given_drop_in.to);
    assert_false(journal.runs[0].confirmed);
    journal_clear(&journal);
}

static void test_run_trial_confirmed_with_nothing_to_write(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    assert_true(apply_empty(given, "c-2", trial_id, none));

    given_journal(given, &journal);
    assert_int_equal(journal.count, 2);
    assert_string_equal(journal.runs[1].confirms, "r-1");
    assert_true(journal.runs[0].confirmed);
    assert_false(journal.runs[0].undone);
    assert_false(journal.runs[1].undone);
    journal_clear(&journal);
}

static void test_run_that_does_nothing_is_not_recorded(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    assert_true(apply_empty(given, "c-2", none, none));

    given_journal(given, &journal);
    assert_int_equal(journal.count, 1);
    journal_clear(&journal);
}

static void test_run_trial_takes_its_confirmation_with_it(void **state)
{
    struct given_run *given = *state;
    struct journal journal = { 0 };

    assert_true(apply_empty(given, "c-2", trial_id, none));
    assert_true(apply_empty(given, "u-3", none, trial_id));

    given_journal(given, &journal);
    assert_true(journal.runs[0].undone);
    assert_true(journal.runs[1].undone);
    assert_false(journal.runs[2].undone);
    assert_null(journal_last_applied_in(&journal, NULL, NULL));
    journal_clear(&journal);
}

static void test_journal_last_applied_in_is_no_trial_of_another_boot(void **state)
{
    struct given_run *given = *state;
    const char *boot = given->run.boot;
    struct journal journal = { 0 };

    given_journal(given, &journal);
    assert_string_equal(boot, journal.runs[0].boot);
    assert_ptr_equal(journal_last_applied_in(&journal, "", boot), &journal.runs[0]);
    assert_null(journal_last_applied_in(&journal, "", "another"));
    assert_ptr_equal(journal_last_applied_in(&journal, "", ""), &journal.runs[0]);
    journal.runs[0].confirmed = true;
    assert_ptr_equal(journal_last_applied_in(&journal, "", "another"), &journal.runs[0]);
    journal.runs[0].confirmed = false;
    journal.runs[0].trial_until_s = 0;
    assert_ptr_equal(journal_last_applied_in(&journal, "", "another"), &journal.runs[0]);
    journal_clear(&journal);
}

static void test_ledger_name_gives_no_promised_id(void **state)
{
    struct given_run *given = *state;
    struct journal_run first = { 0 };
    struct journal_run second = { 0 };
    size_t length;

    /* In the same second the id differs by what is promised alone. */
    do {
        ledger_name(&given->ledger, &first);
        (void)snprintf(given->ledger.promised, sizeof given->ledger.promised, "%s",
                       first.id);
        ledger_name(&given->ledger, &second);
    } while (first.time_s != second.time_s);
    length = strlen(first.id);
    assert_memory_equal(second.id, first.id, length);
    assert_string_equal(second.id + length, "-2");
}

static void test_journal_encode_begin_refuses_a_bad_lasting_change(void **state)
{
    struct given_run *given = *state;
    struct text out = { 0 };
    struct error err = { 0 };

    given->run.lasting->place[0] = '\n';
    assert_false(journal_encode_begin(&given->run, &out, &err));
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_int_equal(out.length, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_run_trial_comes_back_from_the_journal,
                                        given_trial, clear_given),
        cmocka_unit_test_setup_teardown(test_run_trial_confirmed_with_nothing_to_write,
                                        given_trial, clear_given),
        cmocka_unit_test_setup_teardown(test_run_that_does_nothing_is_not_recorded,
                                        given_trial, clear_given),
        cmocka_unit_test_setup_teardown(test_run_trial_takes_its_confirmation_with_it,
                                        given_trial, clear_given),
        cmocka_unit_test_setup_teardown(
            test_journal_last_applied_in_is_no_trial_of_another_boot, given_trial,
            clear_given),
        cmocka_unit_test_setup_teardown(test_ledger_name_gives_no_promised_id,
                                        given_trial, clear_given),
        cmocka_unit_test_setup_teardown(
            test_journal_encode_begin_refuses_a_bad_lasting_change, given_trial,
            clear_given),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
