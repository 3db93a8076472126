/* SPDX-License-Identifier: MIT */
/* Which runs make an alert wait, by which clock, to the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/cool_down.h"
#include "tests/support/given.h"

enum { NOW_S = GIVEN_TIME_S, UP_S = 100000, PERIOD_S = 3600 };

#define THIS_BOOT    "boot 2"
#define EARLIER_BOOT "boot 1"

static const struct cool_down_moment now = { .machine = "0badcafe",
                                             .network = "",
                                             .boot = THIS_BOOT,
                                             .uptime_s = UP_S,
                                             .time_s = NOW_S };

/* A run that ended `ago` s ago by both clocks. */
static struct journal_run a_run(const char *command, int64_t ago)
{
    return (struct journal_run){
        .id = "20251009T085320Z-1",
        .time_s = NOW_S - ago - 5,
        .uptime_s = UP_S - ago - 5,
        .end_s = NOW_S - ago,
        .end_uptime_s = UP_S - ago,
        .machine = "0badcafe",
        .boot = (char *)THIS_BOOT,
        .command = (char *)command,
        .outcome = RUN_APPLIED,
    };
}

static struct cool_down find_in(const struct journal_run *runs, size_t count)
{
    struct journal_run copies[4];
    const struct journal journal = { .runs = copies, .count = count };
    struct cool_down wait;

    assert_true(count <= ARRAY_COUNT(copies));
    memcpy(copies, runs, count * sizeof *runs);
    wait = cool_down_find(&journal, PERIOD_S, &now);
    wait.run = wait.run ? runs + (wait.run - copies) : NULL;
    return wait;
}

static uint64_t left(const struct journal_run *run)
{
    return find_in(run, 1).left_s;
}

static void test_cool_down_find_of_nothing_is_nothing(void **state)
{
    const struct journal journal = { 0 };
    (void)state;

    assert_null(cool_down_find(&journal, PERIOD_S, &now).run);
}

/* --- Which runs, and for how long ------------------------------------------------------
 */

struct command_case {
    const char *command;
    int64_t ago;
    uint64_t left;
    bool by_hand;
};

static const struct command_case command_cases[] = {
    { "on-alert", 0, 3600, false },     { "on-alert", 3599, 1, false },
    { "on-alert", 3600, 0, false },     { "on-alert", 3601, 0, false },
    { "apply", 0, 300, true },          { "apply", 299, 1, true },
    { "apply", 300, 0, true },          { "undo", 299, 1, true },
    { "undo", 300, 0, true },           { "confirm", 299, 1, true },
    { "confirm", 300, 0, true },        { "expire", 0, 0, false },
    { "of a newer one", 299, 1, true },
};

static void test_cool_down_find_counts_each_command_for_its_time(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(command_cases); i++) {
        const struct command_case *c = &command_cases[i];
        const struct journal_run run = a_run(c->command, c->ago);
        const struct cool_down wait = find_in(&run, 1);

        if (wait.left_s != c->left || wait.by_hand != (c->by_hand && c->left > 0) ||
            (wait.run != NULL) != (c->left > 0) ||
            (wait.run && wait.since_s != (uint64_t)c->ago))
            fail_msg("%s %d s ago: %d s left", c->command, (int)c->ago, (int)wait.left_s);
    }
}

static void test_cool_down_find_counts_failed_runs_and_undone_ones(void **state)
{
    struct journal_run run = a_run("on-alert", 10);
    (void)state;

    run.outcome = RUN_INCOMPLETE;
    assert_int_equal(left(&run), 3590);
    run.outcome = RUN_APPLIED;
    run.undone = true;
    assert_int_equal(left(&run), 3590);
    run.trial_until_s = UP_S + 1800;
    assert_int_equal(left(&run), 3590);
}

static void test_cool_down_find_counts_what_was_rolled_back_from_its_begin(void **state)
{
    struct journal_run run = a_run("on-alert", 10);
    (void)state;

    run.outcome = RUN_RESTORED;
    assert_int_equal(left(&run), 3585);
    run.uptime_s = UP_S - 3600;
    assert_int_equal(left(&run), 0);

    run = a_run("on-alert", 10);
    run.outcome = RUN_OPEN;
    run.end_s = 0;
    run.end_uptime_s = -1;
    assert_int_equal(left(&run), 3585);
}

static void test_cool_down_find_ignores_all_where_the_policy_has_none(void **state)
{
    struct journal_run runs[] = { a_run("on-alert", 0), a_run("apply", 0) };
    const struct journal journal = { .runs = runs, .count = 2 };
    (void)state;

    assert_null(cool_down_find(&journal, 0, &now).run);
    assert_int_equal(cool_down_find(&journal, 1, &now).left_s, 300);
}

static void test_cool_down_find_takes_the_run_that_holds_longest(void **state)
{
    const struct journal_run alert_first[] = { a_run("on-alert", 3000), a_run("undo", 10),
                                               a_run("expire", 0) };
    const struct journal_run hand_longer[] = { a_run("on-alert", 3550), a_run("undo", 10),
                                               a_run("apply", 200) };
    (void)state;

    assert_ptr_equal(find_in(alert_first, 3).run, &alert_first[0]);
    assert_int_equal(find_in(alert_first, 3).left_s, 600);
    assert_ptr_equal(find_in(hand_longer, 3).run, &hand_longer[1]);
    assert_int_equal(find_in(hand_longer, 3).left_s, 290);
    assert_true(find_in(hand_longer, 3).by_hand);
}

static void test_cool_down_find_takes_the_newest_of_two_that_hold_as_long(void **state)
{
    const struct journal_run runs[] = { a_run("apply", 10), a_run("undo", 10) };
    (void)state;

    assert_ptr_equal(find_in(runs, 2).run, &runs[1]);
}

static void test_cool_down_find_ignores_the_runs_in_another_network(void **state)
{
    struct journal_run run = a_run("on-alert", 0);
    const struct journal journal = { .runs = &run, .count = 1 };
    struct cool_down_moment there = now;
    (void)state;

    there.network = "net:[4026532]";
    assert_null(cool_down_find(&journal, PERIOD_S, &there).run);
    (void)snprintf(run.network, sizeof run.network, "net:[4026532]");
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &there).left_s, PERIOD_S);
    assert_null(cool_down_find(&journal, PERIOD_S, &now).run);
}

static void test_cool_down_find_ignores_the_runs_of_another_machine(void **state)
{
    struct journal_run run = a_run("on-alert", 10);
    (void)state;

    (void)snprintf(run.machine, sizeof run.machine, "deadbeef");
    assert_int_equal(left(&run), 0);
    run.machine[0] = '\0';
    assert_int_equal(left(&run), 3590);
}

/* --- By which clock --------------------------------------------------------------------
 */

/* Where the run stands by each clock: seconds ago; a negative number = in the future. */
struct clock_case {
    const char *name; /* printed on failure */
    const char *boot;
    int64_t up_ago;
    bool up_known;
    int64_t wall_ago;
    uint64_t left;
};

enum { YEAR_S = 365 * 86400 };

static const struct clock_case clock_cases[] = {
    { "this boot", THIS_BOOT, 10, true, 10, 3590 },
    { "this boot, a clock that went back a year", THIS_BOOT, 10, true, -YEAR_S, 3590 },
    { "the same an hour later", THIS_BOOT, 3600, true, -YEAR_S, 0 },
    { "this boot, a clock that went on a year", THIS_BOOT, 10, true, YEAR_S, 3590 },
    { "this boot, in the future by it", THIS_BOOT, -1, true, 10, 3590 },
    { "this boot, in the future by both", THIS_BOOT, -1, true, -1, 0 },
    { "this boot, without its uptime", THIS_BOOT, 0, false, 10, 3590 },
    { "this boot, without it, in the future", THIS_BOOT, 0, false, -1, 0 },
    { "this boot, without it, an hour ago", THIS_BOOT, 0, false, 3600, 0 },
    { "an earlier boot an hour ago", EARLIER_BOOT, 0, true, 3600, 0 },
    { "an earlier boot in the future", EARLIER_BOOT, 0, true, -1, 0 },
    { "no boot known", "", 0, true, 10, 3590 },
    { "no boot known, in the future", "", 0, true, -1, 0 },
};

static struct journal_run run_of(const struct clock_case *c)
{
    struct journal_run run = a_run("on-alert", 0);

    run.boot = (char *)c->boot;
    run.end_uptime_s = c->up_known ? UP_S - c->up_ago : -1;
    run.end_s = NOW_S - c->wall_ago;
    return run;
}

static void test_cool_down_find_believes_the_clock_of_this_boot_first(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(clock_cases); i++) {
        const struct journal_run run = run_of(&clock_cases[i]);

        if (left(&run) != clock_cases[i].left)
            fail_msg("%s: %d s left", clock_cases[i].name, (int)left(&run));
    }
}

/* A flood of reboots: the clock on the wall holds, for no longer than this boot is old.
 */
static void test_cool_down_find_holds_over_a_boot(void **state)
{
    struct journal_run run = a_run("on-alert", 100);
    const struct journal journal = { .runs = &run, .count = 1 };
    struct cool_down_moment early = now;
    (void)state;

    run.boot = (char *)EARLIER_BOOT;
    early.uptime_s = 60;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 3500);
    early.uptime_s = 1000; /* the clock started in the past, or went back since */
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 2600);
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).since_s, 1000);
    early.uptime_s = 3600;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 0);
    early.uptime_s = -1;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 3500);
    early.uptime_s = 3600; /* which boot it is nobody knows */
    early.boot = "";
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 3500);
}

/* The first seconds of a boot are seconds like others. */
static void test_cool_down_find_counts_from_the_first_second_of_a_boot(void **state)
{
    struct journal_run run = a_run("on-alert", 0);
    const struct journal journal = { .runs = &run, .count = 1 };
    struct cool_down_moment early = now;
    (void)state;

    run.end_uptime_s = 0;
    run.end_s = NOW_S + 1;
    early.uptime_s = 10;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 3590);
    run.boot = (char *)EARLIER_BOOT;
    run.end_s = NOW_S;
    early.uptime_s = 1;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &early).left_s, 3599);
}

static void test_cool_down_find_without_an_uptime_believes_the_wall(void **state)
{
    struct journal_run run = a_run("on-alert", 100);
    const struct journal journal = { .runs = &run, .count = 1 };
    struct cool_down_moment moment = now;
    (void)state;

    moment.uptime_s = -1;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &moment).left_s, 3500);
    run.end_s = NOW_S + 1;
    assert_int_equal(cool_down_find(&journal, PERIOD_S, &moment).left_s, 0);
}

/* --- Every moment ----------------------------------------------------------------------
 */

static const int64_t moments[] = { INT64_MIN, -1,        0,         1,
                                   UP_S - 1,  UP_S,      UP_S + 1,  NOW_S - 3600,
                                   NOW_S - 1, NOW_S + 1, INT64_MAX, UP_S - 3600 };

/* Of this boot nothing ends after now, and no boot lasts for ever. */
static bool is_possible(const struct journal_run *run, const struct cool_down_moment *at)
{
    return (strcmp(run->boot, THIS_BOOT) != 0 || run->end_uptime_s <= at->uptime_s) &&
           at->uptime_s < INT64_MAX - PERIOD_S;
}

static struct cool_down_moment later_than(const struct cool_down_moment *at)
{
    struct cool_down_moment later = *at;

    later.time_s += PERIOD_S;
    if (at->uptime_s >= 0 && at->uptime_s < INT64_MAX - PERIOD_S)
        later.uptime_s += PERIOD_S; /* else unknown, as before */
    return later;
}

/* Whatever the clocks say: for the period at most, and then it is over. */
static void test_cool_down_find_never_waits_longer_than_its_period(void **state)
{
    static const char *const boots[] = { "", THIS_BOOT, EARLIER_BOOT };
    const size_t count = ARRAY_COUNT(moments);
    (void)state;

    for (size_t n = 0; n < count * count * count * ARRAY_COUNT(boots); n++) {
        struct journal_run run = a_run("on-alert", 0);
        const struct journal journal = { .runs = &run, .count = 1 };
        struct cool_down_moment at = now;
        struct cool_down_moment later;
        struct cool_down wait;

        run.end_uptime_s = moments[n % count];
        run.end_s = moments[n / count % count];
        at.uptime_s = moments[n / count / count % count];
        run.boot = (char *)boots[n / count / count / count];
        wait = cool_down_find(&journal, PERIOD_S, &at);
        if (wait.left_s > PERIOD_S || (wait.run == NULL) != (wait.left_s == 0) ||
            (wait.run && wait.since_s + wait.left_s != PERIOD_S))
            fail_msg("combination %d: %d s left", (int)n, (int)wait.left_s);
        later = later_than(&at);
        if (wait.run && is_possible(&run, &at) &&
            cool_down_find(&journal, PERIOD_S, &later).run)
            fail_msg("combination %d: for ever", (int)n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cool_down_find_of_nothing_is_nothing),
        cmocka_unit_test(test_cool_down_find_counts_each_command_for_its_time),
        cmocka_unit_test(test_cool_down_find_counts_failed_runs_and_undone_ones),
        cmocka_unit_test(test_cool_down_find_counts_what_was_rolled_back_from_its_begin),
        cmocka_unit_test(test_cool_down_find_ignores_all_where_the_policy_has_none),
        cmocka_unit_test(test_cool_down_find_takes_the_run_that_holds_longest),
        cmocka_unit_test(test_cool_down_find_takes_the_newest_of_two_that_hold_as_long),
        cmocka_unit_test(test_cool_down_find_ignores_the_runs_of_another_machine),
        cmocka_unit_test(test_cool_down_find_ignores_the_runs_in_another_network),
        cmocka_unit_test(test_cool_down_find_believes_the_clock_of_this_boot_first),
        cmocka_unit_test(test_cool_down_find_holds_over_a_boot),
        cmocka_unit_test(test_cool_down_find_counts_from_the_first_second_of_a_boot),
        cmocka_unit_test(test_cool_down_find_without_an_uptime_believes_the_wall),
        cmocka_unit_test(test_cool_down_find_never_waits_longer_than_its_period),
    };

    return cmocka_run_group_tests_name("remediate/cool_down", tests, NULL, NULL);
}
