/* SPDX-License-Identifier: MIT */
/* Measures of the usage metrics, and the states that thresholds make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static void test_judge_leaves_out_metrics_not_asked_for(void **state)
{
    (void)state;

    judged_by(&scene, 1U << METRIC_TIME_WAIT);

    assert_true(scene.verdict.results[METRIC_TIME_WAIT].judged);
    assert_false(scene.verdict.results[METRIC_PORT_USAGE].judged);
    assert_int_equal(scene.verdict.state, CHECK_OK);
}

static void test_port_usage_is_used_over_usable(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&scene.seen, 40000, 40099, 20);
    given_listeners(&scene.seen, 8);
    result = result_of(METRIC_PORT_USAGE);

    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 8);
    assert_int_equal(result->measure.whole, 80);
}

static void test_port_usage_warns_above_its_threshold_only(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    set_limit(&scene.limits[METRIC_PORT_USAGE].warning, "80");
    scene.seen.tcp.ports_used = 80;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
    scene.seen.tcp.ports_used = 81;

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_WARNING);
}

static void test_judge_compares_percentages_exactly(void **state)
{
    (void)state;

    given_range(&scene.seen, 1, 1000, 0);
    set_limit(&scene.limits[METRIC_PORT_USAGE].warning, "61.7");
    scene.seen.tcp.ports_used = 617;
    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_OK);
    scene.seen.tcp.ports_used = 618;

    assert_int_equal(result_of(METRIC_PORT_USAGE)->state, CHECK_WARNING);
}

static void test_judge_takes_critical_over_warning(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 81);

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_CRITICAL);
}

static void test_port_usage_of_no_usable_port_is_full(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&scene.seen, 40000, 40099, 100);
    scene.seen.tcp.ports_used = 0;
    result = result_of(METRIC_PORT_USAGE);

    assert_int_equal(result->measure.whole, 0);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_port_usage_without_range_is_unknown_with_its_reason(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "netsh printed nothing");
    result = result_of(METRIC_PORT_USAGE);

    assert_false(result->measure.known);
    assert_string_equal(result->measure.reason, "netsh printed nothing");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_port_usage_without_sockets_is_unknown_with_its_reason(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&scene.seen.tcp.reading, "no /proc");
    result = result_of(METRIC_PORT_USAGE);

    assert_string_equal(result->measure.reason, "no /proc");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_port_usage_never_observed_is_unknown(void **state)
{
    const struct result *result;
    (void)state;

    scene.seen.tcp.reading = (struct reading){ 0 };
    result = result_of(METRIC_PORT_USAGE);

    assert_string_equal(result->measure.reason, "not observed");
    assert_int_equal(result->state, CHECK_UNKNOWN);
}

static void test_time_wait_needs_no_range(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no range");
    scene.seen.tcp.time_wait = 20123;
    set_limit(&scene.limits[METRIC_TIME_WAIT].warning, "20000");
    result = result_of(METRIC_TIME_WAIT);

    assert_int_equal(result->measure.part, 20123);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_udp_port_usage_uses_the_udp_range(void **state)
{
    const struct result *result;
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    scene.seen.range[IP_PROTOCOL_TCP].usable = 1;
    given_udp_ports(&scene.seen, 85);
    result = result_of(METRIC_UDP_PORT_USAGE);

    assert_int_equal(result->measure.part, 85);
    assert_int_equal(result->measure.whole, 100);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_destination_usage_leaves_out_reusable_time_wait(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_time_wait(&scene.seen, "10.0.0.5", 443, 90, 85);

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.part, 5);
}

static void test_destination_usage_adds_blocked_ports(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 90);
    given_listeners(&scene.seen, 10);

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.part, 100);
}

static void test_destination_usage_without_destination_is_what_is_blocked(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_listeners(&scene.seen, 7);

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.part, 7);
}

static void test_destination_usage_never_passes_the_usable_ports(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 99);
    scene.seen.tcp.ports_blocked = 3;

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.part, 100);
}

static void test_destination_usage_trusts_the_bound_of_untracked_ones(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.untracked_bound = 60;

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->measure.part, 60);
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

    given_linux_settings(&scene.seen);
    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 60);
    given_unread(&scene.seen.udp.reading, "no UDP");
    judged_by(&scene, METRICS_ALL);

    assert_int_equal(scene.verdict.results[METRIC_UDP_PORT_USAGE].state, CHECK_UNKNOWN);
    assert_int_equal(scene.verdict.state, CHECK_WARNING);
}

#define JUDGE_TEST(test) cmocka_unit_test_setup(test, given_idle_linux)

/* One typo must neither page nor blind: the built-in limits, as WARNING at most. */
static void test_judge_without_the_policy_of_the_site_raises_warning_at_most(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    memcpy(scene.limits, scene.policy.limits[OS_LINUX], sizeof scene.limits);
    given_range(&scene.seen, 40000, 40099, 0);
    given_listeners(&scene.seen, 50);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_OK);
    given_listeners(&scene.seen, 51);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
    given_listeners(&scene.seen, 100);
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
    /* a limit of the command line */
    scene.limits[METRIC_DESTINATION_USAGE].at_most_warning = false;
    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_CRITICAL);
}

/* Above its critical limit it is WARNING too where the command line warns later. */
static void test_judge_without_the_policy_of_the_site_warns_by_critical(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    memcpy(scene.limits, scene.policy.limits[OS_LINUX], sizeof scene.limits);
    set_limit(&scene.limits[METRIC_DESTINATION_USAGE].warning, "95");
    given_range(&scene.seen, 40000, 40099, 0);
    given_listeners(&scene.seen, 81);

    assert_int_equal(result_of(METRIC_DESTINATION_USAGE)->state, CHECK_WARNING);
}

static void test_misconfigured_is_unknown_without_the_policy_of_the_site(void **state)
{
    const struct result *result;
    (void)state;

    given_setting(&scene.seen, "tcp_tw_reuse", 0);
    policy_init_without_site(&scene.policy, "policy /x: broken");
    result = result_of(METRIC_MISCONFIGURED);

    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_false(result->measure.known);
    assert_string_equal(result->measure.reason, "policy /x: broken");
    assert_int_equal(scene.verdict.setting_count, 0);
}

static void test_misconfigured_without_the_policy_tells_an_interrupted_run(void **state)
{
    const struct result *result;
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    scene.seen.interrupted_since_s = 1760000000;
    result = result_of(METRIC_MISCONFIGURED);

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
        cmocka_unit_test(test_state_worse_orders_critical_warning_unknown_ok),
        JUDGE_TEST(test_judge_takes_the_worst_state_of_all_metrics),
    };

    return cmocka_run_group_tests_name("checks/judge", tests, NULL, NULL);
}
