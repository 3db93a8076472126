/* SPDX-License-Identifier: MIT */
/* The list of reserved ports in a plan: what comes, what goes, and how much fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/service_ports.h"
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
    fail_msg("no row of %s", plan_reservation_names[kind]);
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

static void test_plan_make_has_nothing_to_do_where_all_of_it_is_reserved(void **state)
{
    (void)state;
    given_run("", "20000");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_null(host.plan.reserve.item);
}

/* What our file reserves, and somebody took out of the list of now. */
static void test_plan_make_reserves_again_what_was_lost(void **state)
{
    (void)state;
    given_run("", "20000");
    host.input.reserved = "";
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    expect_list("", "20000");
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

/* The stock range, of which nothing is reserved but `live`, by hand. */
static void given_by_hand(const char *live)
{
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = live;
}

/* Whether the file for the next boot has the whole list. */
static void assert_kept_at_boot(const char *live)
{
    char line[RESERVE_LIST_MAX + 80];

    planned_make(&host);
    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 65535"));
    (void)snprintf(line, sizeof line, "reserved_ports = %s\n", live);
    assert_non_null(strstr(host.plan.changes[1].to, line));
}

static void test_plan_make_keeps_at_boot_the_node_ports(void **state)
{
    (void)state;
    given_by_hand("30000-32767");
    host.input.kubernetes = "kubelet runs here";
    assert_kept_at_boot("30000-32767");
}

static void test_plan_make_keeps_at_boot_the_services(void **state)
{
    struct port_set services = { 0 };
    struct text list = { 0 };
    (void)state;
    service_ports_add((struct port_range){ 10000, 65535 }, &services);
    port_set_format(&services, &list);
    given_by_hand(text_string(&list));
    host.policy.reserve.built_in = true;
    assert_kept_at_boot(text_string(&list));
    text_clear(&list);
}

static void test_plan_make_keeps_at_boot_the_listeners(void **state)
{
    (void)state;
    given_by_hand("20000-20001");
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20000);
    assert_kept_at_boot("20000-20001");
}

/* What somebody reserved by hand for a reason of his own: the file is not the place. */
static void test_plan_make_does_not_keep_at_boot_what_nobody_relies_on(void **state)
{
    (void)state;
    given_by_hand("9000,20000,40000");
    port_set_add(&host.policy.reserve.add, 9000); /* not in the range */
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 9001);
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 40000); /* in no new part */
    planned_make(&host);

    assert_null(host.plan.reserve.item);
    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "10000 65535"));
    assert_null(strstr(host.plan.changes[1].to, "reserved_ports"));
}

/* A client's sockets are no reason to reserve anything. */
static void test_plan_make_reserves_nothing_for_a_client(void **state)
{
    (void)state;
    given_by_hand("");
    port_set_add_range(&host.listeners[IP_PROTOCOL_UDP],
                       (struct port_range){ 20000, 20064 });
    planned_make(&host);

    assert_null(host.plan.reserve.item);
    assert_null(strstr(host.plan.changes[1].to, "reserved_ports"));
}

/* One port is a new part. */
static void test_planner_reserve_protects_no_port_of_which_nothing_is_known(void **state)
{
    const struct policy_setting rule = { .kind = SETTING_PORT_RANGE };
    const struct setting_result result = { .rule = &rule, .seen = range() };
    struct plan_item item = { .result = &result };
    struct port_range same = { 10000, 65534 };
    struct port_range wider = { 10000, 65535 };
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", same.first, same.last);
    host.input.listeners[IP_PROTOCOL_UDP] = NULL;

    assert_true(planner_reserve(&host.input, &host.plan, &item, &same, NULL));
    assert_null(item.obstacle);
    assert_true(planner_reserve(&host.input, &host.plan, &item, &wider, NULL));
    assert_string_equal(item.obstacle,
                        "the listeners could not be read, so those in the new part "
                        "cannot be protected");
    assert_true(item.unread);
    free(item.obstacle);
}

static void test_plan_make_names_the_first_service_of_the_table(void **state)
{
    (void)state;
    given_setting_range(&host.seen, "ip_local_port_range", 1024, 65535);
    range()->service_ports = 240;
    host.policy.reserve.built_in = true;
    planned_make(&host);

    assert_string_equal(row_of(PLAN_RESERVED_BUILT_IN)->ports, "1080");
    assert_string_equal(row_of(PLAN_RESERVED_BUILT_IN)->why, "SOCKS proxy (built in)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_releases_what_nobody_listens_on),
        TEST(test_plan_make_has_nothing_to_do_where_all_of_it_is_reserved),
        TEST(test_plan_make_reserves_again_what_was_lost),
        TEST(test_plan_make_exchanges_reserved_ports),
        TEST(test_plan_make_takes_an_empty_list_out_of_the_file),
        TEST(test_plan_make_releases_nothing_that_is_not_ours),
        TEST(test_plan_make_releases_in_a_later_boot_what_our_file_brings),
        TEST(test_plan_make_keeps_what_policy_or_node_ports_ask_for),
        TEST(test_plan_make_reserves_node_ports_where_there_is_a_sign),
        TEST(test_plan_make_leaves_a_range_alone_that_the_site_does),
        TEST(test_plan_make_keeps_at_boot_what_the_range_relies_on),
        TEST(test_plan_make_releases_users_beyond_the_bound),
        TEST(test_plan_make_keeps_at_boot_the_node_ports),
        TEST(test_plan_make_keeps_at_boot_the_services),
        TEST(test_plan_make_keeps_at_boot_the_listeners),
        TEST(test_plan_make_does_not_keep_at_boot_what_nobody_relies_on),
        TEST(test_plan_make_reserves_nothing_for_a_client),
        TEST(test_planner_reserve_protects_no_port_of_which_nothing_is_known),
        TEST(test_plan_make_names_the_first_service_of_the_table),
    };

    return cmocka_run_group_tests_name("remediate/planner_reserve", tests, NULL, NULL);
}
