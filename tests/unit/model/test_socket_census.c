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
    return (uint32_t)destination_in_the_way(&top[0]);
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
    add(census, row_on(40004, CONN_CLOSED)); /* with a remote end */
    assert_int_equal(socket_census_ports_blocked(census), 3);
    assert_int_equal(busiest(census), 1);
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

/* lo is the interface of index 1, whatever the addresses. */
static void test_add_tcp_reuses_what_was_bound_to_lo(void **state)
{
    struct socket_census *census = *state;
    struct socket_row row = time_wait_aged(5000);

    census->scope.reuse = REUSE_LOOPBACK;
    row.device = 1;
    add(census, row);
    assert_int_equal(busiest(census), 0);
    row.device = 2;
    add(census, row);
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

static const struct destination *only(const struct socket_census *census)
{
    assert_int_equal(census->destinations.count, 1);
    return &census->destinations.destinations[0];
}

/* A connection on the port of a bound-only socket takes no port more; one that the kernel
 * reuses is in nobody's way. */
static void test_add_tcp_covers_sockets_on_blocked_ports(void **state)
{
    struct socket_census *census = *state;

    census->scope.reuse = REUSE_ALWAYS;
    add(census, row_on(40001, CONN_BOUND));
    add(census, row_on(40001, CONN_ESTABLISHED));
    add(census, time_wait_aged(1));
    add(census, row_on(40002, CONN_ESTABLISHED));

    assert_int_equal(only(census)->sockets, 3);
    assert_int_equal(only(census)->covered, 1);
    assert_int_equal(only(census)->reusable, 1);
    assert_int_equal(only(census)->odd, 0);
    assert_int_equal(destination_in_the_way(only(census)), 1);
}

static void test_add_tcp_covers_sockets_on_closed_ports(void **state)
{
    struct socket_census *census = *state;
    struct port_set closed = { 0 };

    port_set_add(&closed, 40003);
    census->scope.closed = &closed;
    add(census, row_on(40003, CONN_ESTABLISHED));
    add(census, row_on(40005, CONN_ESTABLISHED));

    assert_int_equal(only(census)->covered, 1);
    assert_int_equal(only(census)->odd, 1);
    assert_int_equal(only(census)->sampled, 0);
}

static void test_add_tcp_counts_what_a_sample_found_by_itself(void **state)
{
    struct socket_census *census = *state;
    struct port_set closed = { 0 };

    port_set_add(&closed, 40003);
    census->scope.closed = &closed;
    census->scope.closed_is_sample = true;
    add(census, row_on(40003, CONN_ESTABLISHED));
    add(census, row_on(40005, CONN_ESTABLISHED));

    assert_int_equal(only(census)->covered, 0);
    assert_int_equal(only(census)->sampled, 1);
    assert_int_equal(only(census)->odd, 1);
}

/* Odd is an offset, not a port. */
static void test_add_tcp_counts_odd_offsets_from_an_odd_first_port(void **state)
{
    struct socket_census *census = *state;

    census->scope.range.first = 40001;
    add(census, row_on(40001, CONN_ESTABLISHED));
    add(census, row_on(40002, CONN_ESTABLISHED));
    add(census, row_on(40004, CONN_ESTABLISHED));

    assert_int_equal(only(census)->odd, 2);
}

static void test_add_tcp_keeps_the_age_of_the_youngest_odd_one(void **state)
{
    struct socket_census *census = *state;

    add(census, time_wait_aged(70000));
    assert_int_equal(only(census)->odd_age_ms, UINT16_MAX);
    add(census, time_wait_aged(3000));
    add(census, time_wait_aged(5000));
    assert_int_equal(only(census)->odd_age_ms, 3000);
    add(census, row_on(40001, CONN_ESTABLISHED));
    assert_int_equal(only(census)->odd_age_ms, 0);
}

static void test_add_tcp_knows_ports_with_two_sockets(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(40001, CONN_ESTABLISHED));
    add(census, row_on(40002, CONN_ESTABLISHED));
    add(census, row_on(40002, CONN_ESTABLISHED));
    add(census, row_on(40002, CONN_ESTABLISHED));

    assert_int_equal(port_set_count(&census->shared), 1);
    assert_true(port_set_has(&census->shared, 40002));
}

/* A socket that is bound to a device is in the way of others on it alone. */
static void test_add_tcp_tells_devices_apart(void **state)
{
    struct socket_census *census = *state;
    struct socket_row row = row_on(40001, CONN_ESTABLISHED);

    for (uint32_t i = 0; i < 2 * 300; i++) { /* so many that they meet in the table */
        row.device = (i % 300) * (i % 300);
        add(census, row);
    }

    assert_int_equal(census->destinations.count, 300);
    assert_int_equal(busiest(census), 2);
}

/* The census looks for sockets in the way of those on device 7. */
static void given_mixed(struct socket_census *census)
{
    static struct mixed_destination mixed;

    mixed = (struct mixed_destination){ .key = { .local = ip_address_from_v4(here),
                                                 .remote = ip_address_from_v4(there),
                                                 .remote_port = 443,
                                                 .device = 7 } };
    census->scope.mixed = &mixed;
}

static void add_on_device(struct socket_census *census, struct socket_row row,
                          uint32_t device)
{
    row.device = device;
    add(census, row);
}

static void test_settle_mixed_adds_ports_of_no_device(void **state)
{
    struct socket_census *census = *state;

    given_mixed(census);
    add_on_device(census, row_on(40001, CONN_ESTABLISHED), 7);
    add_on_device(census, row_on(40001, CONN_ESTABLISHED), 0);
    add_on_device(census, row_on(40002, CONN_ESTABLISHED), 0);
    add_on_device(census, row_on(40003, CONN_ESTABLISHED), 8);
    socket_census_settle_mixed(census);

    assert_int_equal(census->destinations.destinations[0].sockets, 2);
    assert_int_equal(census->destinations.destinations[1].sockets, 2);
    assert_int_equal(census->destinations.destinations[2].sockets, 1);
}

/* A walk over sockets that come and go sees a port twice. */
static void test_settle_mixed_takes_nothing_away(void **state)
{
    struct socket_census *census = *state;

    given_mixed(census);
    add_on_device(census, row_on(40001, CONN_ESTABLISHED), 7);
    add_on_device(census, row_on(40001, CONN_TIME_WAIT), 7);
    socket_census_settle_mixed(census);

    assert_int_equal(only(census)->sockets, 2);
}

/* Every port there is, and some whose ports may be reused. */
static void test_settle_mixed_stops_at_65535(void **state)
{
    struct socket_census *census = *state;

    given_mixed(census);
    census->scope.range = (struct port_range){ 1, UINT16_MAX };
    port_set_add_range(&census->scope.usable, census->scope.range);
    census->scope.reuse = REUSE_ALWAYS;
    for (int i = 0; i < 100; i++)
        add_on_device(census, time_wait_aged(1), 7);
    for (int i = 1; i <= UINT16_MAX; i++)
        add_on_device(census, row_on((uint16_t)i, CONN_ESTABLISHED), 0);
    socket_census_settle_mixed(census);

    assert_int_equal(census->destinations.destinations[0].sockets, UINT16_MAX);
    assert_int_equal(census->destinations.destinations[0].reusable, 100);
}

static void test_restart_keeps_the_scope_alone(void **state)
{
    struct socket_census *census = *state;

    add(census, row_on(40001, CONN_ESTABLISHED));
    socket_census_restart(census);

    assert_int_equal(census->scope.range.first, 40000);
    assert_int_equal(port_set_count(&census->scope.usable), 99);
    assert_int_equal(census->rows + census->destinations.count, 0);
    assert_int_equal(socket_census_ports_used(census), 0);
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
        CENSUS_TEST(test_add_tcp_reuses_what_was_bound_to_lo),
        CENSUS_TEST(test_add_tcp_counts_from_port_1_where_the_range_begins_there),
        CENSUS_TEST(test_add_tcp_without_range_counts_time_wait_and_listeners),
        CENSUS_TEST(test_add_tcp_covers_sockets_on_blocked_ports),
        CENSUS_TEST(test_add_tcp_covers_sockets_on_closed_ports),
        CENSUS_TEST(test_add_tcp_counts_what_a_sample_found_by_itself),
        CENSUS_TEST(test_add_tcp_counts_odd_offsets_from_an_odd_first_port),
        CENSUS_TEST(test_add_tcp_keeps_the_age_of_the_youngest_odd_one),
        CENSUS_TEST(test_add_tcp_knows_ports_with_two_sockets),
        CENSUS_TEST(test_add_tcp_tells_devices_apart),
        CENSUS_TEST(test_settle_mixed_adds_ports_of_no_device),
        CENSUS_TEST(test_settle_mixed_takes_nothing_away),
        CENSUS_TEST(test_settle_mixed_stops_at_65535),
        CENSUS_TEST(test_restart_keeps_the_scope_alone),
        CENSUS_TEST(test_add_udp_counts_usable_ports),
    };

    return cmocka_run_group_tests_name("model/socket_census", tests, NULL, NULL);
}
