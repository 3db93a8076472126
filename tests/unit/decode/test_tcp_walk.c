/* SPDX-License-Identifier: MIT */
/* Bound sockets beside the connections that they are halves of. */
#include "checks/decode/tcp_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Of the SDK's MIB_TCP_STATE. */
enum {
    CLOSED = 1,
    LISTEN = 2,
    ESTABLISHED = 5,
    TIME_WAIT = 11,
    DELETE_TCB = 12,
    RESERVED = 100
};

enum { ROWS_MAX = 20000, ROW_SIZE = 20, ROW6_SIZE = 52, FIRST_PORT = 32768 };

/* What the tables hold, and what came of them; reset before each test. */
static struct {
    uint8_t v4[4 + ROWS_MAX * ROW_SIZE];
    uint8_t v6[4 + 16 * ROW6_SIZE];
    uint32_t count4;
    uint32_t count6;
    struct socket_census census;
    struct port_set connected;
    struct tcp_walk walk;
} now;

static int set_up(void **state)
{
    (void)state;
    memset(&now, 0, sizeof now);
    now.census.scope.range = (struct port_range){ FIRST_PORT, 60999 };
    port_set_add_range(&now.census.scope.usable, now.census.scope.range);
    now.walk.census = &now.census;
    now.walk.connected = &now.connected;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    socket_census_clear(&now.census);
    return 0;
}

static void put_port(uint8_t *at, uint16_t port)
{
    at[0] = (uint8_t)(port >> 8);
    at[1] = (uint8_t)port;
}

/* A MIB_TCPROW of 10.0.0.1 toward 10.0.0.5. */
static void given_row(uint8_t state, uint16_t port, uint16_t remote_port)
{
    uint8_t *row = now.v4 + 4 + now.count4++ * ROW_SIZE;
    const uint8_t local[4] = { 10, 0, 0, 1 };
    const uint8_t remote[4] = { 10, 0, 0, 5 };

    assert_true(now.count4 <= ROWS_MAX);
    row[0] = state;
    memcpy(row + 4, local, sizeof local);
    put_port(row + 8, port);
    memcpy(row + 12, remote, sizeof remote);
    put_port(row + 16, remote_port);
}

/* A MIB_TCP6ROW of ::1 toward ::1. */
static void given_row6(uint8_t state, uint16_t port, uint16_t remote_port)
{
    uint8_t *row = now.v6 + 4 + now.count6++ * ROW6_SIZE;

    row[0] = state;
    row[4 + 15] = 1;
    put_port(row + 24, port);
    row[28 + 15] = 1;
    put_port(row + 48, remote_port);
}

static void walk(void)
{
    const struct tcp_table tables[] = {
        { MIB_LAYOUT_TCP4, now.v4, 4 + now.count4 * ROW_SIZE },
        { MIB_LAYOUT_TCP6, now.v6, 4 + now.count6 * ROW6_SIZE },
    };
    struct error err = { 0 };

    memcpy(now.v4, &now.count4, sizeof now.count4);
    memcpy(now.v6, &now.count6, sizeof now.count6);
    assert_true(tcp_walk_add(&now.walk, tables, ARRAY_COUNT(tables), &err));
}

/* As InternalGetBoundTcpEndpointTable tells it. */
static void see_bound(uint16_t port)
{
    const struct socket_row row = { .local_port = port, .state = CONN_BOUND };

    assert_true(tcp_walk_add_bound(&now.walk, &row));
}

static void assert_ports(uint32_t used, uint32_t blocked, uint64_t bound)
{
    assert_int_equal(socket_census_ports_used(&now.census), used);
    assert_int_equal(socket_census_ports_blocked(&now.census), blocked);
    assert_int_equal(now.census.by_state[CONN_BOUND], bound);
}

/* 13,793 of 28,232 ports are 48.85 %; each counted twice they would be 97.71 %. */
static void test_bound_halves_of_connections_do_not_count_a_second_time(void **state)
{
    enum { CONNECTIONS = 13793 };
    struct destination top = { 0 };
    (void)state;

    for (int i = 0; i < CONNECTIONS; i++)
        given_row(ESTABLISHED, (uint16_t)(FIRST_PORT + i), 443);

    walk();
    for (int i = 0; i < CONNECTIONS; i++)
        see_bound((uint16_t)(FIRST_PORT + i));

    assert_ports(CONNECTIONS, 0, 0);
    assert_int_equal(destination_table_top(&now.census.destinations, 1, &top), 1);
    assert_int_equal(top.sockets, CONNECTIONS);
    assert_int_equal(now.census.rows, 2 * CONNECTIONS);
}

static void test_a_bound_socket_on_a_port_without_connection_blocks_it(void **state)
{
    (void)state;
    given_row(ESTABLISHED, 40000, 443);

    walk();
    see_bound(40000);
    see_bound(40001);
    see_bound(40001);

    assert_ports(2, 1, 2);
}

/* Port 1 is one that a server may have. */
static void test_a_connection_to_the_first_port_has_a_bound_half(void **state)
{
    (void)state;
    given_row(ESTABLISHED, 40000, 1);

    walk();
    see_bound(40000);

    assert_ports(1, 0, 0);
}

static void test_a_closed_row_with_a_peer_is_no_bound_socket(void **state)
{
    (void)state;
    given_row(ESTABLISHED, 40000, 443);
    given_row(CLOSED, 40000, 444);

    walk();

    assert_int_equal(now.census.by_state[CONN_CLOSED], 1);
}

/* A Windows without IPv6 has none of its table. */
static void test_a_table_that_is_not_there_is_none(void **state)
{
    const struct tcp_table none = { MIB_LAYOUT_TCP6, "", 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(tcp_walk_add(&now.walk, &none, 1, &err));

    assert_int_equal(now.census.rows, 0);
}

static void test_a_connection_in_time_wait_has_a_bound_half_too(void **state)
{
    (void)state;
    given_row(TIME_WAIT, 40000, 443);

    walk();
    see_bound(40000);

    assert_ports(1, 0, 0);
}

static void test_a_connection_of_the_other_family_has_the_bound_half(void **state)
{
    (void)state;
    given_row6(ESTABLISHED, 40000, 443);

    walk();
    see_bound(40000);

    assert_ports(1, 0, 0);
}

static void test_a_connection_on_its_way_out_has_no_bound_half(void **state)
{
    (void)state;
    given_row(DELETE_TCB, 40000, 443);

    walk();
    see_bound(40000);

    assert_ports(1, 1, 1);
}

static void test_a_listener_has_no_bound_half(void **state)
{
    (void)state;
    given_row(LISTEN, 40000, 0);

    walk();
    see_bound(40000);

    assert_ports(1, 1, 1);
}

/* The tables themselves hold such rows too, before the connections or after them. */
static void test_bound_rows_of_the_tables_are_halves_as_well(void **state)
{
    (void)state;
    given_row(RESERVED, 40000, 0);
    given_row(CLOSED, 40001, 0);
    given_row(RESERVED, 40002, 0);
    given_row(CLOSED, 40003, 0);
    given_row(ESTABLISHED, 40000, 443);
    given_row6(ESTABLISHED, 40001, 443);

    walk();

    assert_ports(4, 2, 1);
    assert_int_equal(now.census.by_state[CONN_CLOSED], 1);
}

static void test_listeners_of_both_families_come_first(void **state)
{
    (void)state;
    given_row(ESTABLISHED, 40000, 50000);
    given_row6(LISTEN, 40000, 0);

    walk();

    assert_int_equal(now.census.destinations.count, 0);
    assert_ports(1, 1, 0);
}

static void test_a_table_that_lies_is_refused(void **state)
{
    const struct tcp_table table = { MIB_LAYOUT_TCP4, "\xff\0\0\0", 4 };
    struct error err = { 0 };
    (void)state;

    assert_false(tcp_walk_add(&now.walk, &table, 1, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
}

/* What a visitor of rows with owners got; it stops after `limit` rows when that is not 0.
 */
struct passed {
    struct socket_row rows[8];
    size_t count;
    size_t limit;
};

static bool remember(void *context, const struct socket_row *row)
{
    struct passed *passed = context;

    assert_true(passed->count < ARRAY_COUNT(passed->rows));
    passed->rows[passed->count++] = *row;
    return passed->count != passed->limit;
}

static struct socket_row owned_row(enum conn_state state, uint16_t port,
                                   uint16_t remote_port, uint32_t pid)
{
    return (struct socket_row){
        .state = state, .local_port = port, .remote_port = remote_port, .pid = pid
    };
}

static void test_owned_rows_are_those_that_count(void **state)
{
    const struct socket_row rows[] = {
        owned_row(CONN_BOUND, 40000, 0, 1),
        owned_row(CONN_CLOSED, 40001, 0, 2),
        owned_row(CONN_CLOSED, 40002, 443, 3),
        owned_row(CONN_BOUND, 40002, 0, 4),
        owned_row(CONN_LISTEN, 40003, 0, 5),
        owned_row(CONN_BOUND, 40003, 0, 6),
        owned_row(CONN_ESTABLISHED, 40000, 443, 7),
        owned_row(CONN_CLOSE_WAIT, 40001, 443, 8),
    };
    static const uint32_t wanted[] = { 3, 4, 5, 6, 7, 8 };
    struct passed passed = { 0 };
    struct tcp_owned_walk walk = { .visit = remember, .context = &passed };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_true(tcp_owned_walk_note(&walk, &rows[i]));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_true(tcp_owned_walk_pass(&walk, &rows[i]));

    assert_int_equal(passed.count, ARRAY_COUNT(wanted));
    for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
        assert_int_equal(passed.rows[i].pid, wanted[i]);
    assert_false(walk.stopped);
}

static void test_a_walk_of_owned_rows_stops_with_its_visitor(void **state)
{
    const struct socket_row row = owned_row(CONN_ESTABLISHED, 40000, 443, 1);
    struct passed passed = { .limit = 2 };
    struct tcp_owned_walk walk = { .visit = remember, .context = &passed };
    (void)state;

    assert_true(tcp_owned_walk_pass(&walk, &row));
    assert_false(tcp_owned_walk_pass(&walk, &row));

    assert_true(walk.stopped);
}

/* clang-format off */
#define WALK_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        WALK_TEST(test_bound_halves_of_connections_do_not_count_a_second_time),
        WALK_TEST(test_a_bound_socket_on_a_port_without_connection_blocks_it),
        WALK_TEST(test_a_connection_to_the_first_port_has_a_bound_half),
        WALK_TEST(test_a_closed_row_with_a_peer_is_no_bound_socket),
        WALK_TEST(test_a_table_that_is_not_there_is_none),
        WALK_TEST(test_a_connection_in_time_wait_has_a_bound_half_too),
        WALK_TEST(test_a_connection_of_the_other_family_has_the_bound_half),
        WALK_TEST(test_a_connection_on_its_way_out_has_no_bound_half),
        WALK_TEST(test_a_listener_has_no_bound_half),
        WALK_TEST(test_bound_rows_of_the_tables_are_halves_as_well),
        WALK_TEST(test_listeners_of_both_families_come_first),
        WALK_TEST(test_a_table_that_lies_is_refused),
        WALK_TEST(test_owned_rows_are_those_that_count),
        WALK_TEST(test_a_walk_of_owned_rows_stops_with_its_visitor),
    };

    return cmocka_run_group_tests_name("decode/tcp_walk", tests, NULL, NULL);
}
