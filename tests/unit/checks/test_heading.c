/* SPDX-License-Identifier: MIT */
/* Where a usage is heading, by the ages of TIME_WAIT and a second look. How often that is
 * right: test_heading_shapes.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/heading.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static struct heading heading;

/* So many closes per second toward 10.0.0.5:443 in each of the ages [first, end). */
static void given_closes(int first, int end, uint32_t per_s)
{
    struct observed_closings *closings = &scene.seen.tcp.closings;

    closings->known = closings->busiest_known = true;
    for (int i = first; i < end; i++)
        closings->busiest.by_age[i] = closings->all.by_age[i] = per_s * CLOSINGS_AGE_S;
}

/* 28232 usable ports, `used` of them toward 10.0.0.5:443. */
static struct destination *given_used(uint16_t used)
{
    return given_time_wait(&scene.seen, "10.0.0.5", 443, used, 0);
}

static void head(void)
{
    const struct result *result = result_of(METRIC_DESTINATION_USAGE);

    heading_of(&scene.seen, &result->measure, &heading);
}

static void expect_nothing(const char *why)
{
    head();
    assert_int_equal(heading.kind, HEADING_NOTHING);
    assert_string_equal(heading.why, why);
}

static void test_heading_of_a_steady_rate_is_its_level(void **state)
{
    (void)state;
    given_used(14500);
    given_closes(0, CLOSINGS_AGES, 200);

    head();

    assert_int_equal(heading.kind, HEADING_LEVEL);
    assert_int_equal(heading.per_s, 200);
    assert_int_equal(heading.level, 2500 + 200 * 60);
}

static void test_heading_of_a_rate_that_began_is_told_on(void **state)
{
    (void)state;
    given_used(300 * 20);
    given_closes(0, 4, 300);

    head();

    assert_int_equal(heading.kind, HEADING_LEVEL);
    assert_int_equal(heading.per_s, 300);
    assert_int_equal(heading.level, 300 * 60);
}

static void test_heading_of_a_rate_that_stopped_is_what_is_held(void **state)
{
    (void)state;
    given_used(1000 + 200 * 40);
    given_closes(4, CLOSINGS_AGES, 200);

    head();

    assert_int_equal(heading.kind, HEADING_LEVEL);
    assert_int_equal(heading.level, 1000);
}

/* 700/s for 20 s, then 14232 ports are left, of which 20.3 s of closes take all: nothing
 * leaves TIME_WAIT before. */
static void test_heading_of_too_high_a_rate_is_full_in_time(void **state)
{
    (void)state;
    given_used(700 * 20);
    given_closes(0, 4, 700);

    head();

    assert_int_equal(heading.kind, HEADING_FULL);
    assert_int_equal(heading.per_s, 700);
    assert_int_equal(heading.full_in_s, 20);
}

static void test_heading_waits_for_fifteen_seconds_of_one_rate(void **state)
{
    struct destination *to = given_used(700 * 10);
    (void)state;
    given_closes(0, 2, 700);
    expect_nothing("the rate of closes is changing");

    given_closes(2, 3, 700);
    to->sockets = to->time_wait = 700 * 15;
    head();

    assert_int_equal(heading.kind, HEADING_FULL);
}

static void test_heading_of_a_rising_rate_is_not_told(void **state)
{
    (void)state;
    given_used(14000);
    for (int i = 0; i < CLOSINGS_AGES; i++)
        given_closes(i, i + 1, (uint32_t)(400 - 30 * i));

    expect_nothing("the rate of closes is changing");
}

static void test_heading_of_bursts_is_never_told_on(void **state)
{
    (void)state;
    given_used(12000);
    given_closes(0, 2, 800);
    given_closes(6, 7, 800);

    head();

    assert_int_equal(heading.kind, HEADING_BURSTY);
    assert_int_equal(heading.per_s, 0);
}

/* Bursts that no usage of ports shows are a steady rate. */
static void test_heading_of_short_bursts_is_their_mean(void **state)
{
    (void)state;
    given_used(6000);
    for (int i = 0; i < CLOSINGS_AGES; i += 2)
        given_closes(i, i + 1, 200);

    head();

    assert_int_equal(heading.kind, HEADING_LEVEL);
    assert_int_equal(heading.level, 6000);
}

static void test_heading_of_few_closes_is_nothing(void **state)
{
    (void)state;
    given_used(500);
    given_closes(0, CLOSINGS_AGES, 5);

    expect_nothing("few connections are closed there");
}

static void test_heading_where_the_other_end_closes_is_nothing(void **state)
{
    (void)state;
    given_destination(&scene.seen, "10.0.0.5", 443, 20000);
    given_closes(0, CLOSINGS_AGES, 0);

    expect_nothing("few connections are closed there");
}

static void test_heading_with_reuse_is_nothing(void **state)
{
    (void)state;
    given_used(14000);
    given_closes(0, CLOSINGS_AGES, 0);
    scene.seen.tcp.closings.young_ms = 1000;
    scene.seen.tcp.closings.busiest.young = 700;

    expect_nothing("TIME_WAIT is reused there");
}

static void test_heading_at_the_limit_of_time_wait_is_nothing(void **state)
{
    (void)state;
    given_used(12000);
    given_closes(0, CLOSINGS_AGES, 200);
    scene.seen.tcp.closings.limit = 13000;
    expect_nothing("tcp_max_tw_buckets is reached");

    scene.seen.tcp.closings.limit = 14000;
    head();
    assert_int_equal(heading.kind, HEADING_LEVEL);
    scene.seen.tcp.states[CONN_FIN_WAIT_2] = 1000;
    expect_nothing("tcp_max_tw_buckets is reached");
}

static void test_heading_to_more_than_the_limit_is_nothing(void **state)
{
    (void)state;
    given_used(300 * 20);
    given_closes(0, 4, 300);
    scene.seen.tcp.closings.limit = 16000;

    expect_nothing("tcp_max_tw_buckets will be reached");
}

static void test_heading_without_ages_is_nothing(void **state)
{
    (void)state;
    given_used(14000);

    expect_nothing("ages of TIME_WAIT are not known");
    given_closes(0, CLOSINGS_AGES, 200);
    scene.seen.tcp.closings.busiest_known = false;
    expect_nothing("ages of TIME_WAIT are not known");
}

static void test_heading_of_what_is_full_is_nothing(void **state)
{
    (void)state;
    given_used(28232);
    given_closes(0, CLOSINGS_AGES, 470);

    expect_nothing("it is full");
}

static void test_heading_without_connections_is_nothing(void **state)
{
    (void)state;
    given_closes(0, CLOSINGS_AGES, 0);

    expect_nothing("there are no connections");
}

static void test_heading_of_a_lower_bound_is_nothing(void **state)
{
    (void)state;
    given_used(14000);
    given_closes(0, CLOSINGS_AGES, 200);
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 2000;

    expect_nothing("the usage of the busiest destination is not known");
}

static void given_look(uint32_t first, uint32_t last, uint32_t closed)
{
    scene.seen.look = (struct observed_look){
        .span_ms = 1000, .ports_first = first, .ports_last = last, .closed = closed
    };
}

static void test_heading_of_held_sockets_takes_two_looks(void **state)
{
    (void)state;
    given_destination(&scene.seen, "10.0.0.5", 443, 22646);
    expect_nothing("ages of TIME_WAIT are not known");

    given_look(20706, 22646, 0);
    head();

    assert_int_equal(heading.kind, HEADING_GROWING);
    assert_int_equal(heading.per_s, 1940);
    assert_int_equal(heading.full_in_s, 2);
}

/* What came to TIME_WAIT is the business of the ages. */
static void test_heading_of_growing_time_wait_is_that_of_the_ages(void **state)
{
    (void)state;
    given_used(300 * 20);
    given_closes(0, 4, 300);
    given_look(5700, 6000, 300);

    head();

    assert_int_equal(heading.kind, HEADING_LEVEL);
}

static void test_heading_of_held_sockets_beside_closes_is_growth(void **state)
{
    (void)state;
    given_used(18000);
    given_closes(0, CLOSINGS_AGES, 100);
    given_look(17900, 18000, 100); /* as many left TIME_WAIT */

    head();

    assert_int_equal(heading.kind, HEADING_GROWING);
    assert_int_equal(heading.per_s, 100);
}

static void test_close_rate_is_that_of_the_last_fifteen_seconds(void **state)
{
    double per_s = -1;
    (void)state;
    assert_false(heading_close_rate(&scene.seen, &per_s));

    given_closes(0, 3, 100);
    given_closes(3, CLOSINGS_AGES, 900);
    assert_true(heading_close_rate(&scene.seen, &per_s));
    assert_true(per_s > 99.9 && per_s < 100.1);
}

static void test_close_rate_has_what_may_be_taken_over(void **state)
{
    double per_s = -1;
    (void)state;
    given_closes(0, CLOSINGS_AGES, 10);
    scene.seen.tcp.closings.young_ms = 500;
    scene.seen.tcp.closings.all.young = 20;

    assert_true(heading_close_rate(&scene.seen, &per_s));
    assert_true(per_s > 49.9 && per_s < 50.1);
}

static void test_close_rate_at_the_limit_is_not_known(void **state)
{
    double per_s;
    (void)state;
    given_used(12000);
    given_closes(0, CLOSINGS_AGES, 200);
    scene.seen.tcp.closings.limit = 12000;

    assert_false(heading_close_rate(&scene.seen, &per_s));
}

static void test_sustainable_rate_is_a_minutes_share_of_the_range(void **state)
{
    double per_s = 0;
    (void)state;

    assert_true(heading_sustainable_rate(&scene.seen, &per_s));
    assert_true(per_s > 470.5 && per_s < 470.6);
    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no range");
    assert_false(heading_sustainable_rate(&scene.seen, &per_s));
    given_windows(&scene.seen);
    assert_false(heading_sustainable_rate(&scene.seen, &per_s));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_heading_of_a_steady_rate_is_its_level),
        TEST(test_heading_of_a_rate_that_began_is_told_on),
        TEST(test_heading_of_a_rate_that_stopped_is_what_is_held),
        TEST(test_heading_of_too_high_a_rate_is_full_in_time),
        TEST(test_heading_waits_for_fifteen_seconds_of_one_rate),
        TEST(test_heading_of_a_rising_rate_is_not_told),
        TEST(test_heading_of_bursts_is_never_told_on),
        TEST(test_heading_of_short_bursts_is_their_mean),
        TEST(test_heading_of_few_closes_is_nothing),
        TEST(test_heading_where_the_other_end_closes_is_nothing),
        TEST(test_heading_with_reuse_is_nothing),
        TEST(test_heading_at_the_limit_of_time_wait_is_nothing),
        TEST(test_heading_to_more_than_the_limit_is_nothing),
        TEST(test_heading_without_ages_is_nothing),
        TEST(test_heading_of_what_is_full_is_nothing),
        TEST(test_heading_without_connections_is_nothing),
        TEST(test_heading_of_a_lower_bound_is_nothing),
        TEST(test_heading_of_held_sockets_takes_two_looks),
        TEST(test_heading_of_growing_time_wait_is_that_of_the_ages),
        TEST(test_heading_of_held_sockets_beside_closes_is_growth),
        TEST(test_close_rate_is_that_of_the_last_fifteen_seconds),
        TEST(test_close_rate_has_what_may_be_taken_over),
        TEST(test_close_rate_at_the_limit_is_not_known),
        TEST(test_sustainable_rate_is_a_minutes_share_of_the_range),
    };

    return cmocka_run_group_tests_name("checks/heading", tests, NULL, NULL);
}
