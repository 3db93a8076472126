/* SPDX-License-Identifier: MIT */
/* A later file that takes reserved ports away: which of them are named, and as what. */
#include "remediate/reserve_winner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define OWN_LIST(list)                                                                   \
    "net.ipv4.ip_local_reserved_ports = " list "\n"                                      \
    "net.ipv4.ip_local_port_range = 10000 65535\n"
#define OVERRIDES                                                                        \
    "/etc/sysctl.d/99-k8s.conf overrides net.ipv4.ip_local_reserved_ports at boot: add "

static struct policy_setting rule;
static struct setting_result result;
static struct plan_item item;
static struct plan plan;

/* Our file has the range, and a list that the file of the site overrides. */
static int given_later_file(void **state)
{
    const int done = given_linux_host(state);
    struct observed_setting *range = &host.seen.settings[0];

    given_setting_range(&host.seen, "ip_local_port_range", 10000, 65535);
    range->boot = BOOT_SET;
    range->boot_value = range->value;
    rule = (struct policy_setting){ .kind = SETTING_PORT_RANGE };
    result = (struct setting_result){ .rule = &rule, .seen = range };
    item = (struct plan_item){ .result = &result };
    plan = (struct plan){ 0 };
    host.input.reserved_source = "/etc/sysctl.d/99-k8s.conf";
    host.input.reserved_boot = "8080";
    return done;
}

/* NULL = nothing. */
static void assert_named(const char *obstacle)
{
    struct error err = { 0 };

    if (!planner_reserve_name_winner(&host.input, &plan, &item, &err))
        fail_msg("no answer: %s", err.message);
    if (obstacle && item.obstacle)
        assert_string_equal(item.obstacle, obstacle);
    else
        assert_ptr_equal(item.obstacle, obstacle);
    free(item.obstacle);
    item.obstacle = NULL;
}

static void test_reserve_winner_names_listeners_in_the_range_of_the_boot(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("9000,20000-20002");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 9000);
    assert_named(NULL);
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    port_set_add(&host.listeners[IP_PROTOCOL_UDP], 20002);
    assert_named(OVERRIDES "20000,20002 (ports with listeners) there");
    host.input.listeners[IP_PROTOCOL_TCP] = NULL;
    assert_named(OVERRIDES "20002 (ports with listeners) there");
    host.input.reserved_boot = "20000-20002";
    assert_named(NULL);
}

static void test_reserve_winner_names_ports_that_are_kept_in_any_case(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("9000,20000,27017,30000");
    port_set_add(&host.policy.reserve.add, 20000);
    port_set_add(&host.policy.reserve.add, 9000);
    port_set_add(&host.policy.reserve.add, 20009); /* not in our file */
    assert_named(OVERRIDES "20000 (ports of services) there");
    host.policy.reserve.built_in = true;
    assert_named(OVERRIDES "20000,27017 (ports of services) there");
    host.policy.reserve.node_ports = POLICY_NODE_PORTS_ALWAYS;
    assert_named(OVERRIDES "20000,27017,30000 (ports of services) there");
}

/* Of services that the later file reserves nothing is said. */
static void test_reserve_winner_calls_listeners_so_beside_kept_services(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("20000-20001");
    port_set_add(&host.policy.reserve.add, 20001);
    host.input.reserved_boot = "20001";
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    assert_named(OVERRIDES "20000 (ports with listeners) there");
}

static void test_reserve_winner_names_what_the_plan_needs(void **state)
{
    (void)state;

    port_set_add(&plan.reserve.needed, 20005);
    assert_named(NULL);
    plan.reserve.item = &item;
    assert_named(OVERRIDES "20005 (ports with listeners) there");
    port_set_add(&plan.reserve.kept, 20005);
    assert_named(OVERRIDES "20005 (ports of services) there");
}

static void test_reserve_winner_without_a_range_of_the_boot(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("20000");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    host.seen.settings[0].boot = BOOT_UNKNOWN;
    assert_named(NULL);
}

static void test_reserve_winner_looks_at_a_range_that_is_set(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("20000");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    assert_named(OVERRIDES "20000 (ports with listeners) there");
    rule.kind = SETTING_NUMBER;
    assert_named(NULL);
    rule.kind = SETTING_PORT_RANGE;
    host.seen.settings[0].presence = SETTING_UNREAD;
    assert_named(NULL);
    result.seen = NULL;
    assert_named(NULL);
}

static void test_reserve_winner_is_a_file_behind_ours(void **state)
{
    (void)state;

    host.input.drop_in = OWN_LIST("20000");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    host.input.reserved_source = "/etc/sysctl.d/50-site.conf";
    assert_named(NULL);
    host.input.reserved_source = "";
    assert_named(NULL);
    host.input.reserved_source = PLANNED_DROP_IN;
    assert_named(NULL);
    host.input.reserved_source = NULL;
    assert_named(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_later_file, clear_host)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reserve_winner_names_listeners_in_the_range_of_the_boot),
        TEST(test_reserve_winner_names_ports_that_are_kept_in_any_case),
        TEST(test_reserve_winner_calls_listeners_so_beside_kept_services),
        TEST(test_reserve_winner_names_what_the_plan_needs),
        TEST(test_reserve_winner_without_a_range_of_the_boot),
        TEST(test_reserve_winner_looks_at_a_range_that_is_set),
        TEST(test_reserve_winner_is_a_file_behind_ours),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("remediate/reserve_winner", tests, NULL, NULL);
}
