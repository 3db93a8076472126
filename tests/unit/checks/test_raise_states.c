/* SPDX-License-Identifier: MIT */
/* States that no percentage gives: by the system's answers, and by bind()'s own half. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"

enum { ALL = METRICS_ALL & ~(1 << METRIC_MISCONFIGURED) };

static struct observation seen;
static struct policy policy;
static struct metric_limits limits[METRIC_COUNT];
static struct verdict verdict;

/* 95 of 100 ports in use, 10 of them toward the busiest destination. */
static int given_used_linux(void **state)
{
    (void)state;
    given_linux(&seen);
    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 10);
    given_udp_ports(&seen, 10);
    seen.tcp.ports_used = 95;
    policy_init(&policy);
    metric_default_limits(OS_LINUX, limits);
    return 0;
}

static int given_used_windows(void **state)
{
    (void)given_used_linux(state);
    seen.os.kind = OS_WINDOWS;
    metric_default_limits(OS_WINDOWS, limits);
    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };
    return 0;
}

static const struct result *result(uint32_t metrics, enum metric_id metric)
{
    judge(&seen, &policy, limits, metrics, &verdict);
    return &verdict.results[metric];
}

static const struct result *destination(void)
{
    return result(ALL, METRIC_DESTINATION_USAGE);
}

static const struct result *ports(void)
{
    return result(ALL, METRIC_PORT_USAGE);
}

static void test_numbers_alone_raise_nothing(void **state)
{
    (void)state;

    assert_int_equal(destination()->state, CHECK_OK);
    assert_string_equal(destination()->why, "");
    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(ports()->why, "");
}

static void test_refused_connect_is_critical_for_its_destination(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
    assert_string_equal(destination()->why,
                        "a new connection to 10.0.0.5:443 finds no free port");
    assert_int_equal(destination()->measure.part, 10);
    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_int_equal(verdict.state, CHECK_CRITICAL);
}

static void test_refused_connect_to_any_listed_destination_is_critical(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE);
    given_ask(&seen, ASK_CONNECT, "10.0.0.6", 443, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
    assert_string_equal(destination()->why,
                        "a new connection to 10.0.0.6:443 finds no free port");
}

static void test_refused_connect_to_the_unused_destination_is_named_first(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
    assert_string_equal(destination()->why,
                        "a new connection to an unused destination finds no free port");
}

static void test_refused_connect_without_exhaustion_raises_nothing(void **state)
{
    struct ask *ask = given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)state;

    ask->confirmed = false;
    assert_int_equal(destination()->state, CHECK_OK);
    ask->confirmed = true;
    seen.tcp.ports_used = 89;

    assert_int_equal(destination()->state, CHECK_OK);
    assert_string_equal(destination()->why, "");
}

static void test_free_and_unknown_answers_raise_nothing(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE);
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_UNKNOWN)->confirmed = true;
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_UNKNOWN)->confirmed = true;
    given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_UNKNOWN)->confirmed = true;

    assert_int_equal(destination()->state, CHECK_OK);
    assert_string_equal(ports()->why, "");
}

static void test_what_was_not_asked_raises_nothing(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    seen.asked.count = 0;
    assert_int_equal(destination()->state, CHECK_OK);
    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };
    assert_int_equal(ports()->state, CHECK_OK);
    seen.asked.asks[0].unused = false;
    assert_int_equal(destination()->state, CHECK_OK);
}

static void test_free_answer_lowers_no_state(void **state)
{
    (void)state;

    seen.tcp.top[0].sockets = 81;
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
    assert_string_equal(destination()->why, "");
}

static void test_refused_connect_is_said_beside_a_critical_number(void **state)
{
    (void)state;

    seen.tcp.top[0].sockets = 95;
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_string_equal(destination()->why,
                        "a new connection to 10.0.0.5:443 finds no free port");
}

static void test_refused_connect_needs_no_limit(void **state)
{
    (void)state;

    limits[METRIC_DESTINATION_USAGE] = (struct metric_limits){ 0 };
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
}

/* The site's policy is broken: that pages nobody, and the line says what there is. */
static void test_refused_connect_is_no_more_than_the_limits_may_raise(void **state)
{
    (void)state;

    limits[METRIC_DESTINATION_USAGE].at_most_warning = true;
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_WARNING);
    assert_string_equal(destination()->why,
                        "a new connection to 10.0.0.5:443 finds no free port");
}

static void test_port_usage_carries_connect_where_it_is_judged_alone(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(result(1U << METRIC_PORT_USAGE, METRIC_PORT_USAGE)->state,
                     CHECK_CRITICAL);
    assert_string_equal(verdict.results[METRIC_PORT_USAGE].why,
                        "a new connection to 10.0.0.5:443 finds no free port");
    assert_int_equal(verdict.results[METRIC_DESTINATION_USAGE].state, CHECK_OK);
    result(1U << METRIC_TIME_WAIT, METRIC_TIME_WAIT);
    assert_int_equal(verdict.state, CHECK_OK);
}

static void test_refused_bind_is_critical_where_connect_is_refused_too(void **state)
{
    (void)state;

    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_int_equal(ports()->state, CHECK_CRITICAL);
    assert_string_equal(ports()->why, "bind() to port 0 finds no free port");
    assert_int_equal(destination()->state, CHECK_CRITICAL);
}

static void test_refused_bind_warns_where_connect_finds_a_port(void **state)
{
    (void)state;

    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(ports()->why, "bind() to port 0 fails, connect() works");
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(ports()->why,
                        "bind() to port 0 fails, connect() elsewhere works");
}

static void test_refused_bind_warns_where_connect_was_not_answered(void **state)
{
    (void)state;

    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(ports()->why, "bind() to port 0 finds no free port");
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_NONE)->confirmed = false;

    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(ports()->why, "bind() to port 0 finds no free port");
}

static void test_refused_bind_obeys_the_numbers(void **state)
{
    (void)state;

    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };
    seen.tcp.ports_used = 89;
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_int_equal(ports()->state, CHECK_OK);
}

static void test_refused_bind_is_nothing_to_destination_usage_on_linux(void **state)
{
    (void)state;

    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_int_equal(
        result(1U << METRIC_DESTINATION_USAGE, METRIC_DESTINATION_USAGE)->state,
        CHECK_OK);
}

static void test_refused_bind_is_critical_on_windows(void **state)
{
    (void)state;

    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_int_equal(ports()->state, CHECK_CRITICAL);
    assert_string_equal(ports()->why, "bind() to port 0 finds no free port");
    assert_int_equal(destination()->state, CHECK_OK);
    assert_int_equal(
        result(1U << METRIC_DESTINATION_USAGE, METRIC_DESTINATION_USAGE)->state,
        CHECK_CRITICAL);
}

static void test_either_family_decides_on_windows(void **state)
{
    (void)state;

    given_ask(&seen, ASK_BIND, NULL, 0, ASK_FREE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE)->local = (struct ip_address){ { 0 } };

    assert_int_equal(ports()->state, CHECK_CRITICAL);
    assert_string_equal(ports()->why, "bind() to port 0 (IPv6) finds no free port");
}

static void test_refused_udp_is_critical_for_udp(void **state)
{
    const struct result *udp;
    (void)state;

    given_udp_ports(&seen, 90);
    given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_NONE);
    udp = result(ALL, METRIC_UDP_PORT_USAGE);

    assert_int_equal(udp->state, CHECK_CRITICAL);
    assert_string_equal(udp->why, "a UDP connect() finds no free port");
    assert_int_equal(destination()->state, CHECK_OK);
    given_udp_ports(&seen, 80);
    assert_int_equal(result(ALL, METRIC_UDP_PORT_USAGE)->state, CHECK_OK);
}

static void test_refused_udp_bind_is_critical_for_udp(void **state)
{
    const struct result *udp;
    (void)state;

    given_udp_ports(&seen, 99);
    given_ask(&seen, ASK_UDP_BIND, NULL, 0, ASK_NONE);
    udp = result(ALL, METRIC_UDP_PORT_USAGE);

    assert_int_equal(udp->state, CHECK_CRITICAL);
    assert_string_equal(udp->why, "UDP bind() to port 0 finds no free port");
}

/* 38 of 40 ports on odd offsets: 95 %. */
static void given_odd_half(uint32_t used)
{
    seen.tcp.ports_used = 47;
    seen.tcp.odd_usable = 40;
    seen.tcp.odd_used = used;
}

static void test_port_usage_warns_where_the_half_of_bind_is_used_up(void **state)
{
    (void)state;

    given_odd_half(38);
    assert_int_equal(ports()->state, CHECK_WARNING);
    assert_string_equal(
        ports()->why, "bind() to port 0 is slow: 38 of the 40 ports that it tries first "
                      "are used (cure: IP_BIND_ADDRESS_NO_PORT)");
    given_odd_half(37);

    assert_int_equal(ports()->state, CHECK_OK);
    assert_string_equal(ports()->why, "");
}

static void test_half_of_bind_is_judged_only_where_it_is_known(void **state)
{
    (void)state;

    given_odd_half(0);
    seen.tcp.odd_usable = 0; /* an older record */
    assert_int_equal(ports()->state, CHECK_OK);
    given_odd_half(40);
    seen.os.kind = OS_WINDOWS;
    assert_int_equal(ports()->state, CHECK_OK);
    seen.os.kind = OS_LINUX;
    given_unread(&seen.tcp.reading, "no netlink");
    assert_int_equal(ports()->state, CHECK_UNKNOWN);
    seen.tcp.reading.known = true;
    given_unread(&seen.range[IP_PROTOCOL_TCP].reading, "no range");

    assert_int_equal(ports()->state, CHECK_UNKNOWN);
}

static void test_half_of_bind_is_nothing_to_other_metrics(void **state)
{
    (void)state;

    given_odd_half(40);

    assert_int_equal(destination()->state, CHECK_OK);
    assert_int_equal(result(1U << METRIC_TIME_WAIT, METRIC_TIME_WAIT)->state, CHECK_OK);
    assert_int_equal(verdict.state, CHECK_OK);
}

static void test_refused_bind_is_said_rather_than_slow_bind(void **state)
{
    (void)state;

    given_odd_half(40);
    seen.tcp.ports_used = 95;
    given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_string_equal(ports()->why, "bind() to port 0 fails, connect() works");
}

static void test_refused_connect_is_said_rather_than_unread_sockets(void **state)
{
    (void)state;

    seen.tcp.bound_known = false;
    seen.tcp.bound_possible = 90;
    seen.tcp.bound_unread[0] = '!';
    assert_string_equal(destination()->why, "!");
    assert_int_equal(destination()->state, CHECK_UNKNOWN);
    given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_int_equal(destination()->state, CHECK_CRITICAL);
    assert_string_equal(destination()->why,
                        "a new connection to 10.0.0.5:443 finds no free port");
}

#define LINUX_TEST(test)   cmocka_unit_test_setup(test, given_used_linux)
#define WINDOWS_TEST(test) cmocka_unit_test_setup(test, given_used_windows)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINUX_TEST(test_numbers_alone_raise_nothing),
        LINUX_TEST(test_refused_connect_is_critical_for_its_destination),
        LINUX_TEST(test_refused_connect_to_any_listed_destination_is_critical),
        LINUX_TEST(test_refused_connect_to_the_unused_destination_is_named_first),
        LINUX_TEST(test_refused_connect_without_exhaustion_raises_nothing),
        LINUX_TEST(test_free_and_unknown_answers_raise_nothing),
        LINUX_TEST(test_what_was_not_asked_raises_nothing),
        LINUX_TEST(test_free_answer_lowers_no_state),
        LINUX_TEST(test_refused_connect_is_said_beside_a_critical_number),
        LINUX_TEST(test_refused_connect_needs_no_limit),
        LINUX_TEST(test_refused_connect_is_no_more_than_the_limits_may_raise),
        LINUX_TEST(test_port_usage_carries_connect_where_it_is_judged_alone),
        LINUX_TEST(test_refused_bind_is_critical_where_connect_is_refused_too),
        LINUX_TEST(test_refused_bind_warns_where_connect_finds_a_port),
        LINUX_TEST(test_refused_bind_warns_where_connect_was_not_answered),
        LINUX_TEST(test_refused_bind_obeys_the_numbers),
        LINUX_TEST(test_refused_bind_is_nothing_to_destination_usage_on_linux),
        WINDOWS_TEST(test_refused_bind_is_critical_on_windows),
        WINDOWS_TEST(test_either_family_decides_on_windows),
        LINUX_TEST(test_refused_udp_is_critical_for_udp),
        LINUX_TEST(test_refused_udp_bind_is_critical_for_udp),
        LINUX_TEST(test_port_usage_warns_where_the_half_of_bind_is_used_up),
        LINUX_TEST(test_half_of_bind_is_judged_only_where_it_is_known),
        LINUX_TEST(test_half_of_bind_is_nothing_to_other_metrics),
        LINUX_TEST(test_refused_bind_is_said_rather_than_slow_bind),
        LINUX_TEST(test_refused_connect_is_said_rather_than_unread_sockets),
    };

    return cmocka_run_group_tests_name("checks/raise_states", tests, NULL, NULL);
}
