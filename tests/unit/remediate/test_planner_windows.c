/* SPDX-License-Identifier: MIT */
/* The plan for Windows: registry values first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define KEY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"

static void assert_registry(size_t at, const char *place, const char *from,
                            const char *to)
{
    assert_planned(&host, at, CHANGE_REGISTRY, place, FROM_TO(from, to));
    assert_true(host.plan.changes[at].reboot);
}

static void test_plan_make_on_a_stock_host_sets_the_registry_then_the_ranges(void **state)
{
    (void)state;

    given_windows_settings(&host.seen);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 6);
    assert_registry(0, KEY "TcpTimedWaitDelay", NULL, "30");
    assert_registry(1, KEY "StrictTimeWaitSeqCheck", NULL, "1");
    assert_planned_range(2, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_planned_range(3, "tcp/ipv6", "49152-65535", "32768-65535");
    assert_planned_range(4, "udp/ipv4", "49152-65535", "32768-65535");
    assert_planned_range(5, "udp/ipv6", "49152-65535", "32768-65535");
    assert_int_equal(planned_item(&host, "DynamicPortRangeUdp")->first_change, 4);
    assert_int_equal(planned_item(&host, "DynamicPortRangeUdp")->change_count, 2);
    assert_string_equal(host.plan.changes[5].setting, "DynamicPortRangeUdp");
    assert_int_equal(planned_item(&host, "MaxUserPort")->change_count, 0);
}

static void
test_plan_make_takes_a_wrong_max_user_port_away_before_the_ranges(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    given_setting(&host.seen, "MaxUserPort", 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3);
    assert_registry(0, KEY "MaxUserPort", "20000", NULL);
    assert_string_equal(plan_item_risk(planned_item(&host, "MaxUserPort")),
                        "none: the dynamic range is in effect again");
    assert_planned_range(1, "tcp/ipv4", "49152-65535", "32768-65535");
}

static void apply_policy(const char *json)
{
    struct error err = { 0 };

    if (!policy_apply_json(&host.policy, json, strlen(json), &err))
        fail_msg("%s", err.message);
}

static void test_plan_make_writes_max_user_port_when_the_policy_asks(void **state)
{
    (void)state;

    apply_policy(
        "{ \"schema\": 1, \"settings\": { \"MaxUserPort\": { \"accepted\": 65534, "
        "\"absent\": \"wrong\", \"recommended\": 65534 } } }");
    given_setting_absent(&host.seen, "MaxUserPort", SETTING_OS_DEFAULT, "");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_registry(0, KEY "MaxUserPort", NULL, "65534");
    assert_string_equal(
        plan_item_risk(planned_item(&host, "MaxUserPort")),
        "the TCP range begins at 1024 and lies over the ports of services, "
        "and WSL's mirrored network breaks");
}

static void test_plan_make_takes_an_added_value_for_one_that_needs_a_reboot(void **state)
{
    (void)state;

    apply_policy(
        "{ \"schema\": 1, \"settings\": { \"Tcpip6\\\\Parameters\\\\KeepAliveTime\": "
        "{ \"accepted\": 300000, \"recommended\": 300000 } } }");
    given_setting(&host.seen, "Tcpip6\\Parameters\\KeepAliveTime", 7200000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_registry(0,
                    "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters\\"
                    "KeepAliveTime",
                    "7200000", "300000");
}

static void test_plan_make_refuses_a_number_that_this_windows_does_not_take(void **state)
{
    (void)state;

    apply_policy(
        "{ \"schema\": 1, \"settings\": { \"TcpTimedWaitDelay\": { \"accepted\": "
        "\"2:60\", \"recommended\": 2 } } }");
    host.seen.os = (struct os_version){ OS_WINDOWS, 6, 1, 7601 };
    given_setting_absent(&host.seen, "TcpTimedWaitDelay", SETTING_OS_DEFAULT, "");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_planned_obstacle(
        "TcpTimedWaitDelay",
        "the policy recommends 2, but this Windows accepts only 30 to 300");
}

static void test_plan_make_takes_the_ends_of_what_this_windows_takes(void **state)
{
    (void)state;

    apply_policy(
        "{ \"schema\": 1, \"settings\": { \"TcpTimedWaitDelay\": { \"accepted\": "
        "\"30:300\", \"recommended\": 300 }, \"MaxUserPort\": { \"accepted\": "
        "5000, \"absent\": \"wrong\", \"recommended\": 5000 } } }");
    host.seen.os = (struct os_version){ OS_WINDOWS, 6, 1, 7601 };
    given_setting_absent(&host.seen, "TcpTimedWaitDelay", SETTING_OS_DEFAULT, "");
    given_setting_absent(&host.seen, "MaxUserPort", SETTING_OS_DEFAULT, "");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_registry(0, KEY "TcpTimedWaitDelay", NULL, "300");
    assert_registry(1, KEY "MaxUserPort", NULL, "5000");
}

static void test_plan_make_puts_a_value_of_the_wrong_type_back(void **state)
{
    (void)state;

    given_setting_absent(&host.seen, "TcpTimedWaitDelay", SETTING_WRONG_TYPE, "REG_SZ");
    host.input.registry_text[0] = "1:330030000000";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_registry(0, KEY "TcpTimedWaitDelay", "1:330030000000", "30");
}

static void test_plan_make_replaces_no_value_that_it_could_not_put_back(void **state)
{
    (void)state;

    given_setting_absent(&host.seen, "TcpTimedWaitDelay", SETTING_WRONG_TYPE, "REG_SZ");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_planned_obstacle(
        "TcpTimedWaitDelay",
        "the current value could not be read, so it could not be restored");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_windows_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_on_a_stock_host_sets_the_registry_then_the_ranges),
        TEST(test_plan_make_takes_a_wrong_max_user_port_away_before_the_ranges),
        TEST(test_plan_make_writes_max_user_port_when_the_policy_asks),
        TEST(test_plan_make_takes_an_added_value_for_one_that_needs_a_reboot),
        TEST(test_plan_make_refuses_a_number_that_this_windows_does_not_take),
        TEST(test_plan_make_takes_the_ends_of_what_this_windows_takes),
        TEST(test_plan_make_puts_a_value_of_the_wrong_type_back),
        TEST(test_plan_make_replaces_no_value_that_it_could_not_put_back),
    };

    return cmocka_run_group_tests_name("remediate/planner_windows", tests, NULL, NULL);
}
