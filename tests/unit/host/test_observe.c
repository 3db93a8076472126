/* SPDX-License-Identifier: MIT */
/* What is read for which metric, and what a failure to read becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "tests/support/given.h"
#include "tests/support/observed.h"

static const uint8_t here[4] = { 10, 0, 0, 1 };
static const uint8_t there[4] = { 10, 0, 0, 2 };

/* A Linux with the range 40000-40099, 40090-40099 of it reserved, and a minute of time.
 */
static int given_host(void **state)
{
    (void)state;
    given_fixture(METRICS_ALL);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].range = (struct port_range){ 40000, 40099 };
        fixture.range[i].reserved_known = true;
        port_set_add_range(&fixture.range[i].reserved,
                           (struct port_range){ 40090, 40110 });
    }
    fixture.bound = (struct host_bound){ .visible = true };
    request.top = 5;
    return 0;
}

static struct socket_row row_on(uint16_t port, enum conn_state conn)
{
    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = conn == CONN_BOUND ? 0 : 443,
                                .state = conn };
}

static void given_possible_bound(uint32_t possible)
{
    fixture.bound.possible = possible;
    fixture.bound_rows[0] = row_on(40050, CONN_BOUND);
    fixture.bound_count = 1;
}

static void test_observe_sums_up_sockets_over_usable_ports(void **state)
{
    (void)state;

    fixture.tcp[0] = row_on(40001, CONN_ESTABLISHED);
    fixture.tcp[1] = row_on(40002, CONN_TIME_WAIT);
    fixture.tcp[2] = row_on(40095, CONN_TIME_WAIT);
    fixture.tcp_count = 3;
    fixture.udp[0] = row_on(40003, CONN_UNKNOWN);
    fixture.udp_count = 1;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.range[IP_PROTOCOL_TCP].usable, 90);
    assert_int_equal(seen.range[IP_PROTOCOL_TCP].reserved, 10);
    assert_int_equal(seen.tcp.ports_used, 2);
    assert_true(seen.tcp.time_wait_only_known);
    assert_int_equal(seen.tcp.time_wait, 2);
    assert_int_equal(seen.tcp.top_count, 1);
    assert_int_equal(seen.tcp.top[0].sockets, 2);
    assert_int_equal(seen.udp.ports_used, 1);
    assert_int_equal(seen.rows, 4);
    assert_string_equal(seen.tcp.source, "fixture");
    assert_string_equal(seen.notes[0], "a note of the TCP read");
}

/* A metric for which nothing is read could only be unknown. */
static void test_observe_reads_something_for_each_metric(void **state)
{
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (metric_is_optional(id))
            continue;
        (void)given_host(state);
        request.metrics = 1U << id;

        assert_true(observe_fixture(NULL));
        if (fixture.tcp_reads + fixture.udp_reads + fixture.setting_reads == 0)
            fail_msg("nothing is read for %s", metric_names[id]);
    }
}

static void test_observe_of_settings_alone_reads_no_socket(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_MISCONFIGURED;

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads + fixture.udp_reads + fixture.range_reads, 0);
    assert_int_equal(fixture.setting_reads, given_setting_count(OS_LINUX));
    assert_int_equal(seen.setting_count, given_setting_count(OS_LINUX));
}

static void test_observe_of_time_wait_alone_reads_neither_range_nor_udp(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_TIME_WAIT;
    given_possible_bound(100);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.tcp_reads, 1);
    assert_int_equal(fixture.bound_reads, 0);
    assert_int_equal(fixture.range_reads + fixture.udp_reads + fixture.setting_reads, 0);
}

static void test_observe_reads_the_range_of_both_protocols_once(void **state)
{
    (void)state;

    fixture.range[IP_PROTOCOL_UDP].range = (struct port_range){ 1, 2 };
    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.range_reads, 2);
    assert_int_equal(seen.range[IP_PROTOCOL_UDP].range.last, 2);

    fixture.range_reads = 0;
    fixture.one_range = true;
    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.range_reads, 1);
    assert_memory_equal(&seen.range[IP_PROTOCOL_UDP].range,
                        &seen.range[IP_PROTOCOL_TCP].range, sizeof(struct port_range));
    assert_int_equal(seen.range[IP_PROTOCOL_UDP].usable,
                     seen.range[IP_PROTOCOL_TCP].usable);
}

static void test_observe_keeps_a_failed_range_as_its_reason(void **state)
{
    (void)state;

    (void)error_set(&fixture.range_failure[IP_PROTOCOL_TCP], ERR_IO,
                    "netsh printed nothing");

    assert_true(observe_fixture(NULL));
    assert_false(seen.range[IP_PROTOCOL_TCP].reading.known);
    assert_string_equal(seen.range[IP_PROTOCOL_TCP].reading.reason,
                        "netsh printed nothing");
    assert_string_equal(seen.range[IP_PROTOCOL_TCP].unread, "TCP port range");
    assert_true(seen.tcp.reading.known);
    assert_true(seen.udp.reading.known);
}

static void test_observe_keeps_failed_sockets_as_their_reason(void **state)
{
    (void)state;

    (void)error_set(&fixture.tcp_failure, ERR_DENIED, "no TCP");
    (void)error_set(&fixture.udp_failure, ERR_DENIED, "no UDP");

    assert_true(observe_fixture(NULL));
    assert_string_equal(seen.tcp.reading.reason, "no TCP");
    assert_string_equal(seen.udp.reading.reason, "no UDP");
}

static void test_observe_past_its_deadline_is_a_timeout(void **state)
{
    struct error err = { 0 };
    (void)state;

    request.metrics = 1U << METRIC_TIME_WAIT;
    request.deadline = deadline_in_ms(0);
    (void)error_set(&fixture.tcp_failure, ERR_IO, "reading /proc/net/tcp took too long");
    seen.rows = 77;

    assert_false(observe_fixture(&err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(err.message, "reading /proc/net/tcp took too long");
    assert_int_equal(seen.rows, 77);
}

static void test_observe_of_settings_past_their_deadline_is_a_timeout(void **state)
{
    struct error err = { 0 };
    (void)state;

    request.metrics = 1U << METRIC_MISCONFIGURED;
    request.deadline = deadline_in_ms(0);
    seen.rows = 77;

    assert_false(observe_fixture(&err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(seen.rows, 77);
}

static void test_observe_keeps_the_notes_of_both_protocols(void **state)
{
    (void)state;

    fixture.udp_note = "a note of the UDP read";

    assert_true(observe_fixture(NULL));
    assert_string_equal(seen.notes[0], "a note of the TCP read");
    assert_string_equal(seen.notes[1], "a note of the UDP read");
}

static void test_observe_without_memory_fails(void **state)
{
    struct error err = { 0 };
    (void)state;

    (void)error_set(&fixture.tcp_failure, ERR_MEMORY, "not enough memory");

    assert_false(observe_fixture(&err));
    assert_int_equal(err.code, ERR_MEMORY);
}

static void test_observe_without_reserved_ports_is_unknown(void **state)
{
    (void)state;

    fixture.range[IP_PROTOCOL_TCP].reserved_known = false;
    (void)snprintf(fixture.range[IP_PROTOCOL_TCP].reserved_reason, ERR_TEXT_SIZE,
                   "netsh is broken");

    assert_true(observe_fixture(NULL));
    assert_false(seen.range[IP_PROTOCOL_TCP].reading.known);
    assert_string_equal(seen.range[IP_PROTOCOL_TCP].reading.reason, "netsh is broken");
    assert_string_equal(seen.range[IP_PROTOCOL_TCP].unread, "reserved ports");
}

static void test_observe_keeps_the_auto_reuse_range(void **state)
{
    (void)state;

    fixture.range[IP_PROTOCOL_TCP].auto_reuse.range = (struct port_range){ 22000, 65535 };

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.range[IP_PROTOCOL_TCP].auto_reuse.range.first, 22000);
    assert_int_equal(seen.range[IP_PROTOCOL_TCP].auto_reuse.range.last, 65535);
}

static void test_observe_names_the_ports_that_were_not_read(void **state)
{
    (void)state;

    fixture.range[IP_PROTOCOL_TCP].reserved_known = false;
    (void)snprintf(fixture.range[IP_PROTOCOL_TCP].unread, OBSERVED_PART_SIZE,
                   "excluded TCP ports of IPv6");

    assert_true(observe_fixture(NULL));
    assert_string_equal(seen.range[IP_PROTOCOL_TCP].unread, "excluded TCP ports of IPv6");
}

static void test_observe_without_reserved_ports_but_fixed_range_notes_it(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_PORT_USAGE;
    request.fixed_range = (struct port_range){ 50000, 50009 };
    fixture.range[IP_PROTOCOL_TCP].reserved_known = false;
    (void)snprintf(fixture.range[IP_PROTOCOL_TCP].reserved_reason, ERR_TEXT_SIZE,
                   "netsh is broken");

    assert_true(observe_fixture(NULL));
    assert_true(seen.range[IP_PROTOCOL_TCP].reading.known);
    assert_int_equal(seen.range[IP_PROTOCOL_TCP].usable, 10);
    assert_string_equal(seen.notes[0], "reserved ports not subtracted: netsh is broken");
}

/* Less than a point: not looked at, and not said to be none. */
static void test_observe_skips_bound_sockets_below_one_percent(void **state)
{
    (void)state;

    given_possible_bound(0);
    fixture.range[IP_PROTOCOL_TCP].range = (struct port_range){ 40000, 40299 };
    fixture.range[IP_PROTOCOL_TCP].reserved = (struct port_set){ 0 };
    fixture.bound.possible = 3;

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.bound_reads, 0);
    assert_false(seen.tcp.bound_known);
    assert_int_equal(seen.tcp.bound_possible, 3);
}

static void test_observe_reads_bound_sockets_above_one_percent(void **state)
{
    (void)state;

    given_possible_bound(1);

    assert_true(observe_fixture(NULL));
    assert_int_equal(fixture.bound_reads, 1);
    assert_true(seen.tcp.bound_known);
    assert_int_equal(seen.tcp.bound_possible, 0);
    assert_int_equal(seen.tcp.states[CONN_BOUND], 1);
    assert_int_equal(seen.tcp.ports_blocked, 1);
    assert_int_equal(seen.tcp.ports_used, 1);
}

static void test_observe_assumes_no_more_bound_ports_than_the_range_has(void **state)
{
    (void)state;

    given_possible_bound(1000000);
    fixture.bound_invisible = true;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.bound_possible, 100);
}

/* Two sockets on one port, toward it and bound-only, take one port. */
static void test_observe_unites_ports_toward_a_destination_and_blocked_ones(void **state)
{
    (void)state;

    given_possible_bound(7);
    fixture.tcp[0] = row_on(40050, CONN_ESTABLISHED);
    fixture.tcp[1] = row_on(40052, CONN_ESTABLISHED);
    fixture.tcp_count = 2;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.top[0].sockets, 2);
    assert_int_equal(seen.tcp.top[0].covered, 1);
    assert_int_equal(observation_destination_ports(&seen, &seen.tcp.top[0]), 2);
}

static void test_observe_names_the_devices_of_listed_destinations(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 3; i++) {
        fixture.tcp[i] = row_on(40001, CONN_ESTABLISHED);
        fixture.tcp[i].device = i;
    }
    fixture.tcp[3] = row_on(40003, CONN_ESTABLISHED);
    fixture.tcp[3].remote_port = 80;
    fixture.tcp[3].device = 2;
    fixture.tcp_count = 4;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.top_count, 4);
    assert_int_equal(seen.tcp.device_count, 2);
    assert_string_equal(observation_device(&seen, 1), "dev1");
    assert_string_equal(observation_device(&seen, 2), "dev2");
    assert_string_equal(observation_device(&seen, 0), "");
}

static void test_observe_numbers_a_device_without_a_name(void **state)
{
    (void)state;

    fixture.tcp[0] = row_on(40001, CONN_ESTABLISHED);
    fixture.tcp[0].device = 4294967295;
    fixture.tcp_count = 1;
    fixture.devices_nameless = true;

    assert_true(observe_fixture(NULL));
    assert_string_equal(observation_device(&seen, 4294967295), "#4294967295");
}

static void test_observe_notes_bound_sockets_that_are_not_visible(void **state)
{
    (void)state;

    given_possible_bound(7);
    fixture.bound_invisible = true;

    assert_true(observe_fixture(NULL));
    assert_false(seen.tcp.bound_known);
    assert_int_equal(seen.tcp.bound_possible, 7);
    assert_string_equal(seen.notes[1], "an old kernel");
}

static void test_observe_notes_bound_sockets_that_cannot_be_read(void **state)
{
    (void)state;

    given_possible_bound(7);
    (void)error_set(&fixture.bound_failure, ERR_IO, "the walk failed");

    assert_true(observe_fixture(NULL));
    assert_false(seen.tcp.bound_known);
    assert_string_equal(seen.notes[1], "bound-only sockets not read: the walk failed");
    assert_string_equal(seen.tcp.bound_unread,
                        "bound-only sockets not read: the walk failed");
    assert_int_equal(seen.tcp.bound_possible, 7);
}

static void test_observe_without_reuse_counts_every_time_wait(void **state)
{
    (void)state;

    fixture.reuse = REUSE_ALWAYS;
    (void)error_set(&fixture.reuse_failure, ERR_ABSENT, "no tcp_tw_reuse");
    fixture.tcp[0] = row_on(40001, CONN_TIME_WAIT);
    fixture.tcp[0].has_time_wait_age = true;
    fixture.tcp[0].time_wait_age_ms = 50000;
    fixture.tcp_count = 1;

    assert_true(observe_fixture(NULL));
    assert_int_equal(seen.tcp.top[0].reusable, 0);
    assert_string_equal(seen.notes[0],
                        "every TIME_WAIT counts as blocking: no tcp_tw_reuse");
}

static void test_host_close_is_safe_twice(void **state)
{
    struct host host = fixture_host_open(&fixture);
    (void)state;

    host_close(&host);
    host_close(&host);

    assert_int_equal(fixture.closes, 1);
}

#define OBSERVE_TEST(test) cmocka_unit_test_setup(test, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBSERVE_TEST(test_observe_sums_up_sockets_over_usable_ports),
        OBSERVE_TEST(test_observe_reads_something_for_each_metric),
        OBSERVE_TEST(test_observe_of_settings_alone_reads_no_socket),
        OBSERVE_TEST(test_observe_of_time_wait_alone_reads_neither_range_nor_udp),
        OBSERVE_TEST(test_observe_reads_the_range_of_both_protocols_once),
        OBSERVE_TEST(test_observe_keeps_a_failed_range_as_its_reason),
        OBSERVE_TEST(test_observe_keeps_failed_sockets_as_their_reason),
        OBSERVE_TEST(test_observe_past_its_deadline_is_a_timeout),
        OBSERVE_TEST(test_observe_of_settings_past_their_deadline_is_a_timeout),
        OBSERVE_TEST(test_observe_keeps_the_notes_of_both_protocols),
        OBSERVE_TEST(test_observe_without_memory_fails),
        OBSERVE_TEST(test_observe_without_reserved_ports_is_unknown),
        OBSERVE_TEST(test_observe_keeps_the_auto_reuse_range),
        OBSERVE_TEST(test_observe_names_the_ports_that_were_not_read),
        OBSERVE_TEST(test_observe_without_reserved_ports_but_fixed_range_notes_it),
        OBSERVE_TEST(test_observe_skips_bound_sockets_below_one_percent),
        OBSERVE_TEST(test_observe_reads_bound_sockets_above_one_percent),
        OBSERVE_TEST(test_observe_assumes_no_more_bound_ports_than_the_range_has),
        OBSERVE_TEST(test_observe_unites_ports_toward_a_destination_and_blocked_ones),
        OBSERVE_TEST(test_observe_names_the_devices_of_listed_destinations),
        OBSERVE_TEST(test_observe_numbers_a_device_without_a_name),
        OBSERVE_TEST(test_observe_notes_bound_sockets_that_are_not_visible),
        OBSERVE_TEST(test_observe_notes_bound_sockets_that_cannot_be_read),
        OBSERVE_TEST(test_observe_without_reuse_counts_every_time_wait),
        OBSERVE_TEST(test_host_close_is_safe_twice),
    };

    return cmocka_run_group_tests_name("host/observe", tests, NULL, NULL);
}
