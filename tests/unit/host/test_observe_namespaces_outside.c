/* SPDX-License-Identifier: MIT */
/* What is found out of namespaces that tell no more than totals: bound-only sockets, and
 * those that may not be entered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/given_namespaces.h"

static struct socket_row bound_on(uint16_t port)
{
    struct socket_row row = row_on(port);

    row.remote = (struct ip_address){ 0 };
    row.remote_port = 0;
    row.state = CONN_BOUND;
    return row;
}

static void given_bound(size_t at, size_t sockets)
{
    struct fixture_host *inside = around[at].host;

    inside->bound.possible = (uint32_t)sockets;
    listed[at].sockets_used += (uint32_t)sockets;
    for (; inside->bound_count < sockets; inside->bound_count++)
        inside->bound_rows[inside->bound_count] =
            bound_on((uint16_t)(40000 + inside->bound_count));
}

static void test_bound_sockets_are_looked_for_where_they_may_be(void **state)
{
    (void)state;

    given_around(40000, 40099, 3);
    given_around(40000, 40099, 2);
    given_around(40000, 40099, 0);
    listed[0].sockets_used = 100;
    listed[2].sockets_used = 100;
    given_bound(1, 60);
    fixture.namespaces.bound_possible = 60;

    must_look();

    assert_sight(0, NET_NAMESPACE_SEEN);
    assert_sight(1, NET_NAMESPACE_SEEN);
    assert_int_equal(found.list[1].seen->tcp.states[CONN_BOUND], 60);
    assert_sight(2, NET_NAMESPACE_SCREENED); /* there are none left for it */
}

static void test_few_bound_sockets_make_nobody_a_suspect(void **state)
{
    (void)state;

    given_around(40000, 40099, 0);
    given_around(40000, 40099, 10);
    fixture.namespaces.bound_possible = 35;

    must_look();

    assert_int_equal(judged, 0);
}

/* Its own range counts, not ours, and not that another namespace has more sockets. */
static void test_a_narrow_range_is_full_of_bound_sockets(void **state)
{
    (void)state;

    own.range[IP_PROTOCOL_TCP].usable = 28232;
    given_around(32768, 60999, 30);
    given_around(40000, 40003, 0);
    given_around(40000, 40003, 1);
    given_bound(1, 4);
    given_bound(2, 2);
    fixture.namespaces.bound_possible = 6;

    must_look();

    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_SEEN);
    assert_int_equal(found.list[1].seen->tcp.states[CONN_BOUND], 4);
    assert_sight(2, NET_NAMESPACE_SEEN);
}

static void test_one_without_sockets_is_not_entered_for_bound_ones(void **state)
{
    (void)state;

    given_around(40000, 40003, 0);
    fixture.namespaces.bound_possible = 6;

    must_look();

    assert_int_equal(around[0].enters, 0);
}

static void test_bound_sockets_of_our_own_are_nowhere_else(void **state)
{
    (void)state;

    given_around(40000, 40099, 3);
    fixture.namespaces.bound_possible = 60;
    own.tcp.bound_known = true;
    own.tcp.states[CONN_BOUND] = 60;

    must_look();

    assert_int_equal(judged, 0);
    assert_int_equal(around[0].enters, 1);
}

static void test_bound_sockets_that_no_kernel_lists_are_looked_for_once(void **state)
{
    (void)state;

    for (int i = 0; i < 5; i++) {
        const size_t at = given_around(40000, 40099, 3);

        listed[at].sockets_used = UINT32_MAX;
        around[at].host->bound = (struct host_bound){ .possible = 60 };
        (void)snprintf(around[at].host->bound.reason, OBSERVED_NOTE_SIZE, "old");
    }
    fixture.namespaces.bound_possible = 60;

    must_look();

    assert_int_equal(judged, 1);
}

static void given_no_rights(void)
{
    fixture.namespaces.may_enter = false;
}

static void test_without_rights_suspects_are_listed_not_observed(void **state)
{
    (void)state;

    given_around(40000, 40099, 10);
    given_around(40000, 40099, 70);
    given_no_rights();

    must_look();

    assert_int_equal(around[0].enters + around[1].enters, 0);
    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_LISTED);
    assert_int_equal(found.list[1].ports_listed, 70);
    assert_null(found.list[1].seen);
}

static void test_inbound_ports_are_not_listed(void **state)
{
    const size_t at = given_around(40000, 40099, 70);

    (void)state;
    around[at].host->tcp[0].state = CONN_LISTEN;
    given_no_rights();

    must_look();

    assert_int_equal(found.list[at].ports_listed, 69);
}

static void test_without_rights_one_that_ended_is_no_failure(void **state)
{
    const size_t at = given_around(40000, 40099, 70);
    const size_t other = given_around(40000, 40099, 60);

    (void)state;
    given_no_rights();
    (void)error_set(&around[at].enter_failure, ERR_ABSENT, "it ended");
    (void)error_set(&around[other].enter_failure, ERR_IO, "read: failed");

    must_look();

    assert_sight(at, NET_NAMESPACE_ENDED);
    assert_sight(other, NET_NAMESPACE_UNREAD);
    assert_string_equal(found.list[other].reason, "read: failed");
}

#define ROW(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, given_namespaces, clear_namespaces)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_bound_sockets_are_looked_for_where_they_may_be),
        ROW(test_few_bound_sockets_make_nobody_a_suspect),
        ROW(test_a_narrow_range_is_full_of_bound_sockets),
        ROW(test_one_without_sockets_is_not_entered_for_bound_ones),
        ROW(test_bound_sockets_of_our_own_are_nowhere_else),
        ROW(test_bound_sockets_that_no_kernel_lists_are_looked_for_once),
        ROW(test_without_rights_suspects_are_listed_not_observed),
        ROW(test_inbound_ports_are_not_listed),
        ROW(test_without_rights_one_that_ended_is_no_failure),
    };

    return cmocka_run_group_tests_name("host/observe_namespaces_outside", tests, NULL,
                                       NULL);
}
