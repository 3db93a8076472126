/* SPDX-License-Identifier: MIT */
/* The list of reserved ports in a plan: what comes, what goes, and how much fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "remediate/planner_reserve.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

#define RESERVED "net/ipv4/ip_local_reserved_ports"
#define RANGE    "net/ipv4/ip_local_port_range"

static struct journal_run *run;

static struct observed_setting *range(void)
{
    return &host.seen.settings[0];
}

/* A host with the recommended range in our file, and a list that a run of this boot made
 * of another one. */
static void given_run(const char *from, const char *to)
{
    static char drop_in[512];

    given_setting_range(&host.seen, "ip_local_port_range", 10000, 65535);
    range()->boot = BOOT_SET;
    range()->boot_value = range()->value;
    (void)snprintf(range()->boot_source, sizeof range()->boot_source, PLANNED_DROP_IN);
    (void)snprintf(drop_in, sizeof drop_in,
                   "net.ipv4.ip_local_reserved_ports = %s\n"
                   "net.ipv4.ip_local_port_range = 10000 65535\n",
                   to);
    run = planned_reserved(&host, from, to, drop_in);
}

static void expect_list(const char *from, const char *to)
{
    assert_planned(&host, 0, CHANGE_SYSCTL, RESERVED, FROM_TO(from, to));
}

static const struct plan_reservation *row_of(enum plan_reservation_kind kind)
{
    const struct plan_reservations *rows = &host.plan.reserve.rows;

    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].kind == kind)
            return &rows->rows[i];
    fail_msg("no row of %s", plan_reservation_name(kind));
    return NULL;
}

/* Why the list changes, and what that may cost; never a reason of the range. */
static void expect_reason(const char *why, const char *risk)
{
    const struct plan_item *item = planned_item(&host, "ip_local_port_range");

    assert_string_equal(plan_item_why(item), why);
    assert_string_equal(plan_item_risk(item), risk);
}

static void test_plan_make_releases_what_nobody_listens_on(void **state)
{
    (void)state;
    given_run("8080", "8080,20000-20002");
    port_set_add(&host.listeners[IP_PROTOCOL_UDP], 20001);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    expect_list("8080,20000-20002", "8080,20001");
    assert_non_null(strstr(host.plan.changes[1].to, "reserved_ports = 8080,20001\n"));
    assert_string_equal(row_of(PLAN_RELEASED)->ports, "20000,20002");
    assert_string_equal(row_of(PLAN_RELEASED)->why,
                        "nobody listens there, and the policy does not ask for it");
    assert_string_equal(row_of(PLAN_RESERVED_BEFORE)->ports, "8080");
    assert_string_equal(row_of(PLAN_RESERVED_LISTENER)->ports, "20001");
    assert_false(row_of(PLAN_RESERVED_LISTENER)->added);
    expect_reason(
        "ports that an earlier run reserved need it no more",
        "a service that comes back to a released port may find the port in use");
}

static void test_plan_make_exchanges_reserved_ports(void **state)
{
    (void)state;
    given_run("", "20000");
    host.input.kubernetes = "kubelet runs here";
    planned_make(&host);

    expect_list("20000", "30000-32767");
    expect_reason(
        "other ports of the range must stay free for services now",
        "the kernel allocates the released ports instead of the reserved ones: "
        "a service that comes back to a released port may find the port in use");
}

static void test_plan_make_takes_an_empty_list_out_of_the_file(void **state)
{
    (void)state;
    given_run("", "20000");
    planned_make(&host);

    expect_list("20000", "");
    assert_null(strstr(host.plan.changes[1].to, "reserved"));
    assert_non_null(strstr(host.plan.changes[1].to, "port_range = 10000 65535\n"));
}

/* Each of them leaves the list as it is. */
static void test_plan_make_releases_nothing_that_is_not_ours(void **state)
{
    static const char *const names[] = { "undone",
                                         "failed",
                                         "an undo",
                                         "other file",
                                         "no listeners known",
                                         "another machine",
                                         "taken out by hand" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        planned_init(&host, OS_LINUX);
        given_run("", "20000");
        run->undone = i == 0;
        if (i == 1)
            run->outcome = RUN_INCOMPLETE;
        if (i == 2)
            run->undoes = (char *)"x";
        if (i == 3)
            host.input.reserved_others = "19999-20001";
        if (i == 4)
            host.input.listeners[IP_PROTOCOL_UDP] = NULL;
        if (i == 5) {
            (void)snprintf(run->machine, sizeof run->machine, "00000001");
            host.input.machine = "00000002";
        }
        if (i == 6) {
            host.input.reserved = "";
            host.input.drop_in = "net.ipv4.ip_local_port_range = 10000 65535\n";
        }
        planned_make(&host);
        if (host.plan.change_count != 0)
            fail_msg("%s: %s", names[i], host.plan.changes[0].to);
        planned_clear(&host);
    }
}

/* A later boot: what our file brings is ours, what somebody did by hand is not. */
static void test_plan_make_releases_in_a_later_boot_what_our_file_brings(void **state)
{
    (void)state;
    given_run("", "20000-20001");
    host.input.boot = "boot 2";
    host.input.drop_in = "net.ipv4.ip_local_reserved_ports = 20001\n"
                         "net.ipv4.ip_local_port_range = 10000 65535\n";
    planned_make(&host);

    expect_list("20000-20001", "20000");
}

static void test_plan_make_keeps_what_policy_or_node_ports_ask_for(void **state)
{
    (void)state;
    given_run("", "20000,30001,32400");
    host.policy.reserve.built_in = true;
    host.policy.reserve.node_ports = POLICY_NODE_PORTS_NEVER;
    port_set_add(&host.policy.reserve.add, 20000);
    planned_make(&host);

    expect_list("20000,30001,32400", "20000,32400");
    assert_string_equal(row_of(PLAN_RESERVED_POLICY)->ports, "20000");
    assert_string_equal(row_of(PLAN_RESERVED_BUILT_IN)->why, "Plex (built in)");
}

static void test_plan_make_reserves_node_ports_where_there_is_a_sign(void **state)
{
    (void)state;
    given_run("", "32400");
    host.policy.reserve.built_in = true;
    port_set_add(&host.policy.reserve.drop, 30000);
    host.input.kubernetes = "kubelet runs here";
    planned_make(&host);

    expect_list("32400", "30001-32767");
    assert_string_equal(row_of(PLAN_RESERVED_NODE_PORTS)->why,
                        "NodePorts (kubelet runs here)");
    expect_reason("ports of the range must stay free for services",
                  "the kernel allocates the reserved ports no more: fewer ports remain "
                  "for connections");
}

static void test_plan_make_leaves_a_range_alone_that_the_site_does(void **state)
{
    struct policy_setting *rule = &host.policy.settings[0];
    (void)state;
    given_run("", "");
    while (strcmp(rule->name, "ip_local_port_range") != 0)
        rule++;
    rule->target = TARGET_NONE;
    host.input.kubernetes = "kubelet runs here";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

/* Listeners of the system on every second port from `from` on. */
static void given_scattered(uint16_t from, uint16_t count)
{
    for (uint32_t i = 0; i < count; i++)
        port_set_add(&host.listeners[IP_PROTOCOL_TCP], (uint16_t)(from + 2 * i));
}

static void test_plan_make_takes_as_much_as_the_list_has_room_for(void **state)
{
    const struct change *changes = host.plan.changes;
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    given_scattered(10001, 1000);
    planned_make(&host);

    assert_true(strlen(changes[0].to) < RESERVE_LIST_MAX);
    assert_true(strlen(changes[0].to) > RESERVE_LIST_MAX - 8);
    assert_string_equal(changes[0].place, RESERVED);
    /* 666 ports of 5 digits with their commas are 3,995 bytes: from 10669 on */
    assert_string_equal(changes[1].to, "10668 65535");
    assert_string_equal(host.plan.reserve.limit,
                        "the range is 10668-65535, not 10000-65535: the list of reserved "
                        "ports would have 5999 bytes, and procps reads 4000 of a line");
}

/* 4,000 bytes are one too many. */
static void test_plan_make_counts_what_is_reserved_already(void **state)
{
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    given_scattered(10001, 1000);
    host.input.reserved = "8080";
    planned_make(&host);

    assert_int_equal(strlen(host.plan.changes[0].to), 3994);
    assert_string_equal(host.plan.changes[1].to, "10670 65535");
}

/* What somebody reserved by hand, and a reboot would lose. */
static void test_plan_make_keeps_at_boot_what_the_range_relies_on(void **state)
{
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    port_set_add(&host.policy.reserve.add, 20000);
    host.input.reserved = "20000";
    planned_make(&host);

    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 65535"));
    assert_non_null(strstr(host.plan.changes[1].to, "reserved_ports = 20000\n"));
}

/* Users beyond the bound, of whom an older version reserved all. */
static void test_plan_make_releases_users_beyond_the_bound(void **state)
{
    struct listener_table table = { 0 };
    (void)state;
    given_run("", "20000-20099,30000");
    for (uint16_t port = 20000; port < 20100; port++) {
        const struct listener listener = { .owned = true, .uid = 65534, .port = port };

        assert_true(listener_table_add(&table, &listener, NULL));
    }
    host.input.owners = &table;
    host.input.listeners[IP_PROTOCOL_TCP] = &table.all[IP_PROTOCOL_TCP];
    planned_make(&host);

    expect_list("20000-20099,30000", "20000-20063");
    assert_string_equal(row_of(PLAN_RELEASED)->ports, "30000");
    assert_string_equal(
        host.plan.reserve.rows.rows[host.plan.reserve.rows.count - 1].ports,
        "20064-20099");
    assert_string_equal(row_of(PLAN_NOT_RESERVED)->ports, "20064-20099");
    listener_table_clear(&table);
}

/* The upper part is small: where it is full, the lower one is worth more. */
static void test_plan_make_does_without_the_upper_part_where_it_is_full(void **state)
{
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    given_scattered(61001, 700);
    planned_make(&host);

    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 60999"));
    assert_non_null(host.plan.reserve.limit);
}

static void test_plan_make_widens_nothing_beside_a_full_list(void **state)
{
    struct text full = { 0 };
    struct port_set ports = { 0 };
    (void)state;
    for (uint32_t i = 0; i < 700; i++)
        port_set_add(&ports, (uint16_t)(33001 + 2 * i));
    port_set_format(&ports, &full);
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    given_scattered(20000, 1);
    host.input.reserved = text_string(&full);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_non_null(strstr(planned_item(&host, "ip_local_port_range")->obstacle,
                           "the list of reserved ports would have 4205 bytes"));
    text_clear(&full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_releases_what_nobody_listens_on),
        TEST(test_plan_make_exchanges_reserved_ports),
        TEST(test_plan_make_takes_an_empty_list_out_of_the_file),
        TEST(test_plan_make_releases_nothing_that_is_not_ours),
        TEST(test_plan_make_releases_in_a_later_boot_what_our_file_brings),
        TEST(test_plan_make_keeps_what_policy_or_node_ports_ask_for),
        TEST(test_plan_make_reserves_node_ports_where_there_is_a_sign),
        TEST(test_plan_make_leaves_a_range_alone_that_the_site_does),
        TEST(test_plan_make_takes_as_much_as_the_list_has_room_for),
        TEST(test_plan_make_counts_what_is_reserved_already),
        TEST(test_plan_make_keeps_at_boot_what_the_range_relies_on),
        TEST(test_plan_make_releases_users_beyond_the_bound),
        TEST(test_plan_make_does_without_the_upper_part_where_it_is_full),
        TEST(test_plan_make_widens_nothing_beside_a_full_list),
    };

    return cmocka_run_group_tests_name("remediate/planner_reserve", tests, NULL, NULL);
}
