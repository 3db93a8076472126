/* SPDX-License-Identifier: MIT */
/* What is asked, and from which numbers on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/model/ask_plan.h"
#include "checks/model/metric.h"

static struct observation seen;
static struct observed_asks asked;

static const uint8_t any[4] = { 0, 0, 0, 0 };
static const uint8_t nobody[4] = { 127, 99, 99, 99 };

static struct destination to(uint8_t last, uint16_t sockets)
{
    const uint8_t local[4] = { 10, 0, 0, 1 };
    const uint8_t remote[4] = { 10, 0, 0, last };

    return (struct destination){ .local = ip_address_from_v4(local),
                                 .remote = ip_address_from_v4(remote),
                                 .remote_port = 443,
                                 .sockets = sockets };
}

/* A Linux with 1000 usable ports of either protocol, seven destinations of one socket. */
static int given_host(void **state)
{
    (void)state;
    seen = (struct observation){ .os.kind = OS_LINUX };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        seen.range[i].reading.known = true;
        seen.range[i].usable = 1000;
    }
    seen.tcp.reading.known = true;
    seen.udp.reading.known = true;
    seen.tcp.top_count = 7;
    for (uint8_t i = 0; i < 7; i++)
        seen.tcp.top[i] = to((uint8_t)(i + 2), 1);
    return 0;
}

static void plan(uint32_t metrics)
{
    ask_plan(&seen, metrics, &asked);
}

static void expect_destination(size_t at, size_t top)
{
    const struct ask *ask = &asked.asks[at];

    assert_true(at < asked.count);
    assert_int_equal(ask->kind, ASK_CONNECT);
    assert_memory_equal(&ask->local, &seen.tcp.top[top].local, sizeof ask->local);
    assert_memory_equal(&ask->remote, &seen.tcp.top[top].remote, sizeof ask->remote);
    assert_int_equal(ask->remote_port, 443);
    assert_int_equal(ask->device, seen.tcp.top[top].device);
    assert_false(ask->unused);
}

static void expect_unused(size_t at, enum ask_kind kind)
{
    const struct ip_address remote = ip_address_from_v4(nobody);

    assert_true(at < asked.count);
    assert_int_equal(asked.asks[at].kind, kind);
    assert_memory_equal(&asked.asks[at].remote, &remote, sizeof remote);
    assert_int_equal(asked.asks[at].remote_port, 9);
    assert_true(asked.asks[at].unused);
}

static void expect_bind(size_t at, enum ask_kind kind, struct ip_address local)
{
    assert_true(at < asked.count);
    assert_int_equal(asked.asks[at].kind, kind);
    assert_memory_equal(&asked.asks[at].local, &local, sizeof local);
    assert_false(asked.asks[at].unused);
}

static void test_plan_is_empty_on_a_quiet_host(void **state)
{
    (void)state;

    seen.tcp.top[0].sockets = 399;
    seen.tcp.ports_used = 899;
    seen.udp.ports_used = 899;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 0);
    assert_string_equal(asked.not_asked, "usage is below 40 %");
}

static void test_plan_asks_about_busiest_and_unused_from_40_percent(void **state)
{
    (void)state;

    seen.tcp.top[0].sockets = 400;
    seen.tcp.top[0].device = 3;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 2);
    expect_destination(0, 0);
    expect_unused(1, ASK_CONNECT);
    assert_false(ip_address_is_loopback(&asked.asks[0].local));
    assert_true(ip_address_is_loopback(&asked.asks[1].local));
    assert_string_equal(asked.not_asked, "");
}

/* Blocked and closed ports are in everybody's way. */
static void test_plan_counts_ports_that_are_nobodys(void **state)
{
    (void)state;

    seen.tcp.top_count = 0;
    seen.tcp.ports_blocked = 200;
    seen.tcp.ports_closed = 200;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 1);
    expect_unused(0, ASK_CONNECT);
}

static void test_plan_asks_about_an_only_destination(void **state)
{
    (void)state;

    seen.tcp.top_count = 1;
    seen.tcp.top[0].sockets = 400;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 2);
    expect_destination(0, 0);
    expect_unused(1, ASK_CONNECT);
}

/* Of a range of one port, that one is all; of a range of none, nothing is used up. */
static void test_plan_of_the_smallest_ranges(void **state)
{
    (void)state;

    seen.tcp.ports_used = 1;
    seen.range[IP_PROTOCOL_TCP].usable = 1;
    plan(1U << METRIC_PORT_USAGE);
    assert_int_equal(asked.count, 7);

    seen.range[IP_PROTOCOL_TCP].usable = 0;
    plan(1U << METRIC_PORT_USAGE);
    assert_int_equal(asked.count, 0);
}

/* The upper bound of many is no destination that one could ask about. */
static void test_plan_does_not_ask_about_untracked_destinations(void **state)
{
    (void)state;

    seen.tcp.top[0].sockets = 399;
    seen.tcp.untracked_bound = 900;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 1);
    expect_unused(0, ASK_CONNECT);
}

static void test_plan_asks_most_from_90_percent_of_the_ports(void **state)
{
    (void)state;

    seen.tcp.ports_used = 900;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 7);
    expect_destination(0, 0);
    expect_unused(1, ASK_CONNECT);
    expect_bind(2, ASK_BIND, ip_address_from_v4(any));
    for (size_t i = 1; i < 5; i++)
        expect_destination(i + 2, i);
}

/* TIME_WAIT that the kernel was expected to reuse, and does not. */
static void test_plan_asks_about_the_one_of_most_sockets(void **state)
{
    (void)state;

    seen.tcp.ports_used = 900;
    seen.tcp.top[6].sockets = 800;
    seen.tcp.top[6].reusable = 800;
    plan(METRICS_ALL);
    assert_int_equal(asked.count, 7);
    expect_destination(0, 0);
    expect_destination(3, 6);
    expect_destination(4, 1);
    expect_destination(6, 3);

    seen.tcp.top[6] = seen.tcp.top[5];
    seen.tcp.top[4].sockets = 800;
    seen.tcp.top[4].reusable = 800;
    plan(METRICS_ALL);
    assert_int_equal(asked.count, 7);
    expect_destination(3, 1);
    expect_destination(6, 4);
}

/* Where the one of most sockets is the busiest, or the next after it, it is asked about
 * anyway; so it is wherever behind these it stands. */
static void test_plan_asks_once_about_the_one_of_most_sockets(void **state)
{
    static const struct {
        size_t most;
        size_t
            fourth; /* the position of the first that is asked about beside the busiest */
        size_t last;
    } rows[] = { { 0, 1, 4 }, { 1, 1, 4 }, { 4, 1, 4 }, { 5, 5, 3 }, { 6, 6, 3 } };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        (void)given_host(NULL);
        seen.tcp.ports_used = 900;
        seen.tcp.top[6].sockets = 800;
        seen.tcp.top[7] = to(9, 1000); /* is no longer on the list */
        seen.tcp.top[rows[i].most].sockets = 900;
        plan(METRICS_ALL);

        assert_int_equal(asked.count, 7);
        expect_destination(3, rows[i].fourth);
        expect_destination(6, rows[i].last);
    }
}

static void test_plan_of_a_host_that_speaks_ipv6_binds_its_wildcard(void **state)
{
    (void)state;

    seen.tcp.ports_used = 900;
    seen.tcp.top[0].local = (struct ip_address){ { 0x20, 1 } };
    plan(METRICS_ALL);
    expect_bind(2, ASK_BIND, (struct ip_address){ { 0 } });

    seen.tcp.top_count = 1;
    plan(METRICS_ALL);
    expect_bind(2, ASK_BIND, (struct ip_address){ { 0 } });

    seen.tcp.top_count = 0;
    plan(METRICS_ALL);
    expect_bind(1, ASK_BIND, ip_address_from_v4(any));
}

static void test_plan_asks_udp_from_90_percent(void **state)
{
    (void)state;

    seen.udp.ports_used = 900;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 1);
    expect_unused(0, ASK_UDP_CONNECT);
}

static void test_plan_asks_for_metrics_that_are_wanted(void **state)
{
    static const struct {
        uint32_t metrics;
        size_t count;
        const char *not_asked;
    } rows[] = {
        { 1U << METRIC_DESTINATION_USAGE, 2, "" },
        { 1U << METRIC_PORT_USAGE, 7, "" },
        { 1U << METRIC_UDP_PORT_USAGE, 1, "" },
        { 1U << METRIC_TIME_WAIT | 1U << METRIC_MISCONFIGURED, 0, "" },
        { METRICS_ALL, 8, "" },
    };
    (void)state;

    seen.tcp.top[0].sockets = 900;
    seen.tcp.ports_used = 906;
    seen.udp.ports_used = 900;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        plan(rows[i].metrics);
        assert_int_equal(asked.count, rows[i].count);
        assert_string_equal(asked.not_asked, rows[i].not_asked);
    }
}

static void test_plan_names_the_threshold_of_what_is_wanted(void **state)
{
    (void)state;

    plan(1U << METRIC_PORT_USAGE);
    assert_string_equal(asked.not_asked, "usage is below 90 %");
    plan(1U << METRIC_UDP_PORT_USAGE);
    assert_string_equal(asked.not_asked, "usage is below 90 %");
    plan(1U << METRIC_TIME_WAIT);
    assert_string_equal(asked.not_asked, "");
}

static void test_plan_of_unknown_numbers_is_empty(void **state)
{
    (void)state;

    seen.tcp.ports_used = 1000;
    seen.udp.ports_used = 1000;
    seen.range[IP_PROTOCOL_TCP].reading.known = false;
    seen.udp.reading.known = false;
    plan(METRICS_ALL);

    assert_int_equal(asked.count, 0);
    assert_string_equal(asked.not_asked, "usage is not known");
}

/* What is known of the other protocol says nothing of the one that is wanted. */
static void test_plan_of_the_unknown_protocol_says_so(void **state)
{
    (void)state;

    seen.tcp.reading.known = false;
    plan(1U << METRIC_PORT_USAGE);
    assert_string_equal(asked.not_asked, "usage is not known");

    seen.tcp.reading.known = true;
    seen.range[IP_PROTOCOL_UDP].reading.known = false;
    plan(1U << METRIC_UDP_PORT_USAGE);
    assert_string_equal(asked.not_asked, "usage is not known");
}

static void test_plan_of_windows_binds_both_families(void **state)
{
    (void)state;

    seen.os.kind = OS_WINDOWS;
    seen.tcp.top[0].sockets = 899;
    seen.tcp.ports_used = 899;
    plan(METRICS_ALL);
    assert_int_equal(asked.count, 0);
    assert_string_equal(asked.not_asked, "usage is below 90 %");

    seen.tcp.ports_used = 900;
    seen.udp.ports_used = 900;
    plan(METRICS_ALL);
    assert_int_equal(asked.count, 4);
    expect_bind(0, ASK_BIND, ip_address_from_v4(any));
    expect_bind(1, ASK_BIND, (struct ip_address){ { 0 } });
    expect_bind(2, ASK_UDP_BIND, ip_address_from_v4(any));
    expect_bind(3, ASK_UDP_BIND, (struct ip_address){ { 0 } });
}

#define PLAN_TEST(test) cmocka_unit_test_setup(test, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAN_TEST(test_plan_is_empty_on_a_quiet_host),
        PLAN_TEST(test_plan_asks_about_busiest_and_unused_from_40_percent),
        PLAN_TEST(test_plan_counts_ports_that_are_nobodys),
        PLAN_TEST(test_plan_asks_about_an_only_destination),
        PLAN_TEST(test_plan_of_the_smallest_ranges),
        PLAN_TEST(test_plan_does_not_ask_about_untracked_destinations),
        PLAN_TEST(test_plan_asks_most_from_90_percent_of_the_ports),
        PLAN_TEST(test_plan_asks_about_the_one_of_most_sockets),
        PLAN_TEST(test_plan_asks_once_about_the_one_of_most_sockets),
        PLAN_TEST(test_plan_of_a_host_that_speaks_ipv6_binds_its_wildcard),
        PLAN_TEST(test_plan_asks_udp_from_90_percent),
        PLAN_TEST(test_plan_asks_for_metrics_that_are_wanted),
        PLAN_TEST(test_plan_names_the_threshold_of_what_is_wanted),
        PLAN_TEST(test_plan_of_unknown_numbers_is_empty),
        PLAN_TEST(test_plan_of_the_unknown_protocol_says_so),
        PLAN_TEST(test_plan_of_windows_binds_both_families),
    };

    return cmocka_run_group_tests_name("model/ask_plan", tests, NULL, NULL);
}
