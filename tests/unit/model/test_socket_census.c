/* SPDX-License-Identifier: MIT */
/* What counts as in use, as blocked and as a destination. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/socket_census.h"

static const uint8_t loopback[4] = { 127, 0, 0, 1 };
static const uint8_t here[4] = { 10, 0, 0, 1 };
static const uint8_t there[4] = { 10, 0, 0, 2 };

/* A census over 40000-40099 with 40099 reserved. */
static int given_census(void **state)
{
    static struct socket_census census;

    census = (struct socket_census){ 0 };
    census.scope.range = (struct port_range){ 40000, 40099 };
    port_set_add_range(&census.scope.usable, (struct port_range){ 40000, 40098 });
    *state = &census;
    return 0;
}

static int clear_census(void **state)
{
    socket_census_clear(*state);
    return 0;
}

static struct socket_row row_on(uint16_t port, enum conn_state state)
{
    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = 443,
                                .state = state };
}

static void add(struct socket_census *census, struct socket_row row)
{
    assert_true(socket_census_add_tcp(census, &row, NULL));
}

static uint32_t busiest(const struct socket_census *census)
{
    struct destination top[1];

    if (destination_table_top(&census->destinations, 1, top) == 0)
        return 0;
    return (uint32_t)(top[0].sockets - top[0].reusable);
}

static void test_add_tcp_counts_a_port_once(void **state)
{
    struct socket_census *census = *state;
    struct socket_row elsewhere = row_on(40001, CONN_ESTABLISHED);

    elsewhere.remote_port = 80;
    add(census, row_on(40001, CONN_ESTABLISHED));
    add(census, elsewhere);

    assert_int_equal(socket_census_ports_used(census), 1);
    assert_int_equal(census->by_state[CONN_ESTABLISHED], 2);
    assert_int_equal(census->rows, 2);
}

static void test_add_tcp_counts_time_wait_everywhere_and_states_in_range(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(80, CONN_TIME_WAIT));
    add(census, row_on(40001, CONN_TIME_WAIT));
    add(census, row_on(80, CONN_ESTABLISHED));
    add(census, row_on(40002, CONN_CLOSE_WAIT));

    assert_int_equal(census->time_wait, 2);
    assert_int_equal(census->by_state[CONN_TIME_WAIT], 1);
    assert_int_equal(census->by_state[CONN_ESTABLISHED], 0);
    assert_int_equal(census->by_state[CONN_CLOSE_WAIT], 1);
}

static void test_add_tcp_leaves_reserved_ports_out(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(40099, CONN_ESTABLISHED));

    assert_int_equal(socket_census_ports_used(census), 0);
    assert_int_equal(busiest(census), 0);
    assert_int_equal(census->by_state[CONN_ESTABLISHED], 1);
}

static void test_add_tcp_blocks_listeners_and_bound_ports(void **state)
{
    struct socket_census *census = *state;
    struct socket_row closed = row_on(40003, CONN_CLOSED);

    closed.remote_port = 0;
    add(census, row_on(40001, CONN_LISTEN));
    add(census, row_on(40002, CONN_BOUND));
    add(census, closed);
    add(census, row_on(80, CONN_LISTEN));

    assert_int_equal(socket_census_ports_blocked(census), 3);
    assert_int_equal(socket_census_ports_used(census), 3);
    assert_true(port_set_has(&census->listening, 80));
    assert_int_equal(busiest(census), 0);
}

static void test_add_tcp_tells_ports_that_time_wait_alone_holds(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(40001, CONN_TIME_WAIT));
    add(census, row_on(40001, CONN_TIME_WAIT));
    add(census, row_on(40002, CONN_TIME_WAIT));
    add(census, row_on(40002, CONN_ESTABLISHED));
    add(census, row_on(40003, CONN_BOUND));
    add(census, row_on(40004, CONN_TIME_WAIT));
    add(census, row_on(40099, CONN_TIME_WAIT)); /* is reserved */

    assert_int_equal(socket_census_ports_used(census), 4);
    assert_int_equal(socket_census_ports_time_wait_only(census), 2);
}

static void test_add_tcp_makes_inbound_connections_nobodys_destination(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(40001, CONN_LISTEN));
    add(census, row_on(40001, CONN_ESTABLISHED));

    assert_int_equal(census->destinations.count, 0);
    assert_int_equal(socket_census_ports_used(census), 1);
}

static struct socket_row time_wait_aged(uint32_t age_ms)
{
    struct socket_row row = row_on(40001, CONN_TIME_WAIT);

    row.has_time_wait_age = true;
    row.time_wait_age_ms = age_ms;
    return row;
}

static void test_add_tcp_leaves_out_reusable_time_wait(void **state)
{
    struct socket_census *census = *state;

    census->scope.reuse = REUSE_ALWAYS;
    census->scope.reuse_delay_ms = 1000;
    add(census, time_wait_aged(1001));

    assert_int_equal(busiest(census), 0);
    assert_int_equal(socket_census_ports_used(census), 1);
}

static void test_add_tcp_keeps_young_time_wait_in_the_way(void **state)
{
    struct socket_census *census = *state;

    census->scope.reuse = REUSE_ALWAYS;
    census->scope.reuse_delay_ms = 1000;
    add(census, time_wait_aged(1000));

    assert_int_equal(busiest(census), 1);
}

static void test_add_tcp_keeps_time_wait_of_unknown_age_in_the_way(void **state)
{
    struct socket_census *census = *state;

    census->scope.reuse = REUSE_ALWAYS;
    add(census, row_on(40001, CONN_TIME_WAIT));

    assert_int_equal(busiest(census), 1);
}

static void test_add_tcp_reuses_on_loopback_only_where_the_kernel_does(void **state)
{
    struct socket_census *census = *state;
    struct socket_row on_loopback = time_wait_aged(5000);

    on_loopback.remote = ip_address_from_v4(loopback);
    census->scope.reuse = REUSE_LOOPBACK;
    add(census, on_loopback);
    assert_int_equal(busiest(census), 0);
    add(census, time_wait_aged(5000));

    assert_int_equal(busiest(census), 1);
}

static void test_add_tcp_counts_from_port_1_where_the_range_begins_there(void **state)
{
    struct socket_census *census = *state;

    census->scope.range = (struct port_range){ 1, 100 };
    add(census, row_on(1, CONN_ESTABLISHED));
    add(census, row_on(101, CONN_ESTABLISHED));

    assert_int_equal(census->by_state[CONN_ESTABLISHED], 1);
}

static void test_add_tcp_without_range_counts_time_wait_and_listeners(void **state)
{
    struct socket_census census = { 0 };
    (void)state;

    add(&census, row_on(40001, CONN_TIME_WAIT));
    add(&census, row_on(22, CONN_LISTEN));

    assert_int_equal(census.time_wait, 1);
    assert_true(port_set_has(&census.listening, 22));
    assert_int_equal(census.by_state[CONN_TIME_WAIT], 0);
    assert_int_equal(socket_census_ports_used(&census), 0);
}

static void test_add_udp_counts_usable_ports(void **state)
{
    struct socket_census *census = *state;
    struct socket_row row = row_on(40001, CONN_UNKNOWN);
    struct socket_row outside = row_on(53, CONN_UNKNOWN);

    outside.remote_port = 0;
    socket_census_add_udp(census, &row);
    socket_census_add_udp(census, &row);
    socket_census_add_udp(census, &outside);

    assert_int_equal(socket_census_ports_used(census), 1);
    assert_int_equal(census->rows, 3);
    assert_true(port_set_has(&census->listening, 53));
    assert_false(port_set_has(&census->listening, 40001));
}

#define CENSUS_TEST(test)                                                                \
    cmocka_unit_test_setup_teardown(test, given_census, clear_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CENSUS_TEST(test_add_tcp_counts_a_port_once),
        CENSUS_TEST(test_add_tcp_counts_time_wait_everywhere_and_states_in_range),
        CENSUS_TEST(test_add_tcp_leaves_reserved_ports_out),
        CENSUS_TEST(test_add_tcp_blocks_listeners_and_bound_ports),
        CENSUS_TEST(test_add_tcp_tells_ports_that_time_wait_alone_holds),
        CENSUS_TEST(test_add_tcp_makes_inbound_connections_nobodys_destination),
        CENSUS_TEST(test_add_tcp_leaves_out_reusable_time_wait),
        CENSUS_TEST(test_add_tcp_keeps_young_time_wait_in_the_way),
        CENSUS_TEST(test_add_tcp_keeps_time_wait_of_unknown_age_in_the_way),
        CENSUS_TEST(test_add_tcp_reuses_on_loopback_only_where_the_kernel_does),
        CENSUS_TEST(test_add_tcp_counts_from_port_1_where_the_range_begins_there),
        CENSUS_TEST(test_add_tcp_without_range_counts_time_wait_and_listeners),
        CENSUS_TEST(test_add_udp_counts_usable_ports),
    };

    return cmocka_run_group_tests_name("model/socket_census", tests, NULL, NULL);
}
