/* SPDX-License-Identifier: MIT */
/* Which namespaces are entered, in which order, and what a failure becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given_namespaces.h"

static void test_only_those_that_may_be_above_a_limit_are_observed(void **state)
{
    (void)state;

    given_around(40000, 40099, 0);
    given_around(40000, 40099, 30);
    given_around(40000, 40099, 70);

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

    given_around(40000, 40099, 60);
    given_around(40000, 40199, 150);
    given_around(40000, 40099, 90);

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
        given_around(32768, 60999, 100);
    given_around(32000, 32003, 4);

    must_look();

    assert_int_equal(judged, 1);
    assert_sight(20, NET_NAMESPACE_SEEN);
    assert_int_equal(found.list[20].seen->range[IP_PROTOCOL_TCP].usable, 4);
    assert_int_equal(found.list[20].seen->tcp.ports_used, 4);
}

static void test_reserved_ports_are_not_usable(void **state)
{
    const size_t at = given_around(40000, 40099, 30);

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

    given_around(40000, 40099, 0);
    given_around(40000, 40099, 1);
    limits[METRIC_DESTINATION_USAGE].warning =
        (struct threshold){ .set = true, .start = 10, .end = 50 };

    must_look();

    assert_sight(0, NET_NAMESPACE_SCREENED);
    assert_sight(1, NET_NAMESPACE_SEEN);
}

static void test_totals_that_are_not_known_are_read_inside(void **state)
{
    const size_t idle = given_around(40000, 40099, 10);
    const size_t busy = given_around(40000, 40099, 60);

    (void)state;
    listed[idle] = (struct net_namespace){ .mark = idle };
    listed[busy] = (struct net_namespace){ .mark = busy };

    must_look();

    assert_sight(idle, NET_NAMESPACE_SCREENED);
    assert_int_equal(around[idle].host->tcp_reads, 0);
    assert_sight(busy, NET_NAMESPACE_SEEN);
}

static void test_totals_that_nobody_knows_are_a_suspicion(void **state)
{
    const size_t at = given_around(40000, 40099, 0);

    (void)state;
    listed[at].totals_known = false;
    (void)error_set(&around[at].host->totals_failure, ERR_IO, "no sockstat");

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
}

static void test_udp_alone_can_be_the_suspicion(void **state)
{
    const size_t at = given_around(40000, 40099, 1);

    (void)state;
    listed[at].udp_possible = 81;

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
    assert_true(found.list[at].seen->udp.reading.known);
}

static void test_one_that_ends_under_the_look_is_no_failure(void **state)
{
    const size_t at = given_around(40000, 40099, 90);
    const size_t other = given_around(40000, 40099, 80);

    (void)state;
    (void)error_set(&around[at].enter_failure, ERR_ABSENT, "it ended");

    must_look();

    assert_sight(at, NET_NAMESPACE_ENDED);
    assert_sight(other, NET_NAMESPACE_SEEN);
}

static void test_one_that_ends_before_its_dump_is_no_failure(void **state)
{
    const size_t at = given_around(40000, 40099, 90);
    const size_t other = given_around(40000, 40099, 80);

    (void)state;
    around[at].enters_before_failure = 1;
    (void)error_set(&around[at].enter_failure, ERR_ABSENT, "it ended");

    must_look();

    assert_int_equal(around[at].enters, 2);
    assert_sight(at, NET_NAMESPACE_ENDED);
    assert_sight(other, NET_NAMESPACE_SEEN);
    assert_int_equal(judged, 1);
}

static void test_one_that_cannot_be_entered_is_unread_with_its_reason(void **state)
{
    const size_t at = given_around(40000, 40099, 90);

    (void)state;
    (void)error_set(&around[at].enter_failure, ERR_DENIED, "not permitted");

    must_look();

    assert_sight(at, NET_NAMESPACE_UNREAD);
    assert_string_equal(found.list[at].reason, "not permitted");
}

static void test_sockets_that_cannot_be_read_are_data(void **state)
{
    const size_t at = given_around(40000, 40099, 90);

    (void)state;
    (void)error_set(&around[at].host->tcp_failure, ERR_IO, "no dump");

    must_look();

    assert_sight(at, NET_NAMESPACE_SEEN);
    assert_false(found.list[at].seen->tcp.reading.known);
}

static void test_no_time_leaves_suspects_unread(void **state)
{
    (void)state;

    given_around(40000, 40099, 0);
    given_around(40000, 40099, 90);
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
    given_around(40000, 40099, 90);
    given_around(40000, 40099, 80);
    (void)error_set(&fixture.leave_failure, ERR_IO, "cannot return: refused");

    assert_false(look(&err));

    assert_string_equal(err.message, "cannot return: refused");
    assert_int_equal(around[0].enters + around[1].enters, 1);
}

static void test_no_memory_inside_comes_back_and_fails(void **state)
{
    const size_t at = given_around(40000, 40099, 90);
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
        given_around(40000, 40099, 55 + i);

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

/* As their rows are sorted: others are told first. */
static void test_of_equally_bad_ones_the_first_of_the_list_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < 8; i++)
        given_around(40000, 40099, 60);
    for (size_t i = 0; i < NAMESPACES_KEPT; i++)
        given_around(40000, 40059, 60); /* suspected first */

    must_look();

    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(found.list[i].seen != NULL, i < NAMESPACES_KEPT);
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
    const size_t at = given_around(40000, 40099, 70);

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

#define ROW(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, given_namespaces, clear_namespaces)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_only_those_that_may_be_above_a_limit_are_observed),
        ROW(test_the_most_likely_one_is_observed_first),
        ROW(test_a_range_of_four_ports_is_found),
        ROW(test_reserved_ports_are_not_usable),
        ROW(test_a_limit_that_is_no_upper_bound_suspects_all_that_have_sockets),
        ROW(test_totals_that_are_not_known_are_read_inside),
        ROW(test_totals_that_nobody_knows_are_a_suspicion),
        ROW(test_udp_alone_can_be_the_suspicion),
        ROW(test_one_that_ends_under_the_look_is_no_failure),
        ROW(test_one_that_ends_before_its_dump_is_no_failure),
        ROW(test_one_that_cannot_be_entered_is_unread_with_its_reason),
        ROW(test_sockets_that_cannot_be_read_are_data),
        ROW(test_no_time_leaves_suspects_unread),
        ROW(test_no_way_back_ends_the_look),
        ROW(test_no_memory_inside_comes_back_and_fails),
        ROW(test_a_bounded_number_of_observations_is_kept_the_worst_ones),
        ROW(test_of_equally_bad_ones_the_first_of_the_list_are_kept),
        ROW(test_namespaces_that_cannot_be_listed_are_a_failure),
        ROW(test_settings_are_read_and_nothing_of_the_next_boot),
    };

    return cmocka_run_group_tests_name("host/observe_namespaces", tests, NULL, NULL);
}
