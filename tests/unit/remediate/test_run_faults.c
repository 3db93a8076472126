/* SPDX-License-Identifier: MIT */
/*
 * Everything that can go wrong with a run, at every call: afterwards the machine holds
 * all new values, or all old ones, or the report names exactly what is left; and the
 * journal says the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/run.h"
#include "tests/support/given_run.h"
#include "tests/support/recording_writer.h"

/* More calls than a run of three changes makes, restoring included. */
enum { CALLS_TRIED = 24, WRITES_TRIED = 8, READS_TRIED = 24 };

/* Names the case that is being tried, for a failure. */
static char tried[160];

#define expect(condition)                                                                \
    do {                                                                                 \
        if (!(condition))                                                                \
            fail_msg("%s: expected %s", tried, #condition);                              \
    } while (0)

/* Which places the lines of `left` name, as bits. */
static unsigned int named_places(const struct text *left)
{
    unsigned int bits = 0;
    const char *line = text_string(left);

    while (*line) {
        for (unsigned int i = 0; i < GIVEN_CHANGES; i++) {
            size_t length = strlen(given_names[i]);

            if (strncmp(line, given_names[i], length) == 0 && line[length] == ' ')
                bits |= 1U << i;
        }
        expect(strstr(line, "; to restore it manually: ") != NULL);
        line = strchr(line, '\n') + 1;
    }
    return bits;
}

/* Which places hold something else than before, as bits. */
static unsigned int changed_places(const struct given_run *given)
{
    unsigned int bits = 0;

    for (unsigned int i = 0; i < GIVEN_CHANGES; i++) {
        const char *now = recording_writer_value(&given->machine, given_places[i]);
        bool is_old =
            now && given_old[i] ? strcmp(now, given_old[i]) == 0 : now == given_old[i];

        if (!is_old)
            bits |= 1U << i;
    }
    return bits;
}

/* The next start finds an open run and recovers; `left` may stay only where another value
 * than ours is. */
static void expect_recovery(struct given_run *given)
{
    struct journal journal = { 0 };
    struct journal after = { 0 };
    bool ok;

    given_restart(given);
    given_journal(given, &journal);
    expect(journal_open_run(&journal) != NULL);
    ok = given_recover(given);
    expect(ok == (changed_places(given) == 0));
    expect(named_places(&given->report.left) == changed_places(given));
    given_journal(given, &after);
    expect(!journal_open_run(&after));
    expect(after.torn_bytes == 0);
    expect(after.runs[after.count - 1].outcome == (ok ? RUN_RESTORED : RUN_INCOMPLETE));
    journal_clear(&journal);
    journal_clear(&after);
}

/* The journal against the report, then what the next start makes of it. */
static void expect_journal_agrees(struct given_run *given)
{
    struct journal journal = { 0 };
    const struct journal_run *run;
    bool is_open;

    given_journal(given, &journal);
    run = journal.count > 0 ? &journal.runs[journal.count - 1] : NULL;
    is_open = run && run->outcome == RUN_OPEN;
    if (given->report.outcome == RUN_OPEN) {
        /* An append that says it failed may have reached the disk. */
        expect(!run || (is_open && run->started == 0));
    } else if (is_open) {
        expect(strstr(given->report.failure.message, "the next run will recover it"));
    } else {
        expect(run && run->outcome == given->report.outcome);
        /* The end record that "failed" may be on the disk all the same. */
        expect(run->outcome == given->run.outcome || given->run.outcome == RUN_OPEN);
        expect(strcmp(run->message, given->run.message) == 0);
    }
    journal_clear(&journal);
    if (is_open)
        expect_recovery(given);
}

/* Whatever went wrong, `reads_work` or not: one of the possible ends. */
static void expect_a_clear_end(struct given_run *given, bool ok, bool reads_work)
{
    unsigned int named = named_places(&given->report.left);
    unsigned int changed = changed_places(given);

    expect(ok == (given->report.failure.code == ERR_NONE));
    expect(ok == (given->report.outcome == RUN_APPLIED));
    expect((named != 0) == (given->report.outcome == RUN_INCOMPLETE));
    if (ok)
        expect(given_holds(given, given_new));
    else
        expect((changed & ~named) == 0);
    if (!ok && reads_work)
        expect(changed == named);
    if (given->report.outcome == RUN_OPEN)
        expect(given->machine.writes == 0 && !given->report.touched);
    expect_journal_agrees(given);
}

static void try_run(struct given_run *given, bool reads_work)
{
    bool ok = given_apply(given);

    expect_a_clear_end(given, ok, reads_work);
    given_run_clear(given);
}

static void test_run_apply_with_each_fault_of_each_write(void **state)
{
    (void)state;

    for (int fault = WRITE_FAILS; fault < WRITE_FAULT_COUNT; fault++)
        for (size_t at = 0; at < WRITES_TRIED; at++) {
            struct given_run given;

            given_run(&given);
            (void)snprintf(tried, sizeof tried, "write %zu fault %d", at, fault);
            given.machine.write_faults[at] = (enum write_fault)fault;
            try_run(&given, true);
        }
}

static void test_run_apply_with_each_fault_of_each_write_in_restoring(void **state)
{
    (void)state;

    for (int first = WRITE_FAILS; first < WRITE_FAULT_COUNT; first++)
        for (size_t at = 0; at < GIVEN_CHANGES; at++)
            for (int second = WRITE_FAILS; second < WRITE_FAULT_COUNT; second++)
                for (size_t then = at + 1; then < WRITES_TRIED; then++) {
                    struct given_run given;

                    given_run(&given);
                    (void)snprintf(tried, sizeof tried,
                                   "write %zu fault %d, write %zu fault %d", at, first,
                                   then, second);
                    given.machine.write_faults[at] = (enum write_fault)first;
                    given.machine.write_faults[then] = (enum write_fault)second;
                    try_run(&given, true);
                }
}

static void test_run_apply_with_every_later_write_failing(void **state)
{
    (void)state;

    for (int fault = WRITE_FAILS; fault < WRITE_FAULT_COUNT; fault++)
        for (size_t at = 0; at < GIVEN_CHANGES; at++) {
            struct given_run given;

            given_run(&given);
            (void)snprintf(tried, sizeof tried, "writes from %zu fault %d", at, fault);
            for (size_t i = at; i < RECORDED_CALLS; i++)
                given.machine.write_faults[i] = (enum write_fault)fault;
            try_run(&given, true);
        }
}

/* Appends `at` to `until` fail, and the write `write` too (-1 = none). */
static void try_append_faults(size_t at, size_t until, enum append_fault fault, int write)
{
    struct given_run given;

    given_run(&given);
    (void)snprintf(tried, sizeof tried, "appends %zu..%zu fault %d, write %d", at, until,
                   (int)fault, write);
    for (size_t i = at; i <= until; i++)
        given.machine.append_faults[i] = fault;
    if (write >= 0)
        given.machine.write_faults[write] = WRITE_WORKS_AND_FAILS;
    try_run(&given, true);
}

static void test_run_apply_with_each_fault_of_each_append(void **state)
{
    (void)state;

    for (int fault = APPEND_ADDS_NOTHING; fault < APPEND_FAULT_COUNT; fault++)
        for (size_t at = 0; at < CALLS_TRIED; at++)
            for (int write = -1; write < GIVEN_CHANGES; write++)
                try_append_faults(at, at, (enum append_fault)fault, write);
}

static void test_run_apply_with_every_later_append_failing(void **state)
{
    (void)state;

    for (int fault = APPEND_ADDS_NOTHING; fault < APPEND_FAULT_COUNT; fault++)
        for (size_t at = 0; at < CALLS_TRIED; at++)
            for (int write = -1; write < GIVEN_CHANGES; write++)
                try_append_faults(at, RECORDED_CALLS - 1, (enum append_fault)fault,
                                  write);
}

static void test_run_apply_with_each_pair_of_appends_failing(void **state)
{
    (void)state;

    for (size_t at = 0; at < CALLS_TRIED; at++)
        for (size_t then = at; then < CALLS_TRIED; then++)
            try_append_faults(at, then, APPEND_ADDS_A_PART, -1);
}

static void test_run_apply_with_append_and_restoring_write_failing(void **state)
{
    (void)state;

    for (size_t at = 1; at < 8; at++)
        for (size_t write = 0; write < WRITES_TRIED; write++)
            for (int fault = WRITE_FAILS; fault < WRITE_FAULT_COUNT; fault++) {
                struct given_run given;

                given_run(&given);
                (void)snprintf(tried, sizeof tried, "append %zu, write %zu fault %d", at,
                               write, fault);
                given.machine.append_faults[at] = APPEND_ADDS_NOTHING;
                given.machine.write_faults[write] = (enum write_fault)fault;
                try_run(&given, true);
            }
}

static void test_run_apply_with_each_read_failing(void **state)
{
    (void)state;

    for (size_t at = 0; at < READS_TRIED; at++)
        for (size_t until = at; until < READS_TRIED; until++) {
            struct given_run given;

            given_run(&given);
            (void)snprintf(tried, sizeof tried, "reads %zu..%zu", at, until);
            for (size_t i = at; i <= until; i++)
                given.machine.read_faults[i] = true;
            try_run(&given, false);
        }
}

/* After the power came back: everything old or everything new, and recorded as that. */
static void expect_old_or_new(struct given_run *given)
{
    struct journal journal = { 0 };
    bool is_open;

    given_restart(given);
    given_journal(given, &journal);
    is_open = journal_open_run(&journal) != NULL;
    if (!is_open && journal.count > 0 && journal.runs[0].outcome == RUN_APPLIED)
        expect(given_holds(given, given_new));
    else if (!is_open)
        expect(given_holds(given, given_old));
    journal_clear(&journal);
    if (!is_open)
        return;
    expect_recovery(given);
    expect(given_holds(given, given_old));
}

static void test_run_recover_after_a_kill_at_every_step(void **state)
{
    (void)state;

    for (size_t after = 1; after < CALLS_TRIED; after++)
        for (int torn = 0; torn < 2; torn++)
            for (int write = -1; write < GIVEN_CHANGES; write++) {
                struct given_run given;

                given_run(&given);
                (void)snprintf(tried, sizeof tried, "killed after %zu, torn %d, write %d",
                               after, torn, write);
                given.machine.dies_after = after;
                given.machine.torn = torn;
                if (write >= 0)
                    given.machine.write_faults[write] = WRITE_WORKS_AND_FAILS;
                if (given_apply(&given))
                    expect(given_holds(&given, given_new));
                expect_old_or_new(&given);
                given_run_clear(&given);
            }
}

/* Leaves a machine that was killed right before the end record. */
static void given_interrupted(struct given_run *given)
{
    given_run(given);
    given->machine.dies_after = 1 + 3 * GIVEN_CHANGES;
    expect(!given_apply(given));
    expect(given_holds(given, given_new));
    given_restart(given);
}

static void test_run_recover_after_a_kill_at_every_step_of_recovering(void **state)
{
    (void)state;

    for (size_t after = 1; after < CALLS_TRIED; after++)
        for (int torn = 0; torn < 2; torn++) {
            struct given_run given;
            struct journal journal = { 0 };

            (void)snprintf(tried, sizeof tried, "recovering killed after %zu, torn %d",
                           after, torn);
            given_interrupted(&given);
            given_journal(&given, &journal);
            given.machine.dies_after = after;
            given.machine.torn = torn;
            if (given_recover(&given))
                expect(given_holds(&given, given_old));
            journal_clear(&journal);
            expect_old_or_new(&given);
            given_run_clear(&given);
        }
}

static void test_run_recover_with_each_fault_of_each_write(void **state)
{
    (void)state;

    for (int fault = WRITE_FAILS; fault < WRITE_FAULT_COUNT; fault++)
        for (size_t at = 0; at < GIVEN_CHANGES; at++) {
            struct given_run given;
            struct journal journal = { 0 };
            bool ok;

            (void)snprintf(tried, sizeof tried, "recovering, write %zu fault %d", at,
                           fault);
            given_interrupted(&given);
            given_journal(&given, &journal);
            given.machine.write_faults[at] = (enum write_fault)fault;
            ok = given_recover(&given);
            expect(ok == (changed_places(&given) == 0));
            expect(named_places(&given.report.left) == changed_places(&given));
            expect(given.report.outcome == (ok ? RUN_RESTORED : RUN_INCOMPLETE));
            journal_clear(&journal);
            given_run_clear(&given);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_apply_with_each_fault_of_each_write),
        cmocka_unit_test(test_run_apply_with_each_fault_of_each_write_in_restoring),
        cmocka_unit_test(test_run_apply_with_every_later_write_failing),
        cmocka_unit_test(test_run_apply_with_each_fault_of_each_append),
        cmocka_unit_test(test_run_apply_with_every_later_append_failing),
        cmocka_unit_test(test_run_apply_with_each_pair_of_appends_failing),
        cmocka_unit_test(test_run_apply_with_append_and_restoring_write_failing),
        cmocka_unit_test(test_run_apply_with_each_read_failing),
        cmocka_unit_test(test_run_recover_after_a_kill_at_every_step),
        cmocka_unit_test(test_run_recover_after_a_kill_at_every_step_of_recovering),
        cmocka_unit_test(test_run_recover_with_each_fault_of_each_write),
    };

    return cmocka_run_group_tests_name("remediate/run_faults", tests, NULL, NULL);
}
