/* SPDX-License-Identifier: MIT */
/* What the list of reserved ports is made of, and what of it is ours. */
#include "remediate/reserve_sources.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "remediate/reserve_ours.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

static struct setting_result result;
static struct plan_item item;
static struct reserve_sources sources;

static int given_range_setting(void **state)
{
    const int done = given_linux_host(state);

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    result = (struct setting_result){ .seen = &host.seen.settings[0] };
    item = (struct plan_item){ .result = &result };
    return done;
}

static void assert_ports(const struct port_set *ports, const char *expected)
{
    struct text text = { 0 };

    port_set_format(ports, &text);
    assert_string_equal(text_string(&text), expected);
    text_clear(&text);
}

static void read_sources(void)
{
    struct error err = { 0 };

    if (!reserve_sources_read(&host.input, &item, &sources, &err))
        fail_msg("%s", err.message);
}

static void test_reserve_sources_read_lists(void **state)
{
    (void)state;

    host.input.reserved = "8080,9090\n";
    host.input.reserved_boot = "7070";
    port_set_add(&host.policy.reserve.add, 20000);
    read_sources();

    assert_true(sources.live_known);
    assert_ports(&sources.live, "8080,9090");
    assert_ports(&sources.boot, "7070");
    assert_ports(&sources.policy, "20000");
    assert_ports(&sources.built_in, "");
    assert_ports(&sources.node_ports, "");
    assert_ports(&sources.ours, "");
    host.input.reserved = NULL;
    host.input.reserved_boot = "${isolated}";
    read_sources();
    assert_false(sources.live_known);
    assert_ports(&sources.boot, "");
}

static void test_reserve_sources_read_drops_what_the_policy_drops(void **state)
{
    struct port_set ports = { 0 };
    (void)state;

    host.policy.reserve.built_in = true;
    host.policy.reserve.node_ports = POLICY_NODE_PORTS_ALWAYS;
    read_sources();
    assert_true(port_set_has(&sources.built_in, 3306));
    assert_ports(&sources.node_ports, "30000-32767");

    port_set_add(&host.policy.reserve.drop, 3306);
    port_set_add(&host.policy.reserve.drop, 30000);
    ports = sources.built_in;
    read_sources();
    assert_false(port_set_has(&sources.built_in, 3306));
    assert_int_equal(port_set_count(&sources.built_in), port_set_count(&ports) - 1);
    assert_ports(&sources.node_ports, "30001-32767");
}

static void test_reserve_sources_read_finds_node_ports_of_kubernetes(void **state)
{
    (void)state;

    host.policy.reserve.node_ports = POLICY_NODE_PORTS_AUTO;
    read_sources();
    assert_ports(&sources.node_ports, "");
    host.input.kubernetes = "kubelet";
    read_sources();
    assert_ports(&sources.node_ports, "30000-32767");
    host.policy.reserve.node_ports = POLICY_NODE_PORTS_NEVER;
    read_sources();
    assert_ports(&sources.node_ports, "");
}

/* Of what a run of this boot reserved: what the kernel or our file still has. */
static void test_reserve_sources_read_finds_what_is_ours(void **state)
{
    (void)state;

    (void)planned_reserved(&host, "8080", "53,8080,20000-20003,65535",
                           "net.ipv4.ip_local_reserved_ports = 20001\n");
    host.input.reserved = "53,8080,20000,20002,65535";
    read_sources();
    assert_ports(&sources.ours, "53,20000-20002,65535");
    host.input.reserved_others = "20002";
    read_sources();
    assert_ports(&sources.ours, "53,20000-20001,65535");
}

static void test_reserve_sources_read_calls_nothing_ours_without_listeners(void **state)
{
    (void)state;

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        (void)planned_reserved(&host, "", "20000", NULL);
        read_sources();
        assert_ports(&sources.ours, "20000");
        host.input.listeners[i] = NULL;
        read_sources();
        assert_ports(&sources.ours, "");
        host.input.listeners[i] = &host.listeners[i];
    }
}

static void test_reserve_ours_of_so_many_runs(void **state)
{
    const struct reserve_history history = { .boot = "boot 1", .machine = "" };
    struct reserve_history one = history;
    struct journal journal;
    struct port_set ours;
    (void)state;

    journal.runs = planned_reserved(&host, "", "20000", NULL);
    journal.count = 1;
    one.journal = &journal;
    reserve_ours(&one, &ours);
    assert_ports(&ours, "20000");
    journal.count = 0;
    reserve_ours(&one, &ours);
    assert_ports(&ours, "");
    reserve_ours(&history, &ours);
    assert_ports(&ours, "");
}

static void test_reserve_range_at_boot_where_it_is_known(void **state)
{
    struct observed_setting *range = &host.seen.settings[0];
    struct port_range out = { 7, 8 };
    (void)state;

    range->boot = BOOT_UNKNOWN;
    range->boot_value.range = (struct port_range){ 1, 2 };
    assert_false(reserve_range_at_boot(&host.input, range, &out));
    assert_int_equal(out.first, 7);
    range->boot = BOOT_SET;
    assert_true(reserve_range_at_boot(&host.input, range, &out));
    assert_int_equal(out.first, 1);
    assert_int_equal(out.last, 2);
    range->boot = BOOT_UNSET;
    assert_true(reserve_range_at_boot(&host.input, range, &out));
    assert_int_equal(out.first, 32768);
    (void)snprintf(range->name, sizeof range->name, "unheard_of");
    assert_false(reserve_range_at_boot(&host.input, range, &out));
}

static void test_reserve_own_list_of_our_file(void **state)
{
    struct port_set own;
    (void)state;

    host.input.drop_in = "net.ipv4.ip_local_reserved_ports = 20000\n";
    assert_true(reserve_own_list(&host.input, &own, NULL));
    assert_ports(&own, "20000");
    host.input.drop_in = "net.ipv4.tcp_tw_reuse = 1\n";
    assert_true(reserve_own_list(&host.input, &own, NULL));
    assert_ports(&own, "");
    host.input.drop_in = "edited by hand\n";
    assert_true(reserve_own_list(&host.input, &own, NULL));
    assert_ports(&own, "");
}

/* What is new now is for both protocols; what the boot alone makes new is for TCP. */
static void test_reserve_sources_new_part_of_now_and_of_the_boot(void **state)
{
    struct observed_setting *range = &host.seen.settings[0];
    struct port_set part[IP_PROTOCOL_COUNT];
    (void)state;

    range->value.range = (struct port_range){ 40000, 40005 };
    range->boot = BOOT_UNKNOWN;
    read_sources();
    reserve_sources_new_part(&sources, (struct port_range){ 39999, 40006 }, part);
    assert_ports(&part[IP_PROTOCOL_TCP], "39999,40006");
    assert_ports(&part[IP_PROTOCOL_UDP], "39999,40006");

    range->boot = BOOT_SET;
    range->boot_value.range = (struct port_range){ 40002, 40003 };
    reserve_sources_new_part(&sources, (struct port_range){ 40000, 40006 }, part);
    assert_ports(&part[IP_PROTOCOL_TCP], "40000-40001,40004-40006");
    assert_ports(&part[IP_PROTOCOL_UDP], "40006");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_range_setting, clear_host)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reserve_sources_read_lists),
        TEST(test_reserve_sources_read_drops_what_the_policy_drops),
        TEST(test_reserve_sources_read_finds_node_ports_of_kubernetes),
        TEST(test_reserve_sources_read_finds_what_is_ours),
        TEST(test_reserve_sources_read_calls_nothing_ours_without_listeners),
        TEST(test_reserve_ours_of_so_many_runs),
        TEST(test_reserve_range_at_boot_where_it_is_known),
        TEST(test_reserve_own_list_of_our_file),
        TEST(test_reserve_sources_new_part_of_now_and_of_the_boot),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("remediate/reserve_sources", tests, NULL, NULL);
}
