/* SPDX-License-Identifier: MIT */
/* When the system is asked which used ports are closed, and what becomes of the answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "tests/support/observed.h"

enum { FIRST = 40000, PORTS = 4000 };

/* A Linux with 4000 ports that may be asked. */
static int given_host(void **state)
{
    (void)state;
    given_fixture(1U << METRIC_DESTINATION_USAGE);
    fixture.range[IP_PROTOCOL_TCP].range =
        (struct port_range){ FIRST, FIRST + PORTS - 1 };
    fixture.range[IP_PROTOCOL_TCP].reserved_known = true;
    fixture.bound.visible = true;
    request.ask = true;
    return 0;
}

/* `count` sockets to destination number `to`, on every other port from `offset` on. */
static void add_half(uint16_t offset, uint16_t count, uint16_t to)
{
    const uint8_t here[4] = { 10, 0, 0, 1 };
    const uint8_t there[4] = { 10, 1, (uint8_t)(to >> 8), (uint8_t)to };

    for (uint16_t i = 0; i < count; i++)
        fixture.tcp[fixture.tcp_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .remote = ip_address_from_v4(there),
                                 .local_port = (uint16_t)(FIRST + offset + 2 * i),
                                 .remote_port = 443,
                                 .state = CONN_ESTABLISHED };
}

/* Those of bind(): `count` from `offset` on. */
static void given_closed(uint16_t offset, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        port_set_add(&fixture.closed, (uint16_t)(FIRST + offset + 2 * i));
}

/* 300 sockets, each to its own destination, on odd offsets that none shares. */
static void given_many_bound(void)
{
    fixture.range[IP_PROTOCOL_TCP].range = (struct port_range){ FIRST, FIRST + 999 };
    for (uint16_t i = 0; i < 300; i++)
        add_half((uint16_t)(2 * i + 1), 1, i);
}

static void test_closed_ports_are_counted_in_a_second_pass(void **state)
{
    (void)state;

    add_half(0, 300, 1);
    add_half(1, 200, 2);
    given_closed(1, 200);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 2);
    assert_int_equal(seen.tcp.closed_known, CLOSED_EXACT);
    assert_int_equal(seen.tcp.closed_asked, 500);
    assert_int_equal(seen.tcp.ports_closed, 200);
    assert_int_equal(seen.tcp.ports_used, 500);
    assert_int_equal(seen.tcp.odd_usable, 2000);
    assert_int_equal(seen.tcp.odd_used, 200);
    assert_int_equal(seen.tcp.top[0].sockets, 300);
    assert_int_equal(seen.tcp.top[1].covered, 200);
    assert_int_equal(observation_busiest_ports(&seen), 500);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[1]), 200);
    assert_int_equal(seen.rows, 1000);
}

static void test_closed_ports_that_are_none_need_no_second_pass(void **state)
{
    (void)state;

    add_half(1, 200, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 1);
    assert_int_equal(seen.tcp.closed_known, CLOSED_EXACT);
    assert_int_equal(seen.tcp.ports_closed, 0);
    assert_int_equal(seen.tcp.odd_usable, 2000);
    assert_int_equal(seen.tcp.odd_used, 200);
}

/* The smallest that there is: one port of one. */
static void test_closed_ports_may_be_a_single_one(void **state)
{
    (void)state;

    fixture.range[IP_PROTOCOL_TCP].range = (struct port_range){ FIRST, FIRST + 49 };
    add_half(1, 1, 1);
    given_closed(1, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.closed_known, CLOSED_EXACT);
    assert_int_equal(seen.tcp.closed_asked, 1);
    assert_int_equal(seen.tcp.ports_closed, 1);
    assert_int_equal(seen.tcp.top[0].covered, 1);
    assert_int_equal(observation_busiest_ports(&seen), 1);
}

/* All of what can be asked about in one run. */
static void test_closed_ports_of_1024_are_all_asked_about(void **state)
{
    (void)state;

    add_half(1, 1024, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 1024);
    assert_int_equal(seen.tcp.closed_known, CLOSED_EXACT);
}

static void test_closed_ports_without_time_are_noted(void **state)
{
    (void)state;

    given_many_bound();
    request.deadline = deadline_in_ms(0);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 0);
    assert_int_equal(seen.tcp.closed_known, CLOSED_AT_LEAST);
    assert_string_equal(seen.notes[1],
                        "ports that bind() took are estimated: no time to ask");
}

/* 8 ms of CPU time: the rest of 1024 is estimated. */
static void test_closed_ports_are_a_sample_where_asking_is_slow(void **state)
{
    (void)state;

    add_half(1, 1024, 1);
    given_closed(1, 1024);
    fixture.closed_us = 2000;

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 4 * 64);
    assert_int_equal(seen.tcp.closed_known, CLOSED_SAMPLED);
    assert_int_equal(seen.tcp.closed_asked, 4 * 64);
    assert_int_equal(seen.tcp.ports_closed, 1024);
}

/* What was found before the asking failed is of no use. */
static void test_closed_ports_of_a_part_are_forgotten(void **state)
{
    (void)state;

    add_half(1, 200, 1);
    given_closed(1, 200);
    fixture.closed_before_failure = 64;
    (void)error_set(&fixture.closed_failure, ERR_DENIED, "a filter refuses");

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 64);
    assert_int_equal(fixture.tcp_reads, 1);
    assert_int_equal(seen.tcp.ports_closed, 0);
    assert_int_equal(seen.tcp.top[0].covered, 0);
}

/* Meanwhile so many bound-only sockets came that the second pass counts them. */
static void test_closed_ports_with_bound_sockets_in_the_second_pass(void **state)
{
    (void)state;

    add_half(1, 200, 1);
    given_closed(1, 200);
    fixture.bound.possible = 10;
    fixture.bound_possible_again = 1000;
    fixture.bound_rows[0] =
        (struct socket_row){ .local_port = FIRST + 401, .state = CONN_BOUND };
    fixture.bound_count = 1;

    assert_true(observe_fixture(NULL));
    assert_true(seen.tcp.bound_known);
    assert_int_equal(seen.tcp.bound_possible, 0);
    assert_int_equal(seen.tcp.ports_blocked, 1);
    assert_int_equal(seen.tcp.ports_closed, 200);
    assert_int_equal(seen.tcp.odd_used, 201);
}

static void test_closed_ports_are_not_looked_for_without_odd_ones(void **state)
{
    (void)state;

    add_half(0, 1700, 1);
    add_half(1, 40, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 0);
    assert_int_equal(seen.tcp.closed_known, CLOSED_NOT_COUNTED);
}

/* One destination that used up its half: 64 ports tell. */
static void test_closed_ports_of_a_plain_host_cost_64_questions(void **state)
{
    (void)state;

    add_half(0, 1000, 1);
    add_half(1, 200, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 64);
    assert_int_equal(seen.tcp.closed_known, CLOSED_SAMPLED);
    assert_int_equal(seen.tcp.closed_asked, 64);
    assert_int_equal(seen.tcp.ports_closed, 0);
    assert_int_equal(fixture.tcp_reads, 1);
}

static void test_closed_ports_of_many_are_estimated_from_a_sample(void **state)
{
    (void)state;

    add_half(1, 2000, 1);
    given_closed(1, 2000);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 1024);
    assert_int_equal(seen.tcp.closed_known, CLOSED_SAMPLED);
    assert_int_equal(seen.tcp.ports_closed, 2000);
    assert_int_equal(seen.tcp.top[0].covered, 2000);
    assert_int_equal(observation_busiest_ports(&seen), 2000);
}

static void test_closed_ports_are_at_least_so_many_where_nobody_may_ask(void **state)
{
    (void)state;

    given_many_bound();
    request.ask = false;

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 0);
    assert_int_equal(seen.tcp.closed_known, CLOSED_AT_LEAST);
    assert_int_equal(seen.tcp.ports_closed, 296);
    assert_int_equal(seen.tcp.top[0].covered, 1);
    assert_int_equal(seen.note_count, 1);
}

static void test_closed_ports_are_at_least_so_many_on_an_old_kernel(void **state)
{
    (void)state;

    given_many_bound();
    (void)error_set(&fixture.closed_failure, ERR_UNSUPPORTED, "before 6.3");

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.closed_known, CLOSED_AT_LEAST);
    assert_int_equal(seen.note_count, 1);
}

static void test_closed_ports_that_cannot_be_asked_about_are_noted(void **state)
{
    (void)state;

    given_many_bound();
    (void)error_set(&fixture.closed_failure, ERR_DENIED, "a filter refuses");

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.closed_known, CLOSED_AT_LEAST);
    assert_string_equal(seen.notes[1],
                        "ports that bind() took are estimated: a filter refuses");
}

static void test_closed_ports_are_not_counted_when_the_second_pass_fails(void **state)
{
    (void)state;

    add_half(1, 200, 1);
    given_closed(1, 200);
    (void)error_set(&fixture.again_failure, ERR_IO, "it broke");

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.closed_known, CLOSED_NOT_COUNTED);
    assert_int_equal(seen.tcp.ports_closed, 0);
    assert_int_equal(seen.tcp.closed_asked, 0);
    assert_int_equal(seen.tcp.ports_used, 200);
    assert_int_equal(seen.tcp.top[0].covered, 0);
    assert_string_equal(seen.notes[1],
                        "ports that bind() took are not counted: it broke");
}

static void test_closed_ports_without_memory_for_the_second_pass_fail(void **state)
{
    struct error err = { 0 };
    (void)state;

    add_half(1, 200, 1);
    given_closed(1, 200);
    (void)error_set(&fixture.again_failure, ERR_MEMORY, "no memory");

    assert_false(observe_fixture(&err));
    assert_int_equal(err.code, ERR_MEMORY);
}

/* A second pass counts bound-only sockets as the first one did, or its numbers are of
 * another kind. */
static void test_closed_ports_want_bound_sockets_in_both_passes(void **state)
{
    (void)state;

    add_half(1, 200, 1);
    given_closed(1, 200);
    fixture.bound = (struct host_bound){ .visible = true, .possible = 1000 };
    fixture.bound_reads_before_failure = 1;

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.bound_reads, 2);
    assert_true(seen.tcp.bound_known);
    assert_int_equal(seen.tcp.closed_known, CLOSED_NOT_COUNTED);
    assert_string_equal(seen.notes[1], "ports that bind() took are not counted: "
                                       "bound-only sockets were read once only");
}

/* `count` sockets bound to the device, on every other port from `offset` on. */
static void add_on_device(uint16_t offset, uint16_t count, uint16_t to, uint32_t device)
{
    const size_t first = fixture.tcp_count;

    add_half(offset, count, to);
    for (size_t i = first; i < fixture.tcp_count; i++)
        fixture.tcp[i].device = device;
}

/* 60 with a device, 40 without, 10 of the ports shared: 90 are in the way of a socket
 * with the device, 40 in that of one without. */
static void test_sockets_without_a_device_are_in_the_way_of_those_with_one(void **state)
{
    (void)state;

    add_on_device(0, 60, 1, 7);
    add_half(100, 40, 1);
    add_on_device(1, 5, 1, 8);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 2);
    assert_int_equal(seen.tcp.top[0].device, 7);
    assert_int_equal(seen.tcp.top[0].established, 60);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[0]), 90);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[1]), 40);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[2]), 5);
}

/* Also where the ones without a device are more, and nobody tells closed ports. */
static void test_sockets_with_a_device_may_be_the_fewer_ones(void **state)
{
    (void)state;

    add_half(1, 60, 1);
    add_on_device(200, 40, 1, 7);
    (void)error_set(&fixture.closed_failure, ERR_UNSUPPORTED, "before 6.3");

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 2);
    assert_int_equal(seen.tcp.top[0].device, 7);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[0]), 100);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[1]), 60);
}

static void test_devices_get_no_second_pass_without_time(void **state)
{
    (void)state;

    add_half(0, 60, 1);
    add_on_device(200, 40, 1, 7);
    request.deadline = deadline_in_ms(0);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 1);
    assert_string_equal(seen.notes[1], "ports that bind() took are not counted: no time "
                                       "for a second look");
}

/* Closed ports are in its way once, whosever sockets are on them. */
static void test_sampled_ports_of_no_device_count_once(void **state)
{
    (void)state;

    add_half(1, 1500, 1);
    given_closed(1, 1500);
    add_on_device(0, 1500, 1, 7);

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.closed_known, CLOSED_SAMPLED);
    assert_int_equal(observation_busiest_ports(&seen), 3000);
}

static void test_devices_that_nobody_else_uses_need_no_second_pass(void **state)
{
    (void)state;

    add_on_device(0, 60, 1, 7);
    add_on_device(100, 40, 1, 8);
    add_half(200, 40, 2);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 1);
    assert_int_equal(observation_busiest_ports(&seen), 60);
}

/* Where it could not be the busiest, nobody looks. */
static void test_devices_of_quiet_destinations_need_no_second_pass(void **state)
{
    (void)state;

    add_half(0, 100, 2);
    add_on_device(0, 60, 1, 7);
    add_half(100, 40, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 1);
}

static void test_closed_ports_are_counted_with_a_device_too(void **state)
{
    (void)state;

    add_on_device(1, 60, 1, 7);
    add_half(100, 40, 1);
    given_closed(1, 60);

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.ports_closed, 60);
    assert_int_equal(observation_busiest_ports(&seen), 100);
}

static void test_closed_ports_are_a_matter_of_linux(void **state)
{
    (void)state;

    fixture.os.kind = OS_WINDOWS;
    add_half(1, 200, 1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.closed_asked, 0);
    assert_int_equal(seen.tcp.odd_usable, 0);
    assert_int_equal(seen.tcp.closed_known, CLOSED_NOT_COUNTED);
}

#define CLOSED_TEST(test) cmocka_unit_test_setup(test, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOSED_TEST(test_closed_ports_are_counted_in_a_second_pass),
        CLOSED_TEST(test_closed_ports_that_are_none_need_no_second_pass),
        CLOSED_TEST(test_closed_ports_may_be_a_single_one),
        CLOSED_TEST(test_closed_ports_of_1024_are_all_asked_about),
        CLOSED_TEST(test_closed_ports_are_a_sample_where_asking_is_slow),
        CLOSED_TEST(test_closed_ports_without_time_are_noted),
        CLOSED_TEST(test_closed_ports_of_a_part_are_forgotten),
        CLOSED_TEST(test_closed_ports_with_bound_sockets_in_the_second_pass),
        CLOSED_TEST(test_closed_ports_are_not_looked_for_without_odd_ones),
        CLOSED_TEST(test_closed_ports_of_a_plain_host_cost_64_questions),
        CLOSED_TEST(test_closed_ports_of_many_are_estimated_from_a_sample),
        CLOSED_TEST(test_closed_ports_are_at_least_so_many_where_nobody_may_ask),
        CLOSED_TEST(test_closed_ports_are_at_least_so_many_on_an_old_kernel),
        CLOSED_TEST(test_closed_ports_that_cannot_be_asked_about_are_noted),
        CLOSED_TEST(test_closed_ports_are_not_counted_when_the_second_pass_fails),
        CLOSED_TEST(test_closed_ports_without_memory_for_the_second_pass_fail),
        CLOSED_TEST(test_closed_ports_want_bound_sockets_in_both_passes),
        CLOSED_TEST(test_sockets_without_a_device_are_in_the_way_of_those_with_one),
        CLOSED_TEST(test_sockets_with_a_device_may_be_the_fewer_ones),
        CLOSED_TEST(test_devices_get_no_second_pass_without_time),
        CLOSED_TEST(test_sampled_ports_of_no_device_count_once),
        CLOSED_TEST(test_devices_that_nobody_else_uses_need_no_second_pass),
        CLOSED_TEST(test_devices_of_quiet_destinations_need_no_second_pass),
        CLOSED_TEST(test_closed_ports_are_counted_with_a_device_too),
        CLOSED_TEST(test_closed_ports_are_a_matter_of_linux),
    };

    return cmocka_run_group_tests_name("host/observe_closed", tests, NULL, NULL);
}
