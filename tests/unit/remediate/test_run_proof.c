/* SPDX-License-Identifier: MIT */
/* A run whose changes must show what they are for, before it is recorded as applied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/run.h"
#include "tests/support/given_run.h"

/* What the proof saw, and what it says. */
struct asked {
    struct given_run *given;
    size_t times;
    bool all_made; /* when it was asked */
    bool was_open;
    bool holds;
};

static bool holds(void *context, struct error *err)
{
    struct asked *asked = context;

    asked->times++;
    asked->all_made = given_holds(asked->given, given_new);
    asked->was_open = journal_open_run(&asked->given->ledger.journal) != NULL;
    return asked->holds || error_set(err, ERR_LIMIT, "nothing was gained");
}

static int given_proof(void **state)
{
    struct asked *asked = calloc(1, sizeof *asked);
    struct given_run *given = malloc(sizeof *given);

    if (!asked || !given) {
        free(asked);
        free(given);
        return -1;
    }
    given_run(given);
    given->proof = (struct run_proof){ .holds = holds, .context = asked };
    asked->given = given;
    *state = asked;
    return 0;
}

static int clear_proof(void **state)
{
    struct asked *asked = *state;

    given_run_clear(asked->given);
    free(asked->given);
    free(asked);
    return 0;
}

static void test_run_apply_is_proved_after_the_last_change(void **state)
{
    struct asked *asked = *state;
    asked->holds = true;

    assert_true(given_apply(asked->given));

    assert_int_equal(asked->times, 1);
    assert_true(asked->all_made);
    assert_true(asked->was_open);
    assert_int_equal(asked->given->report.outcome, RUN_APPLIED);
}

static void test_run_apply_goes_back_when_it_is_not_proved(void **state)
{
    struct asked *asked = *state;

    assert_false(given_apply(asked->given));

    assert_true(asked->all_made);
    assert_true(given_holds(asked->given, given_old));
    assert_int_equal(asked->given->report.outcome, RUN_RESTORED);
    assert_string_equal(asked->given->report.failure.message, "nothing was gained");
    assert_string_equal(asked->given->ledger.journal.runs[0].message,
                        "nothing was gained");
}

static void test_run_apply_asks_for_no_proof_of_what_failed(void **state)
{
    struct asked *asked = *state;
    asked->given->machine.write_faults[2] = WRITE_FAILS;

    assert_false(given_apply(asked->given));

    assert_int_equal(asked->times, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_run_apply_is_proved_after_the_last_change,
                                        given_proof, clear_proof),
        cmocka_unit_test_setup_teardown(test_run_apply_goes_back_when_it_is_not_proved,
                                        given_proof, clear_proof),
        cmocka_unit_test_setup_teardown(test_run_apply_asks_for_no_proof_of_what_failed,
                                        given_proof, clear_proof),
    };

    return cmocka_run_group_tests_name("remediate/run_proof", tests, NULL, NULL);
}
