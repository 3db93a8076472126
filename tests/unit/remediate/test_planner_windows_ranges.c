/* SPDX-License-Identifier: MIT */
/* The plan for Windows' ranges: over listeners, which are named, and around excluded
 * ports where they begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

static struct port_set *const tcp = &host.listeners[IP_PROTOCOL_TCP];
static struct port_set *const udp = &host.listeners[IP_PROTOCOL_UDP];
static struct port_set *const tcp_excluded = &host.excluded[IP_PROTOCOL_TCP];

/* Where a range ends, and what is said of it. */
struct range_case {
    const char *name; /* printed on failure */
    struct port_range now;
    uint16_t listener;          /* 0 = none */
    uint16_t other_listener;    /* 0 = none */
    struct port_range excluded; /* zeroed = none */
    const char *to;             /* NULL = no change */
    const char *obstacle;       /* NULL = none */
    const char *risks;          /* NULL = none */
};

#define RISK_OF(port)                                                                    \
    "port " port " (listener sqlservr.exe, pid 1234): the system may allocate it while " \
    "the service is down\n"

static const struct range_case ranges[] = {
    { .name = "nobody in the way", .now = { 49152, 65535 }, .to = "32768-65535" },
    { .name = "listener within the range now, as RPC on every Windows",
      .now = { 49152, 65535 },
      .listener = 49664,
      .other_listener = 49152,
      .excluded = { 65535, 65535 },
      .to = "32768-65535" },
    { .name = "listener below the recommended range",
      .now = { 49152, 65535 },
      .listener = 32767,
      .other_listener = 443,
      .to = "32768-65535" },
    { .name = "listener in the new part, as WinRM on every server",
      .now = { 49152, 65535 },
      .listener = 47001,
      .to = "32768-65535",
      .risks = RISK_OF("47001") },
    { .name = "two listeners, in the order of their ports",
      .now = { 49152, 65535 },
      .listener = 45000,
      .other_listener = 40000,
      .to = "32768-65535",
      .risks = RISK_OF("40000") RISK_OF("45000") },
    { .name = "listeners on the first and the last new port",
      .now = { 49152, 65535 },
      .listener = 32768,
      .other_listener = 49151,
      .to = "32768-65535",
      .risks = RISK_OF("32768") RISK_OF("49151") },
    { .name = "listener above",
      .now = { 32768, 60000 },
      .listener = 61000,
      .to = "32768-65535",
      .risks = RISK_OF("61000") },
    { .name = "excluded ports inside",
      .now = { 49152, 65535 },
      .excluded = { 45000, 47001 },
      .to = "32768-65535" },
    { .name = "excluded ports next to the range now",
      .now = { 49152, 65535 },
      .excluded = { 49000, 49151 },
      .to = "32768-65535" },
    { .name = "the last port excluded",
      .now = { 32768, 60000 },
      .excluded = { 65535, 65535 },
      .to = "32768-65535" },
    { .name = "the first port excluded",
      .now = { 49152, 65535 },
      .excluded = { 32768, 32768 },
      .to = "32767-65535" },
    { .name = "the first port in the middle of excluded ones",
      .now = { 49152, 65535 },
      .excluded = { 32700, 32799 },
      .to = "32699-65535" },
    { .name = "a listener on the port below excluded ones",
      .now = { 49152, 65535 },
      .listener = 32699,
      .excluded = { 32700, 32799 },
      .to = "32699-65535",
      .risks = RISK_OF("32699") },
    { .name = "the first port excluded, and all down to 1025",
      .now = { 49152, 65535 },
      .excluded = { 1025, 39999 },
      .to = "40000-65535",
      .obstacle = "limited by port 39999 (excluded port) below" },
    { .name = "the first port excluded, and all down to 1026",
      .now = { 49152, 65535 },
      .excluded = { 1026, 39999 },
      .to = "1025-65535" },
    { .name = "listener on the last port",
      .now = { 49152, 65534 },
      .listener = 65535,
      .to = "32768-65535",
      .risks = RISK_OF("65535") },
    { .name = "another range of just the recommended size", .now = { 30000, 62767 } },
    { .name = "excluded from 1025 up to the range now",
      .now = { 49152, 65535 },
      .excluded = { 1025, 50000 },
      .obstacle = "limited by port 49151 (excluded port) below" },
    { .name = "excluded from 1025 up to a range that can grow above",
      .now = { 40000, 60000 },
      .excluded = { 1025, 40000 },
      .to = "40000-65535",
      .obstacle = "limited by port 39999 (excluded port) below" },
    { .name = "the start of now, which is not moved, excluded",
      .now = { 20000, 40000 },
      .excluded = { 19000, 21000 },
      .to = "20000-65535" },
    { .name = "sticks out below", .now = { 20000, 40000 }, .to = "20000-65535" },
    { .name = "quite below", .now = { 1025, 5000 }, .to = "1025-65535" },
    { .name = "begins where MaxUserPort puts it",
      .now = { 1024, 20000 },
      .obstacle =
          "the current range begins below 1025, because of MaxUserPort; netsh cannot "
          "change such a range: remove MaxUserPort, reboot, then plan again" },
    { .name = "a range of no more than the one port",
      .now = { 50000, 50000 },
      .listener = 50000,
      .other_listener = 50001,
      .to = "32768-65535",
      .risks = RISK_OF("50001") },
};

static const char *port_owner(void *context, enum ip_protocol protocol, uint16_t port)
{
    (void)context;
    (void)port;
    return protocol == IP_PROTOCOL_TCP ? "sqlservr.exe, pid 1234" : "";
}

static void assert_words(const char *name, const char *is, const char *expected)
{
    if (strcmp(is ? is : "none", expected ? expected : "none") != 0)
        fail_msg("%s: %s", name, is ? is : "none");
}

static void assert_case(const struct range_case *row)
{
    const struct plan_item *item = planned_item(&host, "DynamicPortRangeTcp");

    assert_words(row->name, item->obstacle, row->obstacle);
    assert_words(row->name, item->risks, row->risks);
    if (host.plan.change_count != (row->to ? 2U : 0U))
        fail_msg("%s: %d changes", row->name, (int)host.plan.change_count);
    if (row->to && (strcmp(host.plan.changes[0].to, row->to) != 0 ||
                    strcmp(host.plan.changes[1].to, row->to) != 0))
        fail_msg("%s: %s and %s", row->name, host.plan.changes[0].to,
                 host.plan.changes[1].to);
}

static void test_plan_make_steps_over_who_listens_and_names_it(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
        (void)given_windows_host(state);
        given_tcp_ranges(ranges[i].now.first, ranges[i].now.last);
        if (ranges[i].listener)
            port_set_add(tcp, ranges[i].listener);
        if (ranges[i].other_listener)
            port_set_add(tcp, ranges[i].other_listener);
        for (uint32_t port = ranges[i].excluded.first;
             port > 0 && port <= ranges[i].excluded.last; port++)
            port_set_add(tcp_excluded, (uint16_t)port);
        host.input.port_owner = port_owner;
        planned_make(&host);

        assert_case(&ranges[i]);
        planned_clear(&host);
    }
}

/* What the plan makes of it is accepted: it is not asked for again. */
static void test_plan_make_leaves_no_range_wrong_that_it_widened(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
        struct port_range made = { 0 };
        struct error err = { 0 };

        if (!ranges[i].to || ranges[i].obstacle)
            continue;
        (void)given_windows_host(state);
        assert_true(port_range_parse(ranges[i].to, &made, &err));
        given_tcp_ranges(made.first, made.last);
        planned_make(&host);

        if (host.verdict.settings[2].state != SETTING_STATE_RECOMMENDED)
            fail_msg("%s: %s", ranges[i].name,
                     setting_state_names[host.verdict.settings[2].state]);
        assert_string_equal(host.verdict.settings[2].rule->name, "DynamicPortRangeTcp");
        assert_int_equal(host.plan.change_count, 0);
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

    assert_string_equal(
        planned_item(&host, "DynamicPortRangeUdp")->risks,
        "port 40000 (listener): the system may allocate it while the service is down\n");
}

static unsigned int asked_for; /* owners */

static const char *counted_owner(void *context, enum ip_protocol protocol, uint16_t port)
{
    (void)context;
    (void)protocol;
    (void)port;
    asked_for++;
    return NULL;
}

static void given_listening(struct port_set *listeners, uint16_t first, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        port_set_add(listeners, (uint16_t)(first + 2 * i));
}

/* How many lines, and what the last one is. */
static void assert_risks(const char *setting, unsigned int lines, const char *last)
{
    const char *risks = planned_item(&host, setting)->risks;
    unsigned int count = 0;

    assert_non_null(risks);
    for (const char *c = risks; *c; c++)
        count += *c == '\n';
    assert_int_equal(count, lines);
    assert_string_equal(risks + strlen(risks) - strlen(last), last);
}

static void test_plan_make_names_eight_listeners_and_counts_the_others(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    given_setting_range(&host.seen, "DynamicPortRangeUdp", 49152, 65535);
    given_listening(tcp, 35001, 8);
    given_listening(udp, 35001, 1008);
    host.input.port_owner = counted_owner;
    asked_for = 0;
    planned_make(&host);

    assert_risks("DynamicPortRangeTcp", 8,
                 "\nport 35015 (listener): the system may allocate it while the service "
                 "is down\n");
    assert_risks("DynamicPortRangeUdp", 9, "\nand 1000 more ports with a listener\n");
    assert_int_equal(asked_for, 16);
}

/* The new parts of the families differ: a listener in either is named, once. */
static void test_plan_make_names_a_listener_in_the_new_part_of_either_family(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] =
        (struct port_range){ 1025, 60000 };
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V6] =
        (struct port_range){ 40000, 60000 };
    port_set_add(tcp, 20000);
    port_set_add(tcp, 35001);
    port_set_add(tcp, 45000);
    port_set_add(tcp, 61000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_string_equal(
        planned_item(&host, "DynamicPortRangeTcp")->risks,
        "port 35001 (listener): the system may allocate it while the service is down\n"
        "port 61000 (listener): the system may allocate it while the service is down\n");
}

static void test_plan_make_names_a_listener_where_only_ipv4_is_widened(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V6] =
        (struct port_range){ 1025, 60000 };
    port_set_add(tcp, 35001);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_planned_range(0, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_string_equal(
        planned_item(&host, "DynamicPortRangeTcp")->risks,
        "port 35001 (listener): the system may allocate it while the service is down\n");
}

static void test_plan_make_names_no_listener_of_the_other_protocol(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    port_set_add(udp, 40000);
    planned_make(&host);

    assert_planned_range(0, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_null(planned_item(&host, "DynamicPortRangeTcp")->obstacle);
    assert_null(planned_item(&host, "DynamicPortRangeTcp")->risks);
}

static void test_plan_make_leaves_a_family_that_is_wide_enough(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] =
        (struct port_range){ 1025, 60000 };
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_planned_range(0, "tcp/ipv6", "49152-65535", "32768-65535");
}

static void test_plan_make_leaves_a_family_that_is_just_wide_enough(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] =
        (struct port_range){ 30000, 62767 };
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_planned_range(0, "tcp/ipv6", "49152-65535", "32768-65535");
}

static void test_plan_make_widens_the_family_that_could_be_read(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V6] = (struct port_range){ 0 };
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_planned_range(0, "tcp/ipv4", "49152-65535", "32768-65535");
    assert_planned_obstacle("DynamicPortRangeTcp",
                            "IPv6: the current range could not be read");
    assert_int_equal(planned_item(&host, "DynamicPortRangeTcp")->targets[0].live.kind,
                     PLAN_RANGE);
    assert_int_equal(planned_item(&host, "DynamicPortRangeTcp")->targets[1].live.kind,
                     PLAN_UNKNOWN);
}

static void test_plan_make_tells_different_obstacles_of_the_families_apart(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.dynamic[IP_PROTOCOL_TCP][IP_FAMILY_V4] = (struct port_range){ 0 };
    for (uint16_t port = 1025; port < 49152; port++)
        port_set_add(tcp_excluded, port);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_planned_obstacle(
        "DynamicPortRangeTcp",
        "IPv4: the current range could not be read; IPv6: limited by port 49151 "
        "(excluded port) below");
}

static void test_plan_make_widens_not_when_the_listeners_are_unknown(void **state)
{
    (void)state;

    given_tcp_ranges(49152, 65535);
    host.input.listeners[IP_PROTOCOL_TCP] = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_planned_obstacle(
        "DynamicPortRangeTcp",
        "the TCP listeners could not be read, so those in the new part of the range "
        "cannot be named");
}

static void test_plan_make_widens_not_when_the_excluded_ports_are_unknown(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "DynamicPortRangeUdp", 49152, 65535);
    host.input.excluded[IP_PROTOCOL_UDP] = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_planned_obstacle(
        "DynamicPortRangeUdp",
        "the UDP excluded ports could not be read, so the start of the range cannot "
        "avoid them");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_windows_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_steps_over_who_listens_and_names_it),
        TEST(test_plan_make_leaves_no_range_wrong_that_it_widened),
        TEST(test_plan_make_names_a_listener_without_owner_by_its_port),
        TEST(test_plan_make_names_eight_listeners_and_counts_the_others),
        TEST(test_plan_make_names_a_listener_in_the_new_part_of_either_family),
        TEST(test_plan_make_names_a_listener_where_only_ipv4_is_widened),
        TEST(test_plan_make_names_no_listener_of_the_other_protocol),
        TEST(test_plan_make_leaves_a_family_that_is_wide_enough),
        TEST(test_plan_make_leaves_a_family_that_is_just_wide_enough),
        TEST(test_plan_make_widens_the_family_that_could_be_read),
        TEST(test_plan_make_tells_different_obstacles_of_the_families_apart),
        TEST(test_plan_make_widens_not_when_the_listeners_are_unknown),
        TEST(test_plan_make_widens_not_when_the_excluded_ports_are_unknown),
    };

    return cmocka_run_group_tests_name("remediate/planner_windows_ranges", tests, NULL,
                                       NULL);
}
