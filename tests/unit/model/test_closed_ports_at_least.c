/* SPDX-License-Identifier: MIT */
/* The lower bound by parity, where the kernel cannot be asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/closed_ports.h"
#include "tests/support/given_census.h"

enum { FIRST = GIVEN_FIRST_PORT };

static uint32_t at_least(void)
{
    uint32_t bound = 12345;

    return closed_ports_at_least(&census, &bound) ? bound : 99999;
}

/* As accept() leaves them: each its own destination, no port twice. */
static void test_at_least_counts_many_destinations_that_share_no_port(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 300; i++)
        given_socket(&census, (uint16_t)(2 * i + 1), i, CONN_ESTABLISHED);

    assert_int_equal(at_least(), 300 - 4);
    assert_int_equal(given_busiest(&census)->covered, 1);
    assert_int_equal(given_busiest(&census)->odd, 0);
}

/* `count` destinations of `sockets` each, on the odd ports from number `from` on. */
static void add_apart(uint16_t from, uint16_t count, uint16_t sockets)
{
    for (uint16_t i = 0; i < count; i++)
        given_half(&census, (uint16_t)(2 * (from + i * sockets) + 1), sockets,
                   (uint16_t)(from + i));
}

/* 24 x 23 = 12 x 46 meetings are enough for a proof, and no fewer. */
static void test_at_least_wants_six_meetings_expected(void **state)
{
    (void)state;

    given_ports(&census, 2 * 46);
    add_apart(0, 23, 1);
    assert_int_equal(at_least(), 0);
    add_apart(23, 1, 1);
    assert_int_equal(at_least(), 24 - 4);

    given_ports(&census, 2 * 24); /* of destinations of two sockets */
    add_apart(0, 10, 2);
    assert_int_equal(at_least(), 0);
}

/* 33 x 32 = 16 x 66: one meeting of eight that are expected. */
static void test_at_least_allows_one_meeting_of_eight(void **state)
{
    (void)state;

    given_ports(&census, 2 * 66);
    add_apart(0, 31, 1);
    given_socket(&census, 1, 999, CONN_ESTABLISHED);
    assert_int_equal(at_least(), 0);
    add_apart(31, 1, 1);
    assert_int_equal(at_least(), 33 - 1 - 4);
}

/* Two listeners on one port are two addresses, and no sign of connect(). */
static void test_at_least_leaves_shared_listeners_aside(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 80; i++)
        given_socket(&census, (uint16_t)(601 + 2 * (i % 40)), 1, CONN_LISTEN);
    add_apart(0, 300, 1);
    assert_int_equal(at_least(), 300 - 4);
}

/* Of two equal bounds the one over larger destinations: more sockets are covered. */
static void test_at_least_takes_the_larger_of_equals(void **state)
{
    (void)state;

    given_ports(&census, 2 * 46);
    add_apart(0, 24, 1);
    add_apart(24, 2, 2);
    assert_int_equal(at_least(), 24 - 4);
    assert_int_equal(destination_in_the_way(given_busiest(&census)), 0);
}

/* The least that can be proven: one port of 33. */
static void test_at_least_counts_a_single_port(void **state)
{
    (void)state;

    given_ports(&census, 2 * 33);
    add_apart(0, 2, 5);
    add_apart(10, 5, 4);
    add_apart(30, 1, 3);
    assert_int_equal(at_least(), 1);
    assert_int_equal(destination_in_the_way(given_busiest(&census)), 0);
}

static void test_at_least_wants_more_than_one_percent(void **state)
{
    (void)state;

    add_apart(0, 10, 1);
    assert_int_equal(at_least(), 99999);
    add_apart(10, 1, 1);
    assert_int_equal(at_least(), 0);
}

/* connect() would have met itself. */
static void test_at_least_counts_nothing_where_ports_are_shared(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 400; i++)
        given_socket(&census, (uint16_t)(2 * (i % 300) + 1), i, CONN_ESTABLISHED);

    assert_int_equal(at_least(), 0);
    assert_int_equal(given_busiest(&census)->covered, 0);
}

/* A pool that was past half and lost its oldest ones; a range that began with the other
 * parity: few destinations prove nothing. */
static void test_at_least_counts_nothing_of_a_few_destinations(void **state)
{
    (void)state;

    given_half(&census, 1, 200, 1);
    given_half(&census, 401, 150, 2);
    given_half(&census, 701, 100, 3);

    assert_int_equal(at_least(), 0);
}

/* ... and of one such pool beside many bound ones, its ports are not counted. */
static void test_at_least_leaves_a_pool_out(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 300; i++)
        given_socket(&census, (uint16_t)(2 * i + 1), i, CONN_ESTABLISHED);
    given_half(&census, 601, 150, 1000);

    assert_int_equal(at_least(), 300 - 4);
    assert_int_equal(given_busiest(&census)->sockets, 150);
    assert_int_equal(given_busiest(&census)->covered, 0);
}

static void test_at_least_is_nothing_where_a_used_up_half_explains_it(void **state)
{
    (void)state;

    given_half(&census, 0, 449, 1);
    given_half(&census, 1, 120, 1);
    assert_int_equal(at_least(), 99999);
}

static void test_at_least_wants_the_half_used_up(void **state)
{
    (void)state;

    given_half(&census, 0, 448, 1);
    given_half(&census, 1, 120, 1);
    assert_int_equal(at_least(), 0);
}

/* Blocked even ports are used up as well as those of connections. */
static void test_at_least_counts_blocked_ports_among_the_used_up(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 100; i++)
        given_socket(&census, (uint16_t)(800 + 2 * i), 1, CONN_BOUND);
    given_half(&census, 1, 120, 1);
    given_half(&census, 0, 348, 1);
    assert_int_equal(at_least(), 0);
    given_socket(&census, 696, 1, CONN_ESTABLISHED);
    assert_int_equal(at_least(), 99999);
}

/* Of a half of two ports one is enough: the other may have been missed. */
static void test_at_least_of_the_smallest_half(void **state)
{
    (void)state;

    given_ports(&census, 4);
    given_socket(&census, 1, 1, CONN_ESTABLISHED);
    assert_int_equal(at_least(), 0);
    given_socket(&census, 0, 1, CONN_ESTABLISHED);
    assert_int_equal(at_least(), 99999);
}

/* In the first two seconds nothing went yet. */
static void test_at_least_gives_time_wait_two_seconds(void **state)
{
    const uint8_t here[4] = { 10, 0, 0, 1 };
    struct socket_row row = { .local = ip_address_from_v4(here),
                              .remote = ip_address_from_v4(here),
                              .remote_port = 443,
                              .state = CONN_TIME_WAIT,
                              .has_time_wait_age = true };
    (void)state;

    for (uint16_t age_ms = 2000; age_ms <= 2001; age_ms++) {
        given_ports(&census, 1000);
        row.time_wait_age_ms = age_ms;
        for (uint16_t i = 0; i < 339 + 120; i++) {
            row.local_port = (uint16_t)(FIRST + (i < 339 ? 2 * i : 2 * (i - 339) + 1));
            assert_true(socket_census_add_tcp(&census, &row, NULL));
        }
        assert_int_equal(at_least(), age_ms == 2000 ? 0 : 99999);
    }
}

/* Odd ones in TIME_WAIT for 30 s: the even half may have had 30 s to empty by half. */
static void test_at_least_knows_that_the_oldest_ones_go_first(void **state)
{
    const uint8_t here[4] = { 10, 0, 0, 1 };
    struct socket_row row = { .local = ip_address_from_v4(here),
                              .remote = ip_address_from_v4(here),
                              .remote_port = 443,
                              .state = CONN_TIME_WAIT,
                              .has_time_wait_age = true,
                              .time_wait_age_ms = 30000 };
    (void)state;

    for (uint16_t i = 0; i < 120; i++) {
        row.local_port = (uint16_t)(FIRST + 2 * i + 1);
        assert_true(socket_census_add_tcp(&census, &row, NULL));
    }
    for (uint16_t i = 0; i < 174; i++) {
        row.local_port = (uint16_t)(FIRST + 2 * i);
        assert_true(socket_census_add_tcp(&census, &row, NULL));
    }
    assert_int_equal(at_least(), 0);
    row.local_port = FIRST + 400;
    assert_true(socket_census_add_tcp(&census, &row, NULL));
    assert_int_equal(at_least(), 99999);
    row.local_port = FIRST + 501; /* one that is young */
    row.time_wait_age_ms = 1000;
    assert_true(socket_census_add_tcp(&census, &row, NULL));
    assert_int_equal(at_least(), 0);
}

#define CLOSED_TEST(test)                                                                \
    cmocka_unit_test_setup_teardown(test, given_thousand_ports, clear_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOSED_TEST(test_at_least_counts_many_destinations_that_share_no_port),
        CLOSED_TEST(test_at_least_wants_six_meetings_expected),
        CLOSED_TEST(test_at_least_allows_one_meeting_of_eight),
        CLOSED_TEST(test_at_least_leaves_shared_listeners_aside),
        CLOSED_TEST(test_at_least_takes_the_larger_of_equals),
        CLOSED_TEST(test_at_least_counts_a_single_port),
        CLOSED_TEST(test_at_least_wants_more_than_one_percent),
        CLOSED_TEST(test_at_least_counts_nothing_where_ports_are_shared),
        CLOSED_TEST(test_at_least_counts_nothing_of_a_few_destinations),
        CLOSED_TEST(test_at_least_leaves_a_pool_out),
        CLOSED_TEST(test_at_least_is_nothing_where_a_used_up_half_explains_it),
        CLOSED_TEST(test_at_least_wants_the_half_used_up),
        CLOSED_TEST(test_at_least_counts_blocked_ports_among_the_used_up),
        CLOSED_TEST(test_at_least_of_the_smallest_half),
        CLOSED_TEST(test_at_least_gives_time_wait_two_seconds),
        CLOSED_TEST(test_at_least_knows_that_the_oldest_ones_go_first),
    };

    return cmocka_run_group_tests_name("model/closed_ports_at_least", tests, NULL, NULL);
}
