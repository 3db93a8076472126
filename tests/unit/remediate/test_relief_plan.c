/* SPDX-License-Identifier: MIT */
/* The plan of an alert: what of it is left out, and what comes along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/relief_plan.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

#define RESERVED "net/ipv4/ip_local_reserved_ports"
#define RANGE    "net/ipv4/ip_local_port_range"
#define REUSE    "net/ipv4/tcp_tw_reuse"

static int given_alert(void **state)
{
    const int result = given_linux_host(state);

    host.input.relief_only = true;
    return result;
}

/* A range that stays: our file and the next boot have it too. */
static void given_kept_range(uint16_t first, uint16_t last)
{
    struct observed_setting *range = &host.seen.settings[0];

    given_setting_range(&host.seen, "ip_local_port_range", first, last);
    range->boot = BOOT_SET;
    range->boot_value = range->value;
    (void)snprintf(range->boot_source, sizeof range->boot_source, PLANNED_DROP_IN);
}

/* Ports that a run of this boot reserved, now and in our file. */
static void given_ours(const char *ports)
{
    static char drop_in[128];

    (void)snprintf(drop_in, sizeof drop_in, "net.ipv4.ip_local_reserved_ports = %s\n",
                   ports);
    (void)planned_reserved(&host, "", ports, drop_in);
}

static void assert_nothing(void)
{
    assert_int_equal(host.plan.change_count, 0);
    assert_false(relief_plan_gives_relief(&host.plan));
}

static void test_plan_make_for_relief_reserves_no_services_of_a_wide_range(void **state)
{
    (void)state;
    given_kept_range(1024, 65535);
    host.seen.settings[0].service_ports = 240;
    host.policy.reserve.built_in = true;
    planned_make(&host);

    assert_nothing();
}

static void
test_plan_make_for_relief_reserves_none_where_wider_is_not_worth_it(void **state)
{
    (void)state;
    given_kept_range(10100, 65535);
    host.seen.settings[0].service_ports = 240;
    host.policy.reserve.built_in = true;
    planned_make(&host);

    assert_nothing();
    assert_non_null(strstr(planned_item(&host, "ip_local_port_range")->obstacle,
                           "not planned: gains"));
}

static void test_plan_make_for_relief_reserves_no_node_ports(void **state)
{
    (void)state;
    given_kept_range(10000, 65535);
    host.input.kubernetes = "kubelet runs here";
    planned_make(&host);

    assert_nothing();
}

static void test_plan_make_for_relief_keeps_no_range_for_the_next_boot(void **state)
{
    (void)state;
    given_kept_range(10000, 65535);
    host.seen.settings[0].boot = BOOT_UNSET;
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 12345);
    planned_make(&host);

    assert_nothing();
}

static void test_plan_make_for_relief_releases_nothing(void **state)
{
    (void)state;
    given_kept_range(10000, 65535);
    given_ours("20000-20002");
    planned_make(&host);

    assert_nothing();
}

static void test_plan_make_for_relief_widens_with_what_the_new_part_needs(void **state)
{
    (void)state;
    given_kept_range(32768, 60999);
    given_ours("20000,40000");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 12345);
    planned_make(&host);

    assert_true(relief_plan_gives_relief(&host.plan));
    assert_planned(&host, 0, CHANGE_SYSCTL, RESERVED,
                   FROM_TO("20000,40000", "12345,20000,40000"));
    assert_planned(&host, 1, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 65535"));
    assert_non_null(
        strstr(host.plan.changes[2].to, "reserved_ports = 12345,20000,40000\n"));
}

static void test_plan_make_for_relief_leaves_what_only_our_file_reserves(void **state)
{
    (void)state;
    given_kept_range(32768, 60999);
    given_ours("20000");
    host.input.reserved = "";
    planned_make(&host);

    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 65535"));
    assert_non_null(strstr(host.plan.changes[1].to, "reserved_ports = 20000\n"));
}

static void test_plan_make_for_relief_sets_other_values(void **state)
{
    (void)state;
    given_kept_range(10000, 65535);
    given_setting(&host.seen, "tcp_tw_reuse", 2);
    given_ours("20000");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_planned(&host, 0, CHANGE_SYSCTL, REUSE, FROM_TO("2", "1"));
    assert_non_null(strstr(host.plan.changes[1].to, "reserved_ports = 20000\n"));
}

static void test_relief_plan_add_waiting_names_places(void **state)
{
    struct text line = { 0 };
    (void)state;

    given_kept_range(10000, 65535);
    given_ours("20000-20002");
    host.input.relief_only = false;
    planned_make(&host);
    relief_plan_add_waiting(&host.plan, &line);

    assert_string_equal(
        text_string(&line),
        "Waiting for apply: net.ipv4.ip_local_reserved_ports, " PLANNED_DROP_IN ".\n");
    text_clear(&line);
}

/* The text for a plan that changes those settings. */
static void assert_audit(const char *const *settings, size_t count, const char *expected)
{
    struct plan plan = { .change_count = count };
    struct text line = { 0 };

    for (size_t i = 0; i < count; i++)
        plan.changes[i].setting = (char *)settings[i];
    relief_plan_add_audit(&plan, &line);
    assert_string_equal(text_string(&line), expected);
    text_clear(&line);
}

static void test_relief_plan_add_audit_names_each_setting_once(void **state)
{
    static const char *const settings[] = { "ip_local_port_range", "ip_local_port_range",
                                            "tcp_tw_reuse", "drop_in" };
    (void)state;

    assert_audit(settings, 0, "would make 0 changes");
    assert_audit(settings, 1, "would make 1 change: ip_local_port_range");
    assert_audit(settings, 2, "would make 2 changes: ip_local_port_range");
    assert_audit(settings, 4,
                 "would make 4 changes: ip_local_port_range, tcp_tw_reuse, drop_in");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_alert, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_for_relief_reserves_no_services_of_a_wide_range),
        TEST(test_plan_make_for_relief_reserves_none_where_wider_is_not_worth_it),
        TEST(test_plan_make_for_relief_reserves_no_node_ports),
        TEST(test_plan_make_for_relief_keeps_no_range_for_the_next_boot),
        TEST(test_plan_make_for_relief_releases_nothing),
        TEST(test_plan_make_for_relief_widens_with_what_the_new_part_needs),
        TEST(test_plan_make_for_relief_leaves_what_only_our_file_reserves),
        TEST(test_plan_make_for_relief_sets_other_values),
        TEST(test_relief_plan_add_waiting_names_places),
        TEST(test_relief_plan_add_audit_names_each_setting_once),
    };

    return cmocka_run_group_tests_name("remediate/relief_plan", tests, NULL, NULL);
}
