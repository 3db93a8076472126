/* SPDX-License-Identifier: MIT */
/* The plan for Linux: the listeners in the new part of the range, and the drop-in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define HEAD     PLANNED_HEAD
#define RESERVED "net/ipv4/ip_local_reserved_ports"
#define RANGE    "net/ipv4/ip_local_port_range"

static struct port_set *const tcp = &host.listeners[IP_PROTOCOL_TCP];
static struct port_set *const udp = &host.listeners[IP_PROTOCOL_UDP];

static void assert_change(size_t at, const char *place, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_SYSCTL, place, FROM_TO(from, to));
    assert_false(host.plan.changes[at].reboot);
}

static void assert_file(size_t at, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_FILE, PLANNED_DROP_IN, FROM_TO(from, to));
    assert_string_equal(host.plan.changes[at].setting, PLAN_DROP_IN);
}

static void test_plan_make_on_a_stock_host_widens_and_reuses_and_persists(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    planned_make(&host);

    assert_int_equal(host.plan.item_count, host.verdict.setting_count);
    assert_int_equal(host.plan.change_count, 3);
    assert_change(0, RANGE, "32768 60999", "10000 65535");
    assert_change(1, "net/ipv4/tcp_tw_reuse", "2", "1");
    assert_file(2, NULL,
                HEAD "net.ipv4.ip_local_port_range = 10000 65535\n"
                     "net.ipv4.tcp_tw_reuse = 1\n");
}

static void test_plan_make_has_an_item_for_a_setting_with_nothing_to_do(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    planned_make(&host);

    assert_int_equal(planned_item(&host, "tcp_timestamps")->change_count, 0);
    assert_null(planned_item(&host, "tcp_timestamps")->obstacle);
}

static void
test_plan_make_has_no_change_for_a_setting_that_could_not_be_read(void **state)
{
    (void)state;

    given_setting_absent(&host.seen, "tcp_tw_reuse", SETTING_UNREAD, "Permission denied");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

static void
test_plan_make_reserves_listeners_of_the_new_part_before_widening(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = "8080,50000-50001\n";
    port_set_add(tcp, 9999);  /* below the new part */
    port_set_add(tcp, 10000); /* its first port */
    port_set_add(tcp, 10001);
    port_set_add(udp, 10002);
    port_set_add(tcp, 32767); /* just below the range now */
    port_set_add(tcp, 32768); /* in the range now */
    port_set_add(udp, 60999);
    port_set_add(udp, 61000); /* just above it */
    port_set_add(udp, 65535);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3);
    assert_change(0, RESERVED, "8080,50000-50001",
                  "8080,10000-10002,32767,50000-50001,61000,65535");
    assert_string_equal(host.plan.changes[0].setting, "ip_local_port_range");
    assert_change(1, RANGE, "32768 60999", "10000 65535");
    assert_file(2, NULL,
                HEAD "net.ipv4.ip_local_reserved_ports = "
                     "8080,10000-10002,32767,50000-50001,61000,65535\n"
                     "net.ipv4.ip_local_port_range = 10000 65535\n");
    assert_int_equal(planned_item(&host, "ip_local_port_range")->first_change, 0);
    assert_int_equal(planned_item(&host, "ip_local_port_range")->change_count, 2);
}

static void test_plan_make_reserves_from_an_empty_list(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    port_set_add(tcp, 20000);
    planned_make(&host);

    assert_change(0, RESERVED, "", "20000");
}

static void test_plan_make_reserves_nothing_that_is_reserved_already(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = "20000-20010";
    port_set_add(tcp, 20000);
    port_set_add(tcp, 20010);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_change(0, RANGE, "32768 60999", "10000 65535");
    /* live they are, and the next boot must not forget them */
    assert_file(1, NULL,
                HEAD "net.ipv4.ip_local_reserved_ports = 20000-20010\n"
                     "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_protects_nobody_when_nothing_is_widened(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 10000, 65535);
    given_setting(&host.seen, "tcp_tw_reuse", 0);
    port_set_add(tcp, 20000);
    planned_make(&host);

    assert_change(0, "net/ipv4/tcp_tw_reuse", "0", "1");
    assert_int_equal(host.plan.change_count, 2);
}

static void test_plan_make_widens_not_when_listeners_cannot_be_protected(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = NULL;
    port_set_add(tcp, 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(planned_item(&host, "ip_local_port_range")->obstacle,
                        "net.ipv4.ip_local_reserved_ports could not be read, so the "
                        "listeners in the new part cannot be protected");
}

static void test_plan_make_widens_without_the_list_where_nobody_listens(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = NULL;
    port_set_add(tcp, 443);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
}

static void test_plan_make_widens_not_when_the_listeners_are_unknown(void **state)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        (void)given_linux_host(state);
        given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
        host.input.listeners[i] = NULL;
        planned_make(&host);

        assert_int_equal(host.plan.change_count, 0);
        assert_true(planned_item(&host, "ip_local_port_range")->unread);
        assert_string_equal(planned_item(&host, "ip_local_port_range")->obstacle,
                            "the listeners could not be read, so those in the new part "
                            "cannot be protected");
        planned_clear(&host);
    }
}

static void
test_plan_make_never_narrows_a_range_that_the_policy_calls_too_wide(void **state)
{
    (void)state;

    host.policy.settings[5].accepted = (struct threshold){ .set = true, .end = 30000 };
    assert_string_equal(host.policy.settings[5].name, "ip_local_port_range");
    host.policy.settings[5].recommended.range = (struct port_range){ 32768, 60999 };
    given_setting_range(&host.seen, "ip_local_port_range", 1024, 65535);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(planned_item(&host, "ip_local_port_range")->obstacle,
                        "a range is never narrowed");
}

/* The kernel takes no range that begins below it. */

static const char limited[] = "limited by net.ipv4.ip_unprivileged_port_start = 20000: "
                              "the kernel accepts no range that begins below it";

static void test_plan_make_widens_as_far_as_the_unprivileged_ports_reach(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.unprivileged_start = 20000;
    port_set_add(tcp, 19999);
    port_set_add(tcp, 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3);
    assert_change(0, RESERVED, "", "20000");
    assert_change(1, RANGE, "32768 60999", "20000 65535");
    assert_file(2, NULL,
                HEAD "net.ipv4.ip_local_reserved_ports = 20000\n"
                     "net.ipv4.ip_local_port_range = 20000 65535\n");
    assert_string_equal(planned_item(&host, "ip_local_port_range")->obstacle,
                        "limited by net.ipv4.ip_unprivileged_port_start = 20000: the "
                        "kernel accepts no range that begins below it; 17303 "
                        "usable ports are gained");
}

static void test_plan_make_says_why_a_range_can_be_no_wider(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 20000, 65535);
    host.input.unprivileged_start = 20000;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(planned_item(&host, "ip_local_port_range")->obstacle, limited);
}

static void test_plan_make_is_not_limited_by_the_unprivileged_ports_below(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.unprivileged_start = 10000;
    planned_make(&host);

    assert_change(0, RANGE, "32768 60999", "10000 65535");
    assert_null(planned_item(&host, "ip_local_port_range")->obstacle);
}

/* The drop-in: what is in it already stays, what the plan changes wins. */

static void test_plan_make_keeps_the_other_keys_of_the_drop_in(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    host.input.drop_in = "# old\nnet.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_timestamps = 1\n"
                         "net.ipv4.tcp_tw_reuse = 0\n"
                         "net.ipv4.ip_local_reserved_ports = 8080\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3);
    assert_file(2, host.input.drop_in,
                HEAD "net.ipv4.ip_local_reserved_ports = 8080\n"
                     "net.ipv4.ip_local_port_range = 10000 65535\n"
                     "net.ipv4.tcp_tw_reuse = 1\n"
                     "net.ipv4.tcp_timestamps = 1\n"
                     "net.ipv4.tcp_rfc1337 = 1\n");
}

static void test_plan_make_leaves_a_drop_in_that_has_the_values_already(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    host.input.drop_in = "net.ipv4.tcp_tw_reuse=1\n"
                         "net.ipv4.ip_local_port_range = 10000\t65535\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_change(1, "net/ipv4/tcp_tw_reuse", "2", "1");
}

static void test_plan_make_leaves_the_drop_in_when_nothing_changes(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    host.input.drop_in = "rubbish that nobody needs to read\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

static void test_plan_make_refuses_to_rewrite_an_edited_drop_in(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    host.input.drop_in = "# old\nby hand\n";

    planned_refuse(
        &host, ERR_MALFORMED,
        PLANNED_DROP_IN
        ": line 2: no KEY = VALUE: 'by hand'; expected only lines KEY = VALUE");
}

static void test_plan_make_writes_no_file_in_a_container(void **state)
{
    (void)state;

    given_linux_settings(&host.seen);
    host.input.live_only = true;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_int_equal(host.plan.changes[0].kind, CHANGE_SYSCTL);
    assert_int_equal(host.plan.changes[1].kind, CHANGE_SYSCTL);
}

static void
test_plan_make_only_takes_the_reserved_ports_along_with_the_range(void **state)
{
    static const char *const only[] = { "ip_local_port_range" };
    (void)state;

    given_linux_settings(&host.seen);
    port_set_add(tcp, 20000);
    host.input.only = only;
    host.input.only_count = 1;
    planned_make(&host);

    assert_int_equal(host.plan.item_count, 1);
    assert_int_equal(host.plan.change_count, 3);
    assert_change(0, RESERVED, "", "20000");
    assert_change(1, RANGE, "32768 60999", "10000 65535");
    assert_file(2, NULL,
                HEAD "net.ipv4.ip_local_reserved_ports = 20000\n"
                     "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_only_leaves_the_range_and_its_reserved_ports_out(void **state)
{
    static const char *const only[] = { "tcp_tw_reuse" };
    (void)state;

    given_linux_settings(&host.seen);
    port_set_add(tcp, 20000);
    host.input.only = only;
    host.input.only_count = 1;
    host.input.drop_in = "net.ipv4.ip_local_port_range = 9000 65499\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_change(0, "net/ipv4/tcp_tw_reuse", "2", "1");
    assert_file(1, host.input.drop_in,
                HEAD "net.ipv4.ip_local_port_range = 9000 65499\n"
                     "net.ipv4.tcp_tw_reuse = 1\n");
}

/* One that must be 1. */
static void given_added_sysctl(const char *name, int64_t value)
{
    char json[200];
    struct error err = { 0 };
    const int length = snprintf(json, sizeof json,
                                "{ \"schema\": 1, \"settings\": { \"%s\": "
                                "{ \"accepted\": 1, \"recommended\": 1 } } }",
                                name);

    if (!policy_apply_json(&host.policy, json, (size_t)length, &err))
        fail_msg("%s", err.message);
    given_setting(&host.seen, name, value);
}

static void test_plan_make_changes_a_sysctl_that_the_policy_adds(void **state)
{
    (void)state;

    given_added_sysctl("net.ipv4.tcp_rfc1337", 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_change(0, "net/ipv4/tcp_rfc1337", "0", "1");
    assert_file(1, NULL, HEAD "net.ipv4.tcp_rfc1337 = 1\n");
}

static void test_plan_make_leaves_a_sysctl_out_that_is_never_written(void **state)
{
    static const char name[] = "net.netfilter.nf_conntrack_tcp_loose";
    (void)state;

    given_added_sysctl(name, 0);
    given_setting(&host.seen, "tcp_tw_reuse", 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_change(0, "net/ipv4/tcp_tw_reuse", "0", "1");
    assert_file(1, NULL, HEAD "net.ipv4.tcp_tw_reuse = 1\n");
    assert_string_equal(planned_item(&host, name)->obstacle,
                        "only sysctls below net.ipv4, net.ipv6 or net.core can be "
                        "changed");
}

static void test_plan_make_keeps_no_sysctl_that_is_never_written(void **state)
{
    static const char name[] = "net.netfilter.nf_conntrack_tcp_loose";
    (void)state;

    given_added_sysctl(name, 1);
    host.seen.settings[host.seen.setting_count - 1].boot = BOOT_SET;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_non_null(planned_item(&host, name)->obstacle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_on_a_stock_host_widens_and_reuses_and_persists),
        TEST(test_plan_make_has_an_item_for_a_setting_with_nothing_to_do),
        TEST(test_plan_make_has_no_change_for_a_setting_that_could_not_be_read),
        TEST(test_plan_make_reserves_listeners_of_the_new_part_before_widening),
        TEST(test_plan_make_reserves_from_an_empty_list),
        TEST(test_plan_make_reserves_nothing_that_is_reserved_already),
        TEST(test_plan_make_protects_nobody_when_nothing_is_widened),
        TEST(test_plan_make_widens_not_when_listeners_cannot_be_protected),
        TEST(test_plan_make_widens_without_the_list_where_nobody_listens),
        TEST(test_plan_make_widens_not_when_the_listeners_are_unknown),
        TEST(test_plan_make_never_narrows_a_range_that_the_policy_calls_too_wide),
        TEST(test_plan_make_widens_as_far_as_the_unprivileged_ports_reach),
        TEST(test_plan_make_says_why_a_range_can_be_no_wider),
        TEST(test_plan_make_is_not_limited_by_the_unprivileged_ports_below),
        TEST(test_plan_make_keeps_the_other_keys_of_the_drop_in),
        TEST(test_plan_make_leaves_a_drop_in_that_has_the_values_already),
        TEST(test_plan_make_leaves_the_drop_in_when_nothing_changes),
        TEST(test_plan_make_refuses_to_rewrite_an_edited_drop_in),
        TEST(test_plan_make_writes_no_file_in_a_container),
        TEST(test_plan_make_only_takes_the_reserved_ports_along_with_the_range),
        TEST(test_plan_make_only_leaves_the_range_and_its_reserved_ports_out),
        TEST(test_plan_make_changes_a_sysctl_that_the_policy_adds),
        TEST(test_plan_make_leaves_a_sysctl_out_that_is_never_written),
        TEST(test_plan_make_keeps_no_sysctl_that_is_never_written),
    };

    return cmocka_run_group_tests_name("remediate/planner_linux", tests, NULL, NULL);
}
