/* SPDX-License-Identifier: MIT */
/* Usages of which not every socket could be read: lower bounds, and OK that is not known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

/* 30 of 100 ports in use, and up to `possible` sockets that could not be read. */
static void given_unread_bound(uint32_t possible)
{
    given_range(&scene.seen, 40000, 40099, 0);
    given_listeners(&scene.seen, 30);
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = possible;
    (void)snprintf(scene.seen.tcp.bound_unread, sizeof scene.seen.tcp.bound_unread,
                   "the walk failed");
}

static void test_usage_is_not_ok_where_unread_bound_sockets_could_alert(void **state)
{
    const struct result *result;
    (void)state;

    given_unread_bound(51);
    result = result_of(METRIC_PORT_USAGE);

    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_string_equal(result->why, "the walk failed");
    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_UNKNOWN);
}

static void test_usage_is_ok_where_unread_bound_sockets_could_not_alert(void **state)
{
    (void)state;

    given_unread_bound(20);

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
    assert_true(result_of(METRIC_PORT_USAGE)->measure.known);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_OK);
    scene.seen.tcp.bound_possible = 21;
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_UNKNOWN);
}

static void
test_usage_that_alerts_stays_what_it_is_with_unread_bound_sockets(void **state)
{
    (void)state;

    given_unread_bound(UINT32_MAX);
    set_limit(&scene.limits[METRIC_PORT_USAGE].warning, "20");

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_WARNING);
    assert_int_equal(result_of(METRIC_PORT_USAGE)->measure.part, 30);
    assert_int_equal(result_of(METRIC_UDP_PORT_USAGE)->state, CHECK_OK);
}

static void test_usage_is_ok_at_its_limit_with_all_unread_bound_sockets(void **state)
{
    (void)state;

    given_unread_bound(50);
    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
    scene.seen.tcp.bound_possible = 51;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_UNKNOWN);
    assert_int_equal(result_of(METRIC_TIME_WAIT)->state, CHECK_OK);
}

/* With none and with all of them it is OK; with 15 of them it is not. */
static void test_usage_is_not_ok_where_some_of_the_unread_could_alert(void **state)
{
    (void)state;

    given_unread_bound(60);
    set_limit(&scene.limits[METRIC_PORT_USAGE].warning, "@40:50");
    set_limit(&scene.limits[METRIC_PORT_USAGE].critical, "99");

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_UNKNOWN);
    scene.seen.tcp.bound_possible = 0;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
}

static void test_usage_is_ok_where_bound_sockets_are_not_visible(void **state)
{
    (void)state;

    given_unread_bound(100);
    scene.seen.tcp.bound_unread[0] = '\0';

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
}

/* 1 % is what nobody looks for; from there on the number says that it is too low. */
static void test_usage_is_a_lower_bound_where_bound_sockets_are_not_listed(void **state)
{
    const struct result *result;
    (void)state;

    given_unread_bound(1);
    scene.seen.tcp.bound_unread[0] = '\0';
    assert_false(result_of(METRIC_PORT_USAGE)->measure.at_least);
    scene.seen.tcp.bound_possible = 2;
    result = result_of(METRIC_PORT_USAGE);

    assert_true(result->measure.at_least);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(result->measure.more, 2);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.more, 2);
    scene.seen.tcp.bound_possible = 71;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->measure.more, 70);
    scene.seen.tcp.bound_possible = 1000;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->measure.more, 70);
    assert_false(result_of(METRIC_UDP_PORT_USAGE)->measure.at_least);
}

static void test_usage_that_is_full_is_no_lower_bound(void **state)
{
    (void)state;

    given_unread_bound(50);
    given_listeners(&scene.seen, 70);

    assert_false(result_of(METRIC_PORT_USAGE)->measure.at_least);
    assert_int_equal(result_of(METRIC_PORT_USAGE)->measure.more, 0);
}

static void test_usage_of_a_range_not_read_is_no_lower_bound(void **state)
{
    (void)state;

    given_unread_bound(50);
    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no range");

    assert_false(result_of(METRIC_PORT_USAGE)->measure.at_least);
    assert_false(result_of(METRIC_DESTINATION_USAGE)->measure.at_least);
}

/* 10 ports toward the destination, 20 surely closed, 45 others in use: each of those may
 * be closed too. */
static void test_destination_usage_is_a_lower_bound_by_parity(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.ports_used = 75;
    scene.seen.tcp.ports_closed = 20;
    scene.seen.tcp.closed_known = CLOSED_SAMPLED;
    assert_false(result_of(METRIC_DESTINATION_USAGE)->measure.at_least);
    scene.seen.tcp.closed_known = CLOSED_AT_LEAST;
    result = result_of(METRIC_DESTINATION_USAGE);

    assert_true(result->measure.at_least);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(result->measure.more, 45);
    scene.seen.tcp.ports_used = 31;
    assert_true(result_of(METRIC_DESTINATION_USAGE)->measure.at_least);
    assert_false(result_of(METRIC_PORT_USAGE)->measure.at_least);
}

/* A number with no number of ports behind it: more sockets than are in use. */
static void test_destination_usage_by_parity_never_counts_backwards(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.closed_known = CLOSED_AT_LEAST;
    scene.seen.tcp.ports_used = 9;

    assert_false(result_of(METRIC_DESTINATION_USAGE)->measure.at_least);
}

#define USAGE_TEST(test) cmocka_unit_test_setup(test, given_idle_linux)

int main(void)
{
    const struct CMUnitTest tests[] = {
        USAGE_TEST(test_usage_is_not_ok_where_unread_bound_sockets_could_alert),
        USAGE_TEST(test_usage_is_ok_where_unread_bound_sockets_could_not_alert),
        USAGE_TEST(test_usage_that_alerts_stays_what_it_is_with_unread_bound_sockets),
        USAGE_TEST(test_usage_is_ok_at_its_limit_with_all_unread_bound_sockets),
        USAGE_TEST(test_usage_is_not_ok_where_some_of_the_unread_could_alert),
        USAGE_TEST(test_usage_is_ok_where_bound_sockets_are_not_visible),
        USAGE_TEST(test_usage_is_a_lower_bound_where_bound_sockets_are_not_listed),
        USAGE_TEST(test_usage_that_is_full_is_no_lower_bound),
        USAGE_TEST(test_usage_of_a_range_not_read_is_no_lower_bound),
        USAGE_TEST(test_destination_usage_is_a_lower_bound_by_parity),
        USAGE_TEST(test_destination_usage_by_parity_never_counts_backwards),
    };

    return cmocka_run_group_tests_name("checks/usage", tests, NULL, NULL);
}
