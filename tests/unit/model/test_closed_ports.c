/* SPDX-License-Identifier: MIT */
/* Which ports are asked about, what the answers add up to, and the lower bound by parity.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/closed_ports.h"

enum { FIRST = 40000 };

static struct socket_census census;
static struct closed_sample sample;

/* A census over `ports` usable ports from 40000 on. */
static void given_ports(uint16_t ports)
{
    const struct port_range range = { FIRST, (uint16_t)(FIRST + ports - 1) };

    socket_census_clear(&census);
    census.scope.range = range;
    port_set_add_range(&census.scope.usable, range);
}

static int given_thousand(void **state)
{
    (void)state;
    given_ports(1000);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    socket_census_clear(&census);
    return 0;
}

/* From the port `offset` after the first one to destination number `to`. */
static void add(uint16_t offset, uint16_t to, enum conn_state state)
{
    const uint8_t here[4] = { 10, 0, 0, 1 };
    const uint8_t there[4] = { 10, 1, (uint8_t)(to >> 8), (uint8_t)to };
    const struct socket_row row = {
        .local = ip_address_from_v4(here),
        .remote = ip_address_from_v4(there),
        .local_port = (uint16_t)(FIRST + offset),
        .remote_port = state == CONN_BOUND || state == CONN_LISTEN ? 0 : 443,
        .state = state
    };

    assert_true(socket_census_add_tcp(&census, &row, NULL));
}

/* `count` sockets to one destination, on every other port from `offset` on. */
static void add_half(uint16_t offset, uint16_t count, uint16_t to)
{
    for (uint16_t i = 0; i < count; i++)
        add((uint16_t)(offset + 2 * i), to, CONN_ESTABLISHED);
}

static const struct destination *busiest(void)
{
    static struct destination top[1];

    assert_int_equal(destination_table_top(&census.destinations, 1, top), 1);
    return top;
}

static void test_suspected_from_one_percent_of_odd_ports_on(void **state)
{
    (void)state;

    add_half(0, 400, 1);
    add_half(1, 10, 2);
    assert_false(closed_ports_suspected(&census));
    add(21, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));
}

static void test_suspected_leaves_listeners_and_bound_ones_aside(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 30; i++)
        add((uint16_t)(2 * i + 1), 1, i % 2 ? CONN_LISTEN : CONN_BOUND);
    assert_false(closed_ports_suspected(&census));
}

/* bind() may have gone on to the even half. */
static void test_suspected_where_nearly_half_of_all_is_used(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 440; i++)
        add((uint16_t)(2 * i + 1), 1, CONN_BOUND);
    add_half(0, 10, 2); /* 1 % */
    assert_false(closed_ports_suspected(&census));
    add(20, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));

    given_ports(1000);
    add_half(0, 449, 2);
    assert_false(closed_ports_suspected(&census));
    add(999, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));
}

static void test_draw_takes_all_ports_of_a_small_pool(void **state)
{
    struct port_set drawn = { 0 };
    (void)state;

    add_half(1, 300, 1);
    add(1, 1, CONN_LISTEN);
    closed_ports_draw(&census, 1, &sample);

    assert_int_equal(sample.pool, 299);
    assert_int_equal(sample.count, 299);
    for (size_t i = 0; i < sample.count; i++)
        port_set_add(&drawn, sample.ports[i]);
    assert_int_equal(port_set_count(&drawn), 299);
    assert_false(port_set_has(&drawn, FIRST + 1));
}

static void test_draw_takes_a_part_of_a_large_pool_by_the_seed(void **state)
{
    static struct closed_sample again;
    struct port_set drawn = { 0 };
    uint32_t upper = 0;
    (void)state;

    given_ports(20000);
    add_half(0, 10000, 1);
    closed_ports_draw(&census, 7, &sample);
    closed_ports_draw(&census, 7, &again);

    assert_int_equal(sample.pool, 10000);
    assert_int_equal(sample.count, CLOSED_ASKS_MAX);
    assert_memory_equal(sample.ports, again.ports, sizeof sample.ports);
    for (size_t i = 0; i < sample.count; i++) {
        assert_true(port_set_has(&census.used, sample.ports[i]));
        port_set_add(&drawn, sample.ports[i]);
        upper += sample.ports[i] >= FIRST + 10000;
    }
    assert_int_equal(port_set_count(&drawn), CLOSED_ASKS_MAX);
    assert_in_range(upper, 412, 612); /* half of them, within six deviations */
    closed_ports_draw(&census, 8, &again);
    assert_memory_not_equal(sample.ports, again.ports, sizeof sample.ports);
}

static void test_settle_counts_closed_ports_and_covers_their_sockets(void **state)
{
    static struct port_set closed;
    (void)state;

    closed = (struct port_set){ 0 };
    for (uint16_t i = 0; i < 40; i++)
        port_set_add(&closed, (uint16_t)(FIRST + 2 * i + 1));
    census.scope.closed = &closed;
    add(1, 1, CONN_LISTEN);
    add_half(3, 30, 1); /* closed */
    add_half(0, 20, 1);
    closed_ports_draw(&census, 1, &sample);

    assert_int_equal(closed_ports_settle(&census, &sample, sample.count), 30);
    assert_int_equal(busiest()->covered, 30);
    assert_int_equal(destination_in_the_way(busiest()), 20);
}

/* 1 of 4 was asked about: what was found is four times as much. */
static void test_settle_scales_a_sample_up(void **state)
{
    static struct port_set closed;
    (void)state;

    closed = (struct port_set){ 0 };
    for (uint16_t i = 0; i < 10; i++)
        port_set_add(&closed, (uint16_t)(FIRST + 2 * i + 1));
    census.scope.closed = &closed;
    census.scope.closed_is_sample = true;
    add_half(1, 60, 1);
    add_half(200, 40, 2);
    sample.pool = 100;

    assert_int_equal(closed_ports_settle(&census, &sample, 25), 40);
    assert_int_equal(busiest()->covered, 0);
    assert_int_equal(census.destinations.destinations[0].covered, 40);
    assert_int_equal(census.destinations.destinations[0].sampled, 0);
}

/* Never more than there are. */
static void test_settle_scales_up_to_what_there_is(void **state)
{
    static struct port_set closed;
    (void)state;

    closed = (struct port_set){ 0 };
    port_set_add_range(&closed, (struct port_range){ FIRST, FIRST + 9 });
    census.scope.closed = &closed;
    census.scope.closed_is_sample = true;
    add_half(1, 20, 1);
    sample.pool = 200;

    assert_int_equal(closed_ports_settle(&census, &sample, 10), 20);
    assert_int_equal(busiest()->covered, 20);
}

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
        add((uint16_t)(2 * i + 1), i, CONN_ESTABLISHED);

    assert_int_equal(at_least(), 300 - 4);
    assert_int_equal(busiest()->covered, 1);
}

/* connect() would have met itself. */
static void test_at_least_counts_nothing_where_ports_are_shared(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 400; i++)
        add((uint16_t)(2 * (i % 300) + 1), i, CONN_ESTABLISHED);

    assert_int_equal(at_least(), 0);
    assert_int_equal(busiest()->covered, 0);
}

/* A pool that was past half and lost its oldest ones; a range that began with the other
 * parity: few destinations prove nothing. */
static void test_at_least_counts_nothing_of_a_few_destinations(void **state)
{
    (void)state;

    add_half(1, 200, 1);
    add_half(401, 150, 2);
    add_half(701, 100, 3);

    assert_int_equal(at_least(), 0);
}

/* ... and of one such pool beside many bound ones, its ports are not counted. */
static void test_at_least_leaves_a_pool_out(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 300; i++)
        add((uint16_t)(2 * i + 1), i, CONN_ESTABLISHED);
    add_half(601, 150, 1000);

    assert_int_equal(at_least(), 300 - 4);
    assert_int_equal(busiest()->sockets, 150);
    assert_int_equal(busiest()->covered, 0);
}

static void test_at_least_is_nothing_where_a_used_up_half_explains_it(void **state)
{
    (void)state;

    add_half(0, 449, 1);
    add_half(1, 120, 1);
    assert_int_equal(at_least(), 99999);
}

static void test_at_least_wants_the_half_used_up(void **state)
{
    (void)state;

    add_half(0, 448, 1);
    add_half(1, 120, 1);
    assert_int_equal(at_least(), 0);
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

#define CLOSED_TEST(test) cmocka_unit_test_setup_teardown(test, given_thousand, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOSED_TEST(test_suspected_from_one_percent_of_odd_ports_on),
        CLOSED_TEST(test_suspected_leaves_listeners_and_bound_ones_aside),
        CLOSED_TEST(test_suspected_where_nearly_half_of_all_is_used),
        CLOSED_TEST(test_draw_takes_all_ports_of_a_small_pool),
        CLOSED_TEST(test_draw_takes_a_part_of_a_large_pool_by_the_seed),
        CLOSED_TEST(test_settle_counts_closed_ports_and_covers_their_sockets),
        CLOSED_TEST(test_settle_scales_a_sample_up),
        CLOSED_TEST(test_settle_scales_up_to_what_there_is),
        CLOSED_TEST(test_at_least_counts_many_destinations_that_share_no_port),
        CLOSED_TEST(test_at_least_counts_nothing_where_ports_are_shared),
        CLOSED_TEST(test_at_least_counts_nothing_of_a_few_destinations),
        CLOSED_TEST(test_at_least_leaves_a_pool_out),
        CLOSED_TEST(test_at_least_is_nothing_where_a_used_up_half_explains_it),
        CLOSED_TEST(test_at_least_wants_the_half_used_up),
        CLOSED_TEST(test_at_least_knows_that_the_oldest_ones_go_first),
    };

    return cmocka_run_group_tests_name("model/closed_ports", tests, NULL, NULL);
}
