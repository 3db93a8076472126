/* SPDX-License-Identifier: MIT */
/* The plan for Windows: registry values, and ranges around listeners and excluded ports.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define KEY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"

static struct port_set *const tcp = &host.listeners[IP_PROTOCOL_TCP];
static struct port_set *const udp = &host.listeners[IP_PROTOCOL_UDP];
static struct port_set *const tcp_excluded = &host.excluded[IP_PROTOCOL_TCP];

static void assert_registry(size_t at, const char *place, const char *from,
                            const char *to)
{
    assert_planned(&host, at, CHANGE_REGISTRY, place, FROM_TO(from, to));
    assert_true(host.plan.changes[at].reboot);
}

static void assert_range(size_t at, const char *place, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_DYNAMIC_RANGE, place, FROM_TO(from, to));
    assert_false(host.plan.changes[at].reboot);
}

/* The range of both families of TCP, and so of the setting. */
static void given_tcp_range(uint16_t first, uint16_t last)
{
    given_setting_range(&host.seen, "DynamicPortRangeTcp", first, last);
    for (int i = 0; i < IP_FAMILY_COUNT; i++)
        host.input.dynamic[IP_PROTOCOL_TCP][i] = (struct port_range){ first, last };
}

static void assert_obstacle(const char *setting, const char *obstacle)
{
    const struct plan_item *item = planned_item(&host, setting);

    assert_non_null(item->obstacle);
    assert_string_equal(item->obstacle, obstacle);
}

static void test_plan_make_on_a_stock_host_sets_the_registry_then_the_ranges(void **state)
{
    (void)state;

    given_windows_settings(&host.seen);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 6);
    assert_registry(0, KEY "TcpTimedWaitDelay", NULL, "30");
    assert_registry(1, KEY "StrictTimeWaitSeqCheck", NULL, "1");
    assert_range(2, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_range(3, "tcp/ipv6", "49152-65535", "32768-65535");
    assert_range(4, "udp/ipv4", "49152-65535", "32768-65535");
    assert_range(5, "udp/ipv6", "49152-65535", "32768-65535");
    assert_int_equal(planned_item(&host, "DynamicPortRangeUdp")->first_change, 4);
    assert_int_equal(planned_item(&host, "DynamicPortRangeUdp")->change_count, 2);
    assert_string_equal(host.plan.changes[5].setting, "DynamicPortRangeUdp");
    assert_int_equal(planned_item(&host, "MaxUserPort")->change_count, 0);
}

static void
test_plan_make_takes_a_wrong_max_user_port_away_before_the_ranges(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    given_setting(&host.seen, "MaxUserPort", 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3);
    assert_registry(0, KEY "MaxUserPort", "20000", NULL);
    assert_range(1, "tcp/ipv4", "49152-65535", "32768-65535");
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
    assert_obstacle("TcpTimedWaitDelay",
                    "the policy recommends 2, but this Windows accepts only 30 to 300");
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
    assert_obstacle("TcpTimedWaitDelay",
                    "the current value could not be read, so it could not be restored");
}

/* Where a range ends that goes around what is taken. */
struct range_case {
    const char *name; /* printed on failure */
    struct port_range now;
    uint16_t listener;       /* 0 = none */
    uint16_t other_listener; /* 0 = none */
    uint16_t excluded;       /* 0 = none */
    const char *to;          /* NULL = no change */
    const char *obstacle;    /* NULL = none */
};

static const struct range_case ranges[] = {
    { "nobody in the way", { 49152, 65535 }, 0, 0, 0, "32768-65535", NULL },
    { "listener within the range now",
      { 49152, 65535 },
      50000,
      49152,
      65535,
      "32768-65535",
      NULL },
    { "listener below the recommended range",
      { 49152, 65535 },
      32767,
      443,
      0,
      "32768-65535",
      NULL },
    { "listener in the new part",
      { 49152, 65535 },
      40000,
      0,
      0,
      "40001-65535",
      "limited by port 40000 (listener sqlservr.exe, pid 1234) below" },
    { "the nearest of two",
      { 49152, 65535 },
      40000,
      45000,
      0,
      "45001-65535",
      "limited by port 45000 (listener sqlservr.exe, pid 1234) below" },
    { "listener on the first port",
      { 49152, 65535 },
      32768,
      0,
      0,
      "32769-65535",
      "limited by port 32768 (listener sqlservr.exe, pid 1234) below" },
    { "listener next to the range",
      { 49152, 65535 },
      49151,
      0,
      0,
      NULL,
      "limited by port 49151 (listener sqlservr.exe, pid 1234) below" },
    { "excluded port",
      { 49152, 65535 },
      0,
      0,
      47001,
      "47002-65535",
      "limited by port 47001 (excluded port) below" },
    { "excluded port nearer than a listener",
      { 49152, 65535 },
      40000,
      0,
      47001,
      "47002-65535",
      "limited by port 47001 (excluded port) below" },
    { "listener on an excluded port",
      { 49152, 65535 },
      47001,
      0,
      47001,
      "47002-65535",
      "limited by port 47001 (listener sqlservr.exe, pid 1234) below" },
    { "above",
      { 32768, 60000 },
      61000,
      0,
      0,
      "32768-60999",
      "limited by port 61000 (listener sqlservr.exe, pid 1234) above" },
    { "below and above",
      { 40000, 60000 },
      39000,
      0,
      65535,
      "39001-65534",
      "limited by port 39000 (listener sqlservr.exe, pid 1234) below and port 65535 "
      "(excluded port) above" },
    { "closed in",
      { 40000, 60000 },
      39999,
      60001,
      0,
      NULL,
      "limited by port 39999 (listener sqlservr.exe, pid 1234) below and port 60001 "
      "(listener sqlservr.exe, pid 1234) above" },
    { "a limit that leaves enough", { 20000, 50000 }, 60000, 0, 0, "20000-59999", NULL },
    { "sticks out below", { 20000, 40000 }, 0, 0, 0, "20000-65535", NULL },
    { "quite below", { 1025, 5000 }, 0, 0, 0, "1025-65535", NULL },
    { "begins where MaxUserPort puts it",
      { 1024, 20000 },
      0,
      0,
      0,
      NULL,
      "the current range begins below 1025, because of MaxUserPort; netsh cannot change "
      "such a range: remove MaxUserPort, reboot, then plan again" },
    { "fewer ports than netsh takes",
      { 40000, 40100 },
      39999,
      40101,
      0,
      NULL,
      "netsh cannot set a range of fewer than 255 ports" },
};

static const char *port_owner(void *context, enum ip_protocol protocol, uint16_t port)
{
    (void)context;
    (void)port;
    return protocol == IP_PROTOCOL_TCP ? "sqlservr.exe, pid 1234" : "";
}

static void assert_case(const struct range_case *row)
{
    const struct plan_item *item = planned_item(&host, "DynamicPortRangeTcp");
    const char *obstacle = item->obstacle ? item->obstacle : "no obstacle";

    if (strcmp(obstacle, row->obstacle ? row->obstacle : "no obstacle") != 0)
        fail_msg("%s: %s", row->name, obstacle);
    if (host.plan.change_count != (row->to ? 2U : 0U))
        fail_msg("%s: %d changes", row->name, (int)host.plan.change_count);
    if (row->to && (strcmp(host.plan.changes[0].to, row->to) != 0 ||
                    strcmp(host.plan.changes[1].to, row->to) != 0))
        fail_msg("%s: %s and %s", row->name, host.plan.changes[0].to,
                 host.plan.changes[1].to);
}

static void test_plan_make_widens_as_far_as_nobody_is_in_the_way(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
        (void)given_windows_host(state);
        given_tcp_range(ranges[i].now.first, ranges[i].now.last);
        if (ranges[i].listener)
            port_set_add(tcp, ranges[i].listener);
        if (ranges[i].other_listener)
            port_set_add(tcp, ranges[i].other_listener);
        if (ranges[i].excluded)
            port_set_add(tcp_excluded, ranges[i].excluded);
        host.input.port_owner = port_owner;
        planned_make(&host);

        assert_case(&ranges[i]);
        planned_clear(&host);
    }
}

static void test_plan_make_names_a_listener_without_owner_by_its_port(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "DynamicPortRangeUdp", 49152, 65535);
    port_set_add(udp, 40000);
    host.input.port_owner = port_owner;
    planned_make(&host);

    assert_obstacle("DynamicPortRangeUdp", "limited by port 40000 (listener) below");
}

static void test_plan_make_goes_not_around_listeners_of_the_other_protocol(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    port_set_add(udp, 40000);
    planned_make(&host);

    assert_range(0, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_null(planned_item(&host, "DynamicPortRangeTcp")->obstacle);
}

static void test_plan_make_leaves_a_family_that_is_wide_enough(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] =
        (struct port_range){ 1025, 60000 };
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_range(0, "tcp/ipv6", "49152-65535", "32768-65535");
}

static void test_plan_make_widens_the_family_that_could_be_read(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V6] = (struct port_range){ 0 };
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_range(0, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_obstacle("DynamicPortRangeTcp", "IPv6: the current range could not be read");
}

static void test_plan_make_tells_different_obstacles_of_the_families_apart(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] = (struct port_range){ 0 };
    port_set_add(tcp, 49151);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_obstacle(
        "DynamicPortRangeTcp",
        "IPv4: the current range could not be read; IPv6: limited by port 49151 "
        "(listener) below");
}

static void test_plan_make_widens_not_when_the_listeners_are_unknown(void **state)
{
    (void)state;

    given_tcp_range(49152, 65535);
    host.input.listeners[IP_PROTOCOL_TCP] = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_obstacle(
        "DynamicPortRangeTcp",
        "the TCP listeners could not be read, so the range cannot avoid them");
}

static void test_plan_make_widens_not_when_the_excluded_ports_are_unknown(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "DynamicPortRangeUdp", 49152, 65535);
    host.input.excluded[IP_PROTOCOL_UDP] = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_obstacle(
        "DynamicPortRangeUdp",
        "the UDP excluded ports could not be read, so the range cannot avoid them");
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
        TEST(test_plan_make_puts_a_value_of_the_wrong_type_back),
        TEST(test_plan_make_replaces_no_value_that_it_could_not_put_back),
        TEST(test_plan_make_widens_as_far_as_nobody_is_in_the_way),
        TEST(test_plan_make_names_a_listener_without_owner_by_its_port),
        TEST(test_plan_make_goes_not_around_listeners_of_the_other_protocol),
        TEST(test_plan_make_leaves_a_family_that_is_wide_enough),
        TEST(test_plan_make_widens_the_family_that_could_be_read),
        TEST(test_plan_make_tells_different_obstacles_of_the_families_apart),
        TEST(test_plan_make_widens_not_when_the_listeners_are_unknown),
        TEST(test_plan_make_widens_not_when_the_excluded_ports_are_unknown),
    };

    return cmocka_run_group_tests_name("remediate/planner_windows", tests, NULL, NULL);
}
