/* SPDX-License-Identifier: MIT */
/* Which namespaces are entered, in which order, and what a failure becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/observe_namespaces.h"
#include "checks/model/namespace_limits.h"
#include "tests/support/observed.h"

enum { NAMESPACES_MAX = 64 };

static struct net_namespace list[NAMESPACES_MAX];
static struct fixture_namespace around[NAMESPACES_MAX];
static struct metric_limits limits[METRIC_COUNT];
static struct observe_request foreign;
static struct observation own;
static struct net_namespaces found;
static size_t order[NAMESPACES_MAX]; /* in which they were judged */
static size_t judged;

static double weigh(void *context, size_t at, const struct observation *there)
{
    (void)context;
    order[judged++] = at;
    return there->tcp.ports_used;
}

/* 100 ports from 40000 on, none reserved. */
static struct host_range range_of(uint16_t first, uint16_t last)
{
    return (struct host_range){ .range = { first, last }, .reserved_known = true };
}

static int given_host(void **state)
{
    (void)state;
    given_fixture(NAMESPACE_METRICS);
    memset(list, 0, sizeof list);
    memset(&found, 0, sizeof found);
    memset(&own, 0, sizeof own);
    metric_default_limits(OS_LINUX, limits);
    judged = 0;
    fixture.one_range = true;
    fixture.namespaces.list = list;
    fixture.namespaces.may_enter = true;
    fixture.around = around;
    foreign = request;
    foreign.foreign = true;
    own.range[IP_PROTOCOL_TCP] = (struct observed_range){ .reading.known = true,
                                                          .range = { 40000, 40099 },
                                                          .usable = 100 };
    return 0;
}

static int clear_host(void **state)
{
    (void)state;
    net_namespaces_clear(&found);
    for (size_t i = 0; i < fixture.namespaces.count; i++)
        free(around[i].host);
    memset(around, 0, sizeof around);
    return 0;
}

static struct socket_row row_on(uint16_t port)
{
    static const uint8_t here[4] = { 10, 0, 0, 1 };
    static const uint8_t there[4] = { 10, 0, 0, 2 };

    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = 443,
                                .state = CONN_ESTABLISHED };
}

/* One more, with so many sockets on the ports from `first` on. Its position. */
static size_t given_namespace(uint16_t first, uint16_t last, size_t sockets)
{
    const size_t at = fixture.namespaces.count++;
    struct fixture_host *inside = calloc(1, sizeof *inside);

    assert_non_null(inside);
    inside->os = fixture.os;
    inside->one_range = true;
    inside->range[IP_PROTOCOL_TCP] = range_of(first, last);
    inside->bound.visible = true;
    for (; inside->tcp_count < sockets; inside->tcp_count++)
        inside->tcp[inside->tcp_count] = row_on((uint16_t)(first + inside->tcp_count));
    around[at].host = inside;
    list[at] = (struct net_namespace){ .inode = 4026532000 + at,
                                       .mark = at,
                                       .tcp_possible = sockets,
                                       .totals_known = true };
    return at;
}

static bool look(struct error *err)
{
    const struct host host = fixture_host_open(&fixture);
    const struct namespaces_request wanted = { .observe = &foreign,
                                               .limits = limits,
                                               .weigh = weigh };

    return observe_namespaces(&host, &wanted, &own, &found, err);
}

static void must_look(void)
{
    struct error err = { 0 };

    if (!look(&err))
        fail_msg("%s", err.message);
}

static void assert_sight(size_t at, enum net_namespace_sight sight)
{
    if (found.list[at].sight != sight)
        fail_msg("namespace %u: sight %d, expected %d (%s)", (unsigned int)at,
                 (int)found.list[at].sight, (int)sight, found.list[at].reason);
}

static void test_only_those_that_may_be_above_a_limit_are_observed(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 0);
    given_namespace(40000, 40099, 30);
    given_namespace(40000, 40099, 70);

    must_look();

    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_SCREENED);
    assert_sight(2, NET_NAMESPACE_SEEN);
    assert_int_equal(around[0].enters, 0);
    assert_int_equal(around[1].enters, 1);
    assert_int_equal(around[1].host->tcp_reads, 0);
    assert_non_null(found.list[2].seen);
    assert_int_equal(found.list[2].seen->tcp.ports_used, 70);
    assert_int_equal(fixture.tcp_reads, 0);
    assert_null(fixture.inside);
}

static void test_the_most_likely_one_is_observed_first(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 60);
    given_namespace(40000, 40199, 150);
    given_namespace(40000, 40099, 90);

    must_look();

    assert_int_equal(judged, 3);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 1);
    assert_int_equal(order[2], 0);
}

static void test_a_range_of_four_ports_is_found(void **state)
{
    (void)state;

    for (int i = 0; i < 20; i++)
        given_namespace(32768, 60999, 100);
    given_namespace(32000, 32003, 4);

    must_look();

    assert_int_equal(judged, 1);
    assert_sight(20, NET_NAMESPACE_SEEN);
    assert_int_equal(found.list[20].seen->range[IP_PROTOCOL_TCP].usable, 4);
    assert_int_equal(found.list[20].seen->tcp.ports_used, 4);
}

static void test_reserved_ports_are_not_usable(void **state)
{
    const size_t at = given_namespace(40000, 40099, 30);

    (void)state;
    port_set_add_range(&around[at].host->range[IP_PROTOCOL_TCP].reserved,
                       (struct port_range){ 40050, 40099 });

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
}

static void
test_a_limit_that_is_no_upper_bound_suspects_all_that_have_sockets(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 0);
    given_namespace(40000, 40099, 1);
    limits[METRIC_DESTINATION_USAGE].warning =
        (struct threshold){ .set = true, .start = 10, .end = 50 };

    must_look();

    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_SEEN);
}

static void test_totals_that_are_not_known_are_a_suspicion(void **state)
{
    const size_t at = given_namespace(40000, 40099, 0);

    (void)state;
    list[at].totals_known = false;

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
}

static void test_udp_alone_can_be_the_suspicion(void **state)
{
    const size_t at = given_namespace(40000, 40099, 1);

    (void)state;
    list[at].udp_possible = 81;

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
    assert_true(found.list[at].seen->udp.reading.known);
}

static void test_one_that_ends_under_the_look_is_no_failure(void **state)
{
    const size_t at = given_namespace(40000, 40099, 90);
    const size_t other = given_namespace(40000, 40099, 80);

    (void)state;
    (void)error_set(&around[at].enter_failure, ERR_ABSENT, "it ended");

    must_look();

    assert_sight(at, NET_NAMESPACE_ENDED);
    assert_sight(other, NET_NAMESPACE_SEEN);
}

static void test_one_that_cannot_be_entered_is_unread_with_its_reason(void **state)
{
    const size_t at = given_namespace(40000, 40099, 90);

    (void)state;
    (void)error_set(&around[at].enter_failure, ERR_DENIED, "not permitted");

    must_look();

    assert_sight(at, NET_NAMESPACE_UNREAD);
    assert_string_equal(found.list[at].reason, "not permitted");
}

static void test_sockets_that_cannot_be_read_are_data(void **state)
{
    const size_t at = given_namespace(40000, 40099, 90);

    (void)state;
    (void)error_set(&around[at].host->tcp_failure, ERR_IO, "no dump");

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
    assert_false(found.list[at].seen->tcp.reading.known);
}

static void test_no_time_leaves_suspects_unread(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 0);
    given_namespace(40000, 40099, 90);
    foreign.deadline = (struct deadline){ 0 };

    must_look();

    assert_int_equal(around[1].enters, 0);
    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_UNREAD);
    assert_string_equal(found.list[1].reason, "no time left to look at it");
}

static void test_no_way_back_ends_the_look(void **state)
{
    struct error err = { 0 };

    (void)state;
    given_namespace(40000, 40099, 90);
    given_namespace(40000, 40099, 80);
    (void)error_set(&fixture.leave_failure, ERR_IO, "setns: refused");

    assert_false(look(&err));

    assert_string_equal(err.message,
                        "no way back from another network namespace: setns: refused");
    assert_int_equal(around[0].enters + around[1].enters, 1);
}

static void test_no_memory_inside_comes_back_and_fails(void **state)
{
    const size_t at = given_namespace(40000, 40099, 90);
    struct error err = { 0 };

    (void)state;
    (void)error_set(&around[at].host->tcp_failure, ERR_MEMORY, "out of memory");

    assert_false(look(&err));

    assert_int_equal(err.code, ERR_MEMORY);
    assert_null(fixture.inside);
}

static void test_a_bounded_number_of_observations_is_kept_the_worst_ones(void **state)
{
    size_t kept = 0;

    (void)state;
    for (size_t i = 0; i < NAMESPACES_MAX - 20; i++)
        given_namespace(40000, 40099, 55 + i);

    must_look();

    assert_int_equal(judged, NAMESPACES_MAX - 20);
    for (size_t i = 0; i < found.count; i++) {
        assert_sight(i, NET_NAMESPACE_SEEN);
        kept += found.list[i].seen != NULL;
    }
    assert_int_equal(kept, NAMESPACES_KEPT);
    assert_non_null(found.list[found.count - 1].seen);
    assert_null(found.list[0].seen);
}

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
    for (; inside->bound_count < sockets; inside->bound_count++)
        inside->bound_rows[inside->bound_count] =
            bound_on((uint16_t)(40000 + inside->bound_count));
}

static void test_bound_sockets_are_looked_for_where_they_may_be(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 3);
    given_namespace(40000, 40099, 2);
    given_namespace(40000, 40099, 0);
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

    given_namespace(40000, 40099, 0);
    given_namespace(40000, 40099, 10);
    fixture.namespaces.bound_possible = 35;

    must_look();

    assert_int_equal(judged, 0);
}

static void test_bound_sockets_of_our_own_are_nowhere_else(void **state)
{
    (void)state;

    given_namespace(40000, 40099, 3);
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
        const size_t at = given_namespace(40000, 40099, 3);

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

    given_namespace(40000, 40099, 10);
    given_namespace(40000, 40099, 70);
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
    const size_t at = given_namespace(40000, 40099, 70);

    (void)state;
    around[at].host->tcp[0].state = CONN_LISTEN;
    given_no_rights();

    must_look();

    assert_int_equal(found.list[at].ports_listed, 69);
}

static void test_without_rights_one_that_ended_is_no_failure(void **state)
{
    const size_t at = given_namespace(40000, 40099, 70);
    const size_t other = given_namespace(40000, 40099, 60);

    (void)state;
    given_no_rights();
    (void)error_set(&around[at].enter_failure, ERR_ABSENT, "it ended");
    (void)error_set(&around[other].enter_failure, ERR_IO, "read: failed");

    must_look();

    assert_sight(at, NET_NAMESPACE_ENDED);
    assert_sight(other, NET_NAMESPACE_UNREAD);
    assert_string_equal(found.list[other].reason, "read: failed");
}

static void test_a_system_without_namespaces_says_so(void **state)
{
    struct error err = { 0 };

    (void)state;
    fixture.os.kind = OS_WINDOWS;

    assert_false(look(&err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "--all-namespaces: this system has no network "
                                     "namespaces (Linux has)");
}

static void test_namespaces_that_cannot_be_listed_are_a_failure(void **state)
{
    struct error err = { 0 };

    (void)state;
    (void)error_set(&fixture.list_failure, ERR_IO, "opendir /proc: failed");

    assert_false(look(&err));

    assert_string_equal(err.message, "opendir /proc: failed");
}

static void test_settings_are_read_and_nothing_of_the_next_boot(void **state)
{
    const size_t at = given_namespace(40000, 40099, 70);

    (void)state;
    foreign.metrics |= 1U << METRIC_MISCONFIGURED;
    fixture.journal = "not a journal";
    around[at].host->journal = "not a journal";
    (void)error_set(&around[at].host->boot_failure, ERR_IO, "no files");

    must_look();

    assert_true(found.list[at].seen->setting_count > 0);
    assert_int_equal(found.list[at].seen->settings_scope, SETTINGS_OF_NAMESPACE);
    for (size_t i = 0; i < found.list[at].seen->note_count; i++)
        assert_null(strstr(found.list[at].seen->notes[i], "journal"));
    for (size_t i = 0; i < found.list[at].seen->note_count; i++)
        assert_null(strstr(found.list[at].seen->notes[i], "boot"));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, given_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_only_those_that_may_be_above_a_limit_are_observed),
        ROW(test_the_most_likely_one_is_observed_first),
        ROW(test_a_range_of_four_ports_is_found),
        ROW(test_reserved_ports_are_not_usable),
        ROW(test_a_limit_that_is_no_upper_bound_suspects_all_that_have_sockets),
        ROW(test_totals_that_are_not_known_are_a_suspicion),
        ROW(test_udp_alone_can_be_the_suspicion),
        ROW(test_one_that_ends_under_the_look_is_no_failure),
        ROW(test_one_that_cannot_be_entered_is_unread_with_its_reason),
        ROW(test_sockets_that_cannot_be_read_are_data),
        ROW(test_no_time_leaves_suspects_unread),
        ROW(test_no_way_back_ends_the_look),
        ROW(test_no_memory_inside_comes_back_and_fails),
        ROW(test_a_bounded_number_of_observations_is_kept_the_worst_ones),
        ROW(test_bound_sockets_are_looked_for_where_they_may_be),
        ROW(test_few_bound_sockets_make_nobody_a_suspect),
        ROW(test_bound_sockets_of_our_own_are_nowhere_else),
        ROW(test_bound_sockets_that_no_kernel_lists_are_looked_for_once),
        ROW(test_without_rights_suspects_are_listed_not_observed),
        ROW(test_inbound_ports_are_not_listed),
        ROW(test_without_rights_one_that_ended_is_no_failure),
        ROW(test_a_system_without_namespaces_says_so),
        ROW(test_namespaces_that_cannot_be_listed_are_a_failure),
        ROW(test_settings_are_read_and_nothing_of_the_next_boot),
    };

    return cmocka_run_group_tests_name("host/observe_namespaces", tests, NULL, NULL);
}
