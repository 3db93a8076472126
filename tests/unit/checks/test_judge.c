/* SPDX-License-Identifier: MIT */
/* Measures of the usage metrics, and the states that thresholds make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"

static struct observation seen;
static struct policy policy;
static struct metric_limits limits[METRIC_COUNT];
static struct verdict verdict;

static int given_idle_linux(void **state)
{
    (void)state;
    given_linux(&seen);
    policy_init(&policy);
    metric_default_limits(OS_LINUX, limits);
    return 0;
}

static const struct result *judged(enum metric_id metric)
{
    judge(&seen, &policy, limits, 1U << metric, &verdict);
    return &verdict.results[metric];
}

static void set_limit(struct threshold *limit, const char *range)
{
    assert_true(threshold_parse(range, limit, NULL));
}

static void test_judge_leaves_out_metrics_not_asked_for(void **state)
{
    (void)state;

    judge(&seen, &policy, limits, 1U << METRIC_TIME_WAIT, &verdict);

    assert_true(verdict.results[METRIC_TIME_WAIT].judged);
    assert_false(verdict.results[METRIC_PORT_USAGE].judged);
    assert_int_equal(verdict.state, CHECK_OK);
}

static void test_port_usage_is_used_over_usable(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&seen, 40000, 40099, 20);
    given_listeners(&seen, 8);
    result = judged(METRIC_PORT_USAGE);

    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 8);
    assert_int_equal(result->measure.whole, 80);
}

static void test_port_usage_warns_above_its_threshold_only(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    set_limit(&limits[METRIC_PORT_USAGE].warning, "80");
    seen.tcp.ports_used = 80;
    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
    seen.tcp.ports_used = 81;

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_WARNING);
}

static void test_judge_compares_percentages_exactly(void **state)
{
    (void)state;

    given_range(&seen, 1, 1000, 0);
    set_limit(&limits[METRIC_PORT_USAGE].warning, "61.7");
    seen.tcp.ports_used = 617;
    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
    seen.tcp.ports_used = 618;

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_WARNING);
}

static void test_judge_takes_critical_over_warning(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 81);

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_CRITICAL);
}

static void test_port_usage_of_no_usable_port_is_full(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&seen, 40000, 40099, 100);
    seen.tcp.ports_used = 0;
    result = judged(METRIC_PORT_USAGE);

    assert_int_equal(result->measure.whole, 0);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_port_usage_without_range_is_unknown_with_its_reason(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&seen.range[IP_PROTOCOL_TCP].reading, "netsh printed nothing");
    result = judged(METRIC_PORT_USAGE);

    assert_false(result->measure.known);
    assert_string_equal(result->measure.reason, "netsh printed nothing");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_port_usage_without_sockets_is_unknown_with_its_reason(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&seen.tcp.reading, "no /proc");
    result = judged(METRIC_PORT_USAGE);

    assert_string_equal(result->measure.reason, "no /proc");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_port_usage_never_observed_is_unknown(void **state)
{
    const struct result *result;
    (void)state;

    seen.tcp.reading = (struct reading){ 0 };
    result = judged(METRIC_PORT_USAGE);

    assert_string_equal(result->measure.reason, "not observed");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_time_wait_needs_no_range(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&seen.range[IP_PROTOCOL_TCP].reading, "no range");
    seen.tcp.time_wait = 20123;
    set_limit(&limits[METRIC_TIME_WAIT].warning, "20000");
    result = judged(METRIC_TIME_WAIT);

    assert_int_equal(result->measure.part, 20123);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_udp_port_usage_uses_the_udp_range(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    seen.range[IP_PROTOCOL_TCP].usable = 1;
    given_udp_ports(&seen, 85);
    result = judged(METRIC_UDP_PORT_USAGE);

    assert_int_equal(result->measure.part, 85);
    assert_int_equal(result->measure.whole, 100);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_destination_usage_leaves_out_reusable_time_wait(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_time_wait(&seen, "10.0.0.5", 443, 90, 85);

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.part, 5);
}

static void test_destination_usage_adds_blocked_ports(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 90);
    given_listeners(&seen, 10);

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.part, 100);
}

static void test_destination_usage_without_destination_is_what_is_blocked(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_listeners(&seen, 7);

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.part, 7);
}

static void test_destination_usage_never_passes_the_usable_ports(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 99);
    seen.tcp.ports_blocked = 3;

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.part, 100);
}

static void test_destination_usage_trusts_the_bound_of_untracked_ones(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 10);
    seen.tcp.untracked_bound = 60;

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.part, 60);
}

/* 30 of 100 ports in use, and up to `possible` sockets that could not be read. */
static void given_unread_bound(uint32_t possible)
{
    given_range(&seen, 40000, 40099, 0);
    given_listeners(&seen, 30);
    seen.tcp.bound_known = false;
    seen.tcp.bound_possible = possible;
    (void)snprintf(seen.tcp.bound_unread, sizeof seen.tcp.bound_unread,
                   "the walk failed");
}

static void test_usage_is_not_ok_where_unread_bound_sockets_could_alert(void **state)
{
    const struct result *result;
    (void)state;

    given_unread_bound(51);
    result = judged(METRIC_PORT_USAGE);

    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_string_equal(result->why, "the walk failed");
    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_UNKNOWN);
}

static void test_usage_is_ok_where_unread_bound_sockets_could_not_alert(void **state)
{
    (void)state;

    given_unread_bound(20);

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
    assert_true(judged(METRIC_PORT_USAGE)->measure.known);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_OK);
    seen.tcp.bound_possible = 21;
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_UNKNOWN);
}

static void
test_usage_that_alerts_stays_what_it_is_with_unread_bound_sockets(void **state)
{
    (void)state;

    given_unread_bound(UINT32_MAX);
    set_limit(&limits[METRIC_PORT_USAGE].warning, "20");

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_WARNING);
    assert_int_equal(judged(METRIC_PORT_USAGE)->measure.part, 30);
    assert_int_equal(judged(METRIC_UDP_PORT_USAGE)->state, CHECK_OK);
}

static void test_usage_is_ok_at_its_limit_with_all_unread_bound_sockets(void **state)
{
    (void)state;

    given_unread_bound(50);
    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
    seen.tcp.bound_possible = 51;
    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_UNKNOWN);
    assert_int_equal(judged(METRIC_TIME_WAIT)->state, CHECK_OK);
}

/* With none and with all of them it is OK; with 15 of them it is not. */
static void test_usage_is_not_ok_where_some_of_the_unread_could_alert(void **state)
{
    (void)state;

    given_unread_bound(60);
    set_limit(&limits[METRIC_PORT_USAGE].warning, "@40:50");
    set_limit(&limits[METRIC_PORT_USAGE].critical, "99");

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_UNKNOWN);
    seen.tcp.bound_possible = 0;
    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
}

static void test_usage_is_ok_where_bound_sockets_are_not_visible(void **state)
{
    (void)state;

    given_unread_bound(100);
    seen.tcp.bound_unread[0] = '\0';

    assert_int_equal(judged(METRIC_PORT_USAGE)->state, CHECK_OK);
}

/* 1 % is what nobody looks for; from there on the number says that it is too low. */
static void test_usage_is_a_lower_bound_where_bound_sockets_are_not_listed(void **state)
{
    const struct result *result;
    (void)state;

    given_unread_bound(1);
    seen.tcp.bound_unread[0] = '\0';
    assert_false(judged(METRIC_PORT_USAGE)->measure.at_least);
    seen.tcp.bound_possible = 2;
    result = judged(METRIC_PORT_USAGE);

    assert_true(result->measure.at_least);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(result->measure.more, 2);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->measure.more, 2);
    seen.tcp.bound_possible = 1000;
    assert_int_equal(judged(METRIC_PORT_USAGE)->measure.more, 70);
    assert_false(judged(METRIC_UDP_PORT_USAGE)->measure.at_least);
}

static void test_usage_that_is_full_is_no_lower_bound(void **state)
{
    (void)state;

    given_unread_bound(50);
    given_listeners(&seen, 70);

    assert_false(judged(METRIC_PORT_USAGE)->measure.at_least);
    assert_int_equal(judged(METRIC_PORT_USAGE)->measure.more, 0);
}

static void test_usage_of_a_range_not_read_is_no_lower_bound(void **state)
{
    (void)state;

    given_unread_bound(50);
    given_unread(&seen.range[IP_PROTOCOL_TCP].reading, "no range");

    assert_false(judged(METRIC_PORT_USAGE)->measure.at_least);
    assert_false(judged(METRIC_DESTINATION_USAGE)->measure.at_least);
}

/* 10 ports toward the destination, 20 surely closed, 45 others in use: each of those may
 * be closed too. */
static void test_destination_usage_is_a_lower_bound_by_parity(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 10);
    seen.tcp.ports_used = 75;
    seen.tcp.ports_closed = 20;
    seen.tcp.closed_known = CLOSED_SAMPLED;
    assert_false(judged(METRIC_DESTINATION_USAGE)->measure.at_least);
    seen.tcp.closed_known = CLOSED_AT_LEAST;
    result = judged(METRIC_DESTINATION_USAGE);

    assert_true(result->measure.at_least);
    assert_int_equal(result->measure.part, 30);
    assert_int_equal(result->measure.more, 45);
    assert_false(judged(METRIC_PORT_USAGE)->measure.at_least);
}

/* A number with no number of ports behind it: more sockets than are in use. */
static void test_destination_usage_by_parity_never_counts_backwards(void **state)
{
    (void)state;

    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 10);
    seen.tcp.closed_known = CLOSED_AT_LEAST;
    seen.tcp.ports_used = 9;

    assert_false(judged(METRIC_DESTINATION_USAGE)->measure.at_least);
}

static void test_state_worse_orders_critical_warning_unknown_ok(void **state)
{
    (void)state;

    assert_int_equal(check_state_worse(CHECK_OK, CHECK_UNKNOWN), CHECK_UNKNOWN);
    assert_int_equal(check_state_worse(CHECK_UNKNOWN, CHECK_WARNING), CHECK_WARNING);
    assert_int_equal(check_state_worse(CHECK_CRITICAL, CHECK_UNKNOWN), CHECK_CRITICAL);
    assert_int_equal(check_state_worse(CHECK_WARNING, CHECK_CRITICAL), CHECK_CRITICAL);
}

static void test_judge_takes_the_worst_state_of_all_metrics(void **state)
{
    (void)state;

    given_linux_settings(&seen);
    given_range(&seen, 40000, 40099, 0);
    given_destination(&seen, "10.0.0.5", 443, 60);
    given_unread(&seen.udp.reading, "no UDP");
    judge(&seen, &policy, limits, METRICS_ALL, &verdict);

    assert_int_equal(verdict.results[METRIC_UDP_PORT_USAGE].state, CHECK_UNKNOWN);
    assert_int_equal(verdict.state, CHECK_WARNING);
}

#define JUDGE_TEST(test) cmocka_unit_test_setup(test, given_idle_linux)

/* One typo must neither page nor blind: the built-in limits, as WARNING at most. */
static void test_judge_without_the_policy_of_the_site_raises_warning_at_most(void **state)
{
    (void)state;

    policy_init_without_site(&policy, "policy /x: broken");
    memcpy(limits, policy.limits[OS_LINUX], sizeof limits);
    given_range(&seen, 40000, 40099, 0);
    given_listeners(&seen, 50);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_OK);
    given_listeners(&seen, 51);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
    given_listeners(&seen, 100);
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
    /* a limit of the command line */
    limits[METRIC_DESTINATION_USAGE].at_most_warning = false;
    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_CRITICAL);
}

/* Above its critical limit it is WARNING too where the command line warns later. */
static void test_judge_without_the_policy_of_the_site_warns_by_critical(void **state)
{
    (void)state;

    policy_init_without_site(&policy, "policy /x: broken");
    memcpy(limits, policy.limits[OS_LINUX], sizeof limits);
    set_limit(&limits[METRIC_DESTINATION_USAGE].warning, "95");
    given_range(&seen, 40000, 40099, 0);
    given_listeners(&seen, 81);

    assert_int_equal(judged(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
}

static void test_misconfigured_is_unknown_without_the_policy_of_the_site(void **state)
{
    const struct result *result;
    (void)state;

    given_setting(&seen, "tcp_tw_reuse", 0);
    policy_init_without_site(&policy, "policy /x: broken");
    result = judged(METRIC_MISCONFIGURED);

    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_false(result->measure.known);
    assert_string_equal(result->measure.reason, "policy /x: broken");
    assert_int_equal(verdict.setting_count, 0);
}

static void test_misconfigured_without_the_policy_tells_an_interrupted_run(void **state)
{
    const struct result *result;
    (void)state;

    policy_init_without_site(&policy, "policy /x: broken");
    seen.interrupted_since_s = 1760000000;
    result = judged(METRIC_MISCONFIGURED);

    assert_int_equal(result->state, CHECK_WARNING);
    assert_false(result->measure.known);
    assert_int_equal(result->measure.part, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JUDGE_TEST(test_judge_leaves_out_metrics_not_asked_for),
        JUDGE_TEST(test_judge_without_the_policy_of_the_site_raises_warning_at_most),
        JUDGE_TEST(test_judge_without_the_policy_of_the_site_warns_by_critical),
        JUDGE_TEST(test_misconfigured_is_unknown_without_the_policy_of_the_site),
        JUDGE_TEST(test_misconfigured_without_the_policy_tells_an_interrupted_run),
        JUDGE_TEST(test_port_usage_is_used_over_usable),
        JUDGE_TEST(test_port_usage_warns_above_its_threshold_only),
        JUDGE_TEST(test_judge_compares_percentages_exactly),
        JUDGE_TEST(test_judge_takes_critical_over_warning),
        JUDGE_TEST(test_port_usage_of_no_usable_port_is_full),
        JUDGE_TEST(test_port_usage_without_range_is_unknown_with_its_reason),
        JUDGE_TEST(test_port_usage_without_sockets_is_unknown_with_its_reason),
        JUDGE_TEST(test_port_usage_never_observed_is_unknown),
        JUDGE_TEST(test_time_wait_needs_no_range),
        JUDGE_TEST(test_udp_port_usage_uses_the_udp_range),
        JUDGE_TEST(test_destination_usage_leaves_out_reusable_time_wait),
        JUDGE_TEST(test_destination_usage_adds_blocked_ports),
        JUDGE_TEST(test_destination_usage_without_destination_is_what_is_blocked),
        JUDGE_TEST(test_destination_usage_never_passes_the_usable_ports),
        JUDGE_TEST(test_destination_usage_trusts_the_bound_of_untracked_ones),
        JUDGE_TEST(test_usage_is_not_ok_where_unread_bound_sockets_could_alert),
        JUDGE_TEST(test_usage_is_ok_where_unread_bound_sockets_could_not_alert),
        JUDGE_TEST(test_usage_that_alerts_stays_what_it_is_with_unread_bound_sockets),
        JUDGE_TEST(test_usage_is_ok_where_bound_sockets_are_not_visible),
        JUDGE_TEST(test_usage_is_a_lower_bound_where_bound_sockets_are_not_listed),
        JUDGE_TEST(test_usage_that_is_full_is_no_lower_bound),
        JUDGE_TEST(test_usage_of_a_range_not_read_is_no_lower_bound),
        JUDGE_TEST(test_destination_usage_is_a_lower_bound_by_parity),
        JUDGE_TEST(test_destination_usage_by_parity_never_counts_backwards),
        JUDGE_TEST(test_usage_is_ok_at_its_limit_with_all_unread_bound_sockets),
        JUDGE_TEST(test_usage_is_not_ok_where_some_of_the_unread_could_alert),
        cmocka_unit_test(test_state_worse_orders_critical_warning_unknown_ok),
        JUDGE_TEST(test_judge_takes_the_worst_state_of_all_metrics),
    };

    return cmocka_run_group_tests_name("checks/judge", tests, NULL, NULL);
}
