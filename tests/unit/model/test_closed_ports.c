/* SPDX-License-Identifier: MIT */
/* Which ports are asked about, and what the answers add up to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/closed_ports.h"
#include "tests/support/given_census.h"

enum { FIRST = GIVEN_FIRST_PORT };

static struct closed_sample sample;

static void test_suspected_from_one_percent_of_odd_ports_on(void **state)
{
    (void)state;

    given_half(&census, 0, 400, 1);
    given_half(&census, 1, 10, 2);
    assert_false(closed_ports_suspected(&census));
    given_socket(&census, 21, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));
}

static void test_suspected_leaves_listeners_and_bound_ones_aside(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 30; i++)
        given_socket(&census, (uint16_t)(2 * i + 1), 1, i % 2 ? CONN_LISTEN : CONN_BOUND);
    assert_false(closed_ports_suspected(&census));
}

/* bind() may have gone on to the even half. */
static void test_suspected_where_nearly_half_of_all_is_used(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 440; i++)
        given_socket(&census, (uint16_t)(2 * i + 1), 1, CONN_BOUND);
    given_half(&census, 0, 10, 2); /* 1 % */
    assert_false(closed_ports_suspected(&census));
    given_socket(&census, 20, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));

    given_ports(&census, 1000);
    given_half(&census, 0, 449, 2);
    assert_false(closed_ports_suspected(&census));
    given_socket(&census, 999, 2, CONN_ESTABLISHED);
    assert_true(closed_ports_suspected(&census));
}

static void test_draw_takes_all_ports_of_a_small_pool(void **state)
{
    struct port_set drawn = { 0 };
    (void)state;

    given_half(&census, 1, 300, 1);
    given_socket(&census, 1, 1, CONN_LISTEN);
    closed_ports_draw(&census, 1, &sample);

    assert_int_equal(sample.pool, 299);
    assert_int_equal(sample.count, 299);
    for (size_t i = 0; i < sample.count; i++)
        port_set_add(&drawn, sample.ports[i]);
    assert_int_equal(port_set_count(&drawn), 299);
    assert_false(port_set_has(&drawn, FIRST + 1));
}

/* The run may end before the last of them was asked about. */
static void test_draw_mixes_a_small_pool(void **state)
{
    uint32_t upper = 0;
    uint32_t first = 0;
    (void)state;

    given_half(&census, 0, 400, 1);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        closed_ports_draw(&census, seed, &sample);
        first += sample.ports[0] == FIRST;
    }
    for (size_t i = 0; i < 100; i++)
        upper += sample.ports[i] >= FIRST + 400;

    assert_in_range(upper, 25, 75); /* half of them, within six deviations */
    assert_true(first < 5);
}

/* All but one of 1025; the last one of them as well as any other, and the last port. */
static void test_draw_gives_the_last_port_its_chance(void **state)
{
    struct port_set drawn = { 0 };
    const struct port_range range = { UINT16_MAX - 1024, UINT16_MAX };
    (void)state;

    census.scope.range = range;
    census.scope.usable = (struct port_set){ 0 };
    port_set_add_range(&census.scope.usable, range);
    for (int i = 0; i <= 1024; i++)
        given_socket(&census, (uint16_t)(range.first + i - FIRST), 1, CONN_ESTABLISHED);
    closed_ports_draw(&census, 1, &sample);
    for (size_t i = 0; i < sample.count; i++)
        port_set_add(&drawn, sample.ports[i]);

    assert_int_equal(sample.pool, 1025);
    assert_int_equal(port_set_count(&drawn), 1024);
    assert_true(port_set_has(&drawn, UINT16_MAX));
}

static void test_draw_takes_a_part_of_a_large_pool_by_the_seed(void **state)
{
    static struct closed_sample again;
    struct port_set drawn = { 0 };
    uint32_t upper = 0;
    (void)state;

    given_ports(&census, 20000);
    given_half(&census, 0, 10000, 1);
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
    given_socket(&census, 1, 1, CONN_LISTEN);
    given_half(&census, 3, 30, 1); /* closed */
    given_half(&census, 0, 20, 1);
    closed_ports_draw(&census, 1, &sample);

    assert_int_equal(closed_ports_settle(&census, &sample, sample.count), 30);
    assert_int_equal(given_busiest(&census)->covered, 30);
    assert_int_equal(destination_in_the_way(given_busiest(&census)), 20);
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
    given_half(&census, 1, 60, 1);
    given_half(&census, 200, 40, 2);
    sample.pool = 100;

    assert_int_equal(closed_ports_settle(&census, &sample, 25), 40);
    assert_int_equal(given_busiest(&census)->covered, 0);
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
    given_half(&census, 1, 20, 1);
    sample.pool = 200;

    assert_int_equal(closed_ports_settle(&census, &sample, 10), 20);
    assert_int_equal(given_busiest(&census)->covered, 20);
}

/* One asked about, of 20, and one socket there: of what that adds up to, one. */
static void test_settle_scales_a_single_one_up(void **state)
{
    static struct port_set closed;
    (void)state;

    closed = (struct port_set){ 0 };
    port_set_add(&closed, FIRST + 1);
    census.scope.closed = &closed;
    census.scope.closed_is_sample = true;
    given_socket(&census, 1, 1, CONN_ESTABLISHED);
    sample.pool = 20;

    assert_int_equal(closed_ports_settle(&census, &sample, 1), 1);
    assert_int_equal(given_busiest(&census)->covered, 1);
}

#define CLOSED_TEST(test)                                                                \
    cmocka_unit_test_setup_teardown(test, given_thousand_ports, clear_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOSED_TEST(test_suspected_from_one_percent_of_odd_ports_on),
        CLOSED_TEST(test_suspected_leaves_listeners_and_bound_ones_aside),
        CLOSED_TEST(test_suspected_where_nearly_half_of_all_is_used),
        CLOSED_TEST(test_draw_takes_all_ports_of_a_small_pool),
        CLOSED_TEST(test_draw_mixes_a_small_pool),
        CLOSED_TEST(test_draw_gives_the_last_port_its_chance),
        CLOSED_TEST(test_draw_takes_a_part_of_a_large_pool_by_the_seed),
        CLOSED_TEST(test_settle_counts_closed_ports_and_covers_their_sockets),
        CLOSED_TEST(test_settle_scales_a_sample_up),
        CLOSED_TEST(test_settle_scales_up_to_what_there_is),
        CLOSED_TEST(test_settle_scales_a_single_one_up),
    };

    return cmocka_run_group_tests_name("model/closed_ports", tests, NULL, NULL);
}
