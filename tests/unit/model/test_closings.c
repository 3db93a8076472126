/* SPDX-License-Identifier: MIT */
/* Which sockets in TIME_WAIT tell that something was closed, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/socket_census.h"

static const uint8_t here[4] = { 10, 0, 0, 1 };
static const uint8_t loopback[4] = { 127, 0, 0, 1 };

static struct socket_census census;
static struct observed_closings told;

static int given_census(void **state)
{
    (void)state;
    census = (struct socket_census){ .scope.range = { 30000, 40099 } };
    port_set_add_range(&census.scope.usable, (struct port_range){ 30000, 40098 });
    told = (struct observed_closings){ 0 };
    return 0;
}

static int clear_census(void **state)
{
    (void)state;
    socket_census_clear(&census);
    return 0;
}

/* From 10.0.0.1 to 10.0.`to`:443. */
static struct socket_row row_to(uint16_t to, uint16_t port)
{
    const uint8_t there[4] = { 10, 1, (uint8_t)(to >> 8), (uint8_t)to };

    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = 443,
                                .state = CONN_TIME_WAIT,
                                .has_time_wait_age = true };
}

static void add(struct socket_row row)
{
    assert_true(socket_census_add_tcp(&census, &row, NULL));
}

static void add_aged(uint16_t to, uint16_t port, uint32_t age_ms)
{
    struct socket_row row = row_to(to, port);

    row.time_wait_age_ms = age_ms;
    add(row);
}

/* Toward the busiest one, and in all. */
static void sum_up(void)
{
    struct destination top[1];

    socket_census_closings(
        &census, destination_table_top(&census.destinations, 1, top) ? top : NULL, &told);
}

static void test_closings_are_counted_by_age(void **state)
{
    (void)state;

    add_aged(1, 40000, 0);
    add_aged(1, 40001, 4999);
    add_aged(1, 40002, 5000);
    add_aged(1, 40003, 59999);
    add_aged(1, 40004, 60000); /* its minute is over, and some are gone */
    add_aged(2, 40000, 30000);
    sum_up();

    assert_true(told.known && told.busiest_known);
    assert_int_equal(told.all.by_age[0], 2);
    assert_int_equal(told.all.by_age[1], 1);
    assert_int_equal(told.all.by_age[6], 1);
    assert_int_equal(told.all.by_age[11], 1);
    assert_int_equal(told.busiest.by_age[6], 0);
    assert_int_equal(told.busiest.by_age[11], 1);
    assert_int_equal(told.young_ms, 0);
}

static void test_closings_are_of_usable_ports_and_not_inbound(void **state)
{
    struct socket_row listener = row_to(1, 40010);
    (void)state;

    listener.state = CONN_LISTEN;
    add(listener);
    add_aged(1, 40010, 100);
    add_aged(1, 40099, 100); /* reserved */
    add_aged(1, 80, 100);
    sum_up();

    assert_true(told.known);
    assert_false(told.busiest_known);
    assert_int_equal(told.all.by_age[0], 0);
}

static void test_closings_leave_out_what_is_open_or_of_unknown_age(void **state)
{
    struct socket_row open = row_to(1, 40001);
    struct socket_row ageless = row_to(1, 40002);
    (void)state;

    open.state = CONN_ESTABLISHED;
    open.has_time_wait_age = false;
    ageless.has_time_wait_age = false;
    add(open);
    add(ageless);
    sum_up();

    assert_true(told.busiest_known);
    assert_int_equal(told.busiest.by_age[0], 0);
}

static void test_closings_that_may_be_taken_over_count_while_they_are_young(void **state)
{
    (void)state;

    census.scope.reuse = REUSE_ALWAYS;
    census.scope.reuse_delay_ms = 1000;
    add_aged(1, 40000, 999);
    add_aged(1, 40001, 1000);
    add_aged(1, 40002, 30000);
    sum_up();

    assert_int_equal(told.young_ms, 1000);
    assert_int_equal(told.busiest.young, 1);
    for (size_t i = 0; i < CLOSINGS_AGES; i++)
        assert_int_equal(told.all.by_age[i], 0);
}

static void test_closings_on_loopback_alone_may_be_taken_over(void **state)
{
    struct socket_row local = row_to(1, 40001);
    (void)state;

    census.scope.reuse = REUSE_LOOPBACK;
    census.scope.reuse_delay_ms = 1000;
    local.remote = ip_address_from_v4(loopback);
    add(local);
    add_aged(2, 40002, 0);
    add_aged(2, 40003, 0);
    sum_up();

    assert_int_equal(told.all.young, 1);
    assert_int_equal(told.busiest.young, 0);
    assert_int_equal(told.busiest.by_age[0], 2);
}

/* Beyond the first destinations closes are counted in all alone. */
static void test_closings_of_late_destinations_are_not_told_apart(void **state)
{
    (void)state;

    for (uint16_t to = 0; to < CENSUS_CLOSED_TO_MAX; to++)
        add_aged(to, 40000, 100);
    add_aged(CENSUS_CLOSED_TO_MAX, 40000, 100);
    add_aged(CENSUS_CLOSED_TO_MAX, 40001, 100);
    sum_up();

    assert_int_equal(told.all.by_age[0], CENSUS_CLOSED_TO_MAX + 2);
    assert_false(told.busiest_known);
    add_aged(7, 40001, 100);
    add_aged(7, 40002, 100);
    sum_up();
    assert_true(told.busiest_known);
    assert_int_equal(told.busiest.by_age[0], 3);
    for (uint16_t port = 40001; port < 40005; port++)
        add_aged(CENSUS_CLOSED_TO_MAX - 1, port, 100); /* the last one that is */
    sum_up();
    assert_true(told.busiest_known);
    assert_int_equal(told.busiest.by_age[0], 5);
}

static void test_closings_are_none_after_a_restart(void **state)
{
    (void)state;

    add_aged(1, 40000, 100);
    socket_census_restart(&census);
    sum_up();

    assert_int_equal(told.all.by_age[0], 0);
}

int main(void)
{
#define CENSUS_TEST(name)                                                                \
    cmocka_unit_test_setup_teardown(name, given_census, clear_census)
    const struct CMUnitTest tests[] = {
        CENSUS_TEST(test_closings_are_counted_by_age),
        CENSUS_TEST(test_closings_are_of_usable_ports_and_not_inbound),
        CENSUS_TEST(test_closings_leave_out_what_is_open_or_of_unknown_age),
        CENSUS_TEST(test_closings_that_may_be_taken_over_count_while_they_are_young),
        CENSUS_TEST(test_closings_on_loopback_alone_may_be_taken_over),
        CENSUS_TEST(test_closings_of_late_destinations_are_not_told_apart),
        CENSUS_TEST(test_closings_are_none_after_a_restart),
    };

    return cmocka_run_group_tests_name("model/closings", tests, NULL, NULL);
}
