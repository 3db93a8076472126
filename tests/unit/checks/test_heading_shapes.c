/* SPDX-License-Identifier: MIT */
/* How often each kind of line about where a usage is heading is right, over loads of many
 * shapes. One that is wrong more often than right would not be printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/heading.h"
#include "checks/headline.h"
#include "tests/support/load_shapes.h"

enum {
    FIRST_S = 5, /* of the snapshots */
    LAST_S = 420,
    EACH_S = 3,
    LEVEL_POINTS = 5,  /* what "right" means: of a level, */
    TIME_PERCENT = 30, /* and of the time until it is full */
    KINDS = HEADING_BURSTY + 1
};

static struct load_run run;
static struct observation seen;
static struct measure usage;

/* What the check sees at the end of that second; with a look that began one before. */
static void look_at(const struct load_shape *shape, int second, bool twice)
{
    struct observed_closings *closings = &seen.tcp.closings;

    seen = (struct observation){ .os.kind = OS_LINUX };
    seen.range[IP_PROTOCOL_TCP] = (struct observed_range){ .usable = LOAD_USABLE };
    seen.tcp.time_wait = run.time_wait[second];
    seen.tcp.top[0].sockets = (uint16_t)run.used[second];
    seen.tcp.top_count = 1;
    *closings = (struct observed_closings){ .known = true,
                                            .busiest_known = true,
                                            .young_ms = shape->reuse ? 1000 : 0,
                                            .limit = shape->limit };
    for (int age = 0; !shape->reuse && age < LOAD_TIME_WAIT_S && age <= second; age++)
        closings->busiest.by_age[age / CLOSINGS_AGE_S] += run.closed[second - age];
    if (shape->reuse)
        closings->busiest.young = run.closed[second];
    usage =
        (struct measure){ .known = true, .part = run.used[second], .whole = LOAD_USABLE };
    if (twice)
        seen.look = (struct observed_look){ .span_ms = 1000,
                                            .ports_first = run.used[second - 1],
                                            .ports_last = run.used[second],
                                            .closed = run.closed[second] };
}

static bool is_full_right(int second, uint32_t full_in_s)
{
    for (int s = second; s < LOAD_END_S; s++) {
        const double error = full_in_s - (double)(s - second);

        if (run.used[s] >= LOAD_USABLE)
            return (error < 0 ? -error : error) <=
                   1 + (s - second) * TIME_PERCENT / 100.0;
    }
    return false;
}

static bool is_level_right(int second, uint64_t level)
{
    const double error = run.used[second + LOAD_TIME_WAIT_S] - (double)level;

    return (error < 0 ? -error : error) <= LOAD_USABLE * LEVEL_POINTS / 100.0;
}

/* No time is told of what is far away. */
static bool is_growth_right(int second, const struct heading *heading)
{
    return heading->full_in_s > HEADLINE_TELLING_S
               ? run.used[second + LOAD_TIME_WAIT_S] > run.used[second]
               : is_full_right(second, heading->full_in_s);
}

/* Whether the level does not stay what it is. */
static bool is_changing(int second)
{
    uint32_t least = run.used[second];
    uint32_t most = least;

    for (int s = second; s <= second + LOAD_TIME_WAIT_S; s++) {
        least = run.used[s] < least ? run.used[s] : least;
        most = run.used[s] > most ? run.used[s] : most;
    }
    return most - least > LOAD_USABLE * LEVEL_POINTS / 100;
}

static bool is_right(int second, const struct heading *heading)
{
    switch (heading->kind) {
    case HEADING_LEVEL:
        return is_level_right(second, heading->level);
    case HEADING_FULL:
        return is_full_right(second, heading->full_in_s);
    case HEADING_GROWING:
        return is_growth_right(second, heading);
    case HEADING_BURSTY:
        return is_changing(second);
    default:
        return true;
    }
}

struct score {
    unsigned int said[KINDS];
    unsigned int right[KINDS];
};

static void print_score(const char *name, const struct score *score)
{
    printf("%-22s", name);
    for (int kind = 0; kind < KINDS; kind++)
        if (score->said[kind] > 0)
            printf(" %s %u/%u", heading_kind_names[kind], score->right[kind],
                   score->said[kind]);
    printf("\n");
}

/* Snapshots of one shape. */
static struct score score_of(const struct load_shape *shape, bool twice)
{
    struct score score = { .said = { 0 } };

    load_simulate(shape, &run);
    for (int s = FIRST_S; s <= LAST_S; s += EACH_S) {
        struct heading heading;

        if (run.used[s] >= LOAD_USABLE)
            continue;
        look_at(shape, s, twice);
        heading_of(&seen, &usage, &heading);
        score.said[heading.kind]++;
        score.right[heading.kind] += is_right(s, &heading);
    }
    print_score(shape->name, &score);
    return score;
}

static struct score score_of_all(bool twice)
{
    struct score sum = { .said = { 0 } };

    for (size_t i = 0; i < load_shape_count; i++) {
        const struct score score = score_of(&load_shapes[i], twice);

        for (int kind = 0; kind < KINDS; kind++) {
            sum.said[kind] += score.said[kind];
            sum.right[kind] += score.right[kind];
        }
    }
    print_score(twice ? "ALL, two looks" : "ALL, one look", &sum);
    return sum;
}

static void expect_rate(const struct score *score, enum heading_kind kind,
                        unsigned int least, unsigned int percent)
{
    if (score->said[kind] < least ||
        score->right[kind] * 100 < score->said[kind] * percent)
        fail_msg("'%s' was right %u times of %u, expected %u%% of %u or more",
                 heading_kind_names[kind], score->right[kind], score->said[kind], percent,
                 least);
}

static void test_one_look_is_right_far_more_often_than_wrong(void **state)
{
    const struct score score = score_of_all(false);
    (void)state;

    expect_rate(&score, HEADING_LEVEL, 1500, 78);
    expect_rate(&score, HEADING_FULL, 12, 75);
    expect_rate(&score, HEADING_BURSTY, 300, 95);
    assert_int_equal(score.said[HEADING_GROWING], 0);
}

static void test_two_looks_tell_growth(void **state)
{
    const struct score score = score_of_all(true);
    (void)state;

    expect_rate(&score, HEADING_LEVEL, 1500, 78);
    expect_rate(&score, HEADING_FULL, 12, 75);
    expect_rate(&score, HEADING_BURSTY, 300, 95);
    expect_rate(&score, HEADING_GROWING, 200, 55);
}

static const struct load_shape *shape_of(const char *name)
{
    for (size_t i = 0; i < load_shape_count; i++)
        if (strcmp(load_shapes[i].name, name) == 0)
            return &load_shapes[i];
    fail_msg("no shape is called %s", name);
    return NULL;
}

/* A steady load is never said to fill the range, nor to come in bursts. */
static void test_a_steady_load_raises_no_false_alarm(void **state)
{
    static const char *const names[] = { "steady, low",  "steady, half",  "steady, high",
                                         "Poisson, low", "Poisson, half", "Poisson, high",
                                         "held, steady", "start" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const struct score score = score_of(shape_of(names[i]), false);

        if (score.said[HEADING_FULL] + score.said[HEADING_BURSTY] > 0 ||
            score.right[HEADING_LEVEL] < score.said[HEADING_LEVEL])
            fail_msg("%s: a false alarm, or a wrong level", names[i]);
    }
}

/* Ages that are not complete, or that none of the sockets has. */
static void test_nothing_is_said_where_ages_tell_nothing(void **state)
{
    static const char *const names[] = { "reuse", "server closes", "held, steady" };
    struct score score;
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        score = score_of(shape_of(names[i]), false);
        if (score.said[HEADING_NOTHING] == 0 || score.said[HEADING_LEVEL] > 0 ||
            score.said[HEADING_FULL] > 0 || score.said[HEADING_BURSTY] > 0)
            fail_msg("%s: something was said", names[i]);
    }
    score = score_of(shape_of("limit of TIME_WAIT"), false);
    assert_int_equal(score.said[HEADING_LEVEL] + score.said[HEADING_FULL], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_look_is_right_far_more_often_than_wrong),
        cmocka_unit_test(test_two_looks_tell_growth),
        cmocka_unit_test(test_a_steady_load_raises_no_false_alarm),
        cmocka_unit_test(test_nothing_is_said_where_ages_tell_nothing),
    };

    return cmocka_run_group_tests_name("checks/heading_shapes", tests, NULL, NULL);
}
