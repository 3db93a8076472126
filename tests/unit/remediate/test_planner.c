/* SPDX-License-Identifier: MIT */
/* Now against accepted and recommended, for every setting of both systems; which settings
 * are in a plan at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define KEY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"

/* One setting alone: what its value now makes of the plan. */
struct value_case {
    const char *name; /* printed on failure */
    const char *setting;
    int64_t number;
    struct port_range range;
    const char *place; /* NULL = no change */
    const char *from;
    const char *to;
};

static const struct value_case linux_values[] = {
    { "reuse wrong", "tcp_tw_reuse", 0, { 0, 0 }, "net/ipv4/tcp_tw_reuse", "0", "1" },
    { "reuse accepted", "tcp_tw_reuse", 2, { 0, 0 }, "net/ipv4/tcp_tw_reuse", "2", "1" },
    { "reuse recommended", "tcp_tw_reuse", 1, { 0, 0 }, NULL, NULL, NULL },
    { "timestamps wrong",
      "tcp_timestamps",
      0,
      { 0, 0 },
      "net/ipv4/tcp_timestamps",
      "0",
      "1" },
    { "timestamps accepted",
      "tcp_timestamps",
      2,
      { 0, 0 },
      "net/ipv4/tcp_timestamps",
      "2",
      "1" },
    { "timestamps recommended", "tcp_timestamps", 1, { 0, 0 }, NULL, NULL, NULL },
    { "fin timeout wrong",
      "tcp_fin_timeout",
      120,
      { 0, 0 },
      "net/ipv4/tcp_fin_timeout",
      "120",
      "60" },
    { "fin timeout recommended", "tcp_fin_timeout", 60, { 0, 0 }, NULL, NULL, NULL },
    { "fin timeout better", "tcp_fin_timeout", 15, { 0, 0 }, NULL, NULL, NULL },
    { "recycle wrong",
      "tcp_tw_recycle",
      1,
      { 0, 0 },
      "net/ipv4/tcp_tw_recycle",
      "1",
      "0" },
    { "recycle recommended", "tcp_tw_recycle", 0, { 0, 0 }, NULL, NULL, NULL },
    { "buckets are never changed",
      "tcp_max_tw_buckets",
      5000,
      { 0, 0 },
      NULL,
      NULL,
      NULL },
    { "range wrong",
      "ip_local_port_range",
      0,
      { 40000, 50000 },
      "net/ipv4/ip_local_port_range",
      "40000 50000",
      "10000 65535" },
    { "range accepted",
      "ip_local_port_range",
      0,
      { 32768, 60999 },
      "net/ipv4/ip_local_port_range",
      "32768 60999",
      "10000 65535" },
    { "range recommended", "ip_local_port_range", 0, { 10000, 65535 }, NULL, NULL, NULL },
    { "range better", "ip_local_port_range", 0, { 1024, 65535 }, NULL, NULL, NULL },
    { "range as wide elsewhere",
      "ip_local_port_range",
      0,
      { 9000, 64535 },
      NULL,
      NULL,
      NULL },
    { "range that sticks out below",
      "ip_local_port_range",
      0,
      { 1024, 50000 },
      "net/ipv4/ip_local_port_range",
      "1024 50000",
      "1024 65535" },
    { "range quite below",
      "ip_local_port_range",
      0,
      { 1024, 4999 },
      "net/ipv4/ip_local_port_range",
      "1024 4999",
      "1024 65535" },
};

static const struct value_case windows_values[] = {
    { "delay wrong",
      "TcpTimedWaitDelay",
      240,
      { 0, 0 },
      KEY "TcpTimedWaitDelay",
      "240",
      "30" },
    { "delay invalid",
      "TcpTimedWaitDelay",
      301,
      { 0, 0 },
      KEY "TcpTimedWaitDelay",
      "301",
      "30" },
    { "delay accepted",
      "TcpTimedWaitDelay",
      60,
      { 0, 0 },
      KEY "TcpTimedWaitDelay",
      "60",
      "30" },
    { "delay recommended", "TcpTimedWaitDelay", 30, { 0, 0 }, NULL, NULL, NULL },
    { "strict wrong",
      "StrictTimeWaitSeqCheck",
      0,
      { 0, 0 },
      KEY "StrictTimeWaitSeqCheck",
      "0",
      "1" },
    { "strict recommended", "StrictTimeWaitSeqCheck", 1, { 0, 0 }, NULL, NULL, NULL },
    { "MaxUserPort wrong",
      "MaxUserPort",
      5000,
      { 0, 0 },
      KEY "MaxUserPort",
      "5000",
      NULL },
    { "MaxUserPort accepted", "MaxUserPort", 65534, { 0, 0 }, NULL, NULL, NULL },
    { "TCP range recommended",
      "DynamicPortRangeTcp",
      0,
      { 32768, 65535 },
      NULL,
      NULL,
      NULL },
    { "UDP range better", "DynamicPortRangeUdp", 0, { 1025, 65535 }, NULL, NULL, NULL },
};
static void given_value(const struct value_case *row)
{
    if (row->range.first)
        given_setting_range(&host.seen, row->setting, row->range.first, row->range.last);
    else
        given_setting(&host.seen, row->setting, row->number);
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void assert_value(const struct value_case *row)
{
    const struct plan_item *item = planned_item(&host, row->setting);
    const struct change *change = &host.plan.changes[0];

    if (item->obstacle)
        fail_msg("%s: %s", row->name, item->obstacle);
    if (item->change_count != (row->place ? 1U : 0U) ||
        host.plan.change_count != item->change_count)
        fail_msg("%s: %d changes", row->name, (int)host.plan.change_count);
    if (row->place &&
        (!same_text(change->place, row->place) || !same_text(change->from, row->from) ||
         !same_text(change->to, row->to) || !same_text(change->setting, row->setting)))
        fail_msg("%s: changes %s of %s from %s to %s", row->name, change->place,
                 change->setting, change->from, change->to ? change->to : "absent");
}

static void test_plan_make_changes_a_linux_that_is_short_of_recommended(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(linux_values); i++) {
        planned_init(&host, OS_LINUX);
        host.input.live_only = true; /* no drop-in: the live change alone */
        given_value(&linux_values[i]);
        planned_make(&host);

        assert_value(&linux_values[i]);
        planned_clear(&host);
    }
}

static void test_plan_make_changes_a_windows_that_is_short_of_recommended(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(windows_values); i++) {
        planned_init(&host, OS_WINDOWS);
        given_value(&windows_values[i]);
        planned_make(&host);

        assert_value(&windows_values[i]);
        planned_clear(&host);
    }
}

static void test_plan_make_has_an_item_for_each_setting_of_the_verdict(void **state)
{
    (void)state;

    planned_init(&host, OS_LINUX);
    given_linux_settings(&host.seen);
    planned_make(&host);

    assert_int_equal(host.plan.item_count, given_setting_count(OS_LINUX));
    for (size_t i = 0; i < host.plan.item_count; i++)
        assert_ptr_equal(host.plan.items[i].result, &host.verdict.settings[i]);
    assert_int_equal(planned_item(&host, "tcp_timestamps")->change_count, 0);
    assert_null(planned_item(&host, "tcp_timestamps")->obstacle);
}

static void test_plan_make_changes_nothing_that_could_not_be_read(void **state)
{
    (void)state;

    planned_init(&host, OS_LINUX);
    given_setting_absent(&host.seen, "tcp_tw_reuse", SETTING_UNREAD, "Permission denied");
    given_setting_absent(&host.seen, "tcp_timestamps", SETTING_MISSING, "");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

static void test_plan_make_only_keeps_the_order_of_the_verdict(void **state)
{
    static const char *const only[] = { "tcp_tw_reuse", "ip_local_port_range",
                                        "tcp_tw_reuse" };
    (void)state;

    planned_init(&host, OS_LINUX);
    given_linux_settings(&host.seen);
    host.input.only = only;
    host.input.only_count = 3;
    planned_make(&host);

    assert_int_equal(host.plan.item_count, 2);
    assert_string_equal(host.plan.items[0].result->rule->name, "ip_local_port_range");
    assert_string_equal(host.plan.items[1].result->rule->name, "tcp_tw_reuse");
}

static void test_plan_make_only_refuses_a_name_that_is_none(void **state)
{
    static const char *const only[] = { "tcp_tw_reuse", "tcp_tw_resue" };
    (void)state;

    planned_init(&host, OS_LINUX);
    given_linux_settings(&host.seen);
    host.input.only = only;
    host.input.only_count = 2;

    planned_refuse(&host, ERR_ABSENT,
                   "'tcp_tw_resue' is not a setting of this system and its policy");
}

static void test_plan_make_only_refuses_a_setting_of_the_other_system(void **state)
{
    static const char *const only[] = { "TcpTimedWaitDelay" };
    (void)state;

    planned_init(&host, OS_LINUX);
    host.input.only = only;
    host.input.only_count = 1;

    planned_refuse(&host, ERR_ABSENT,
                   "'TcpTimedWaitDelay' is not a setting of this system and its policy");
}

static void test_plan_make_refuses_an_unknown_system(void **state)
{
    (void)state;

    planned_init(&host, OS_LINUX);
    host.seen.os.kind = OS_UNKNOWN;

    planned_refuse(&host, ERR_UNSUPPORTED,
                   "this operating system is neither Linux nor Windows");
}

/* `count` sysctls that the policy adds, all of them wrong. */
static void given_added_sysctls(int count)
{
    struct text json = { 0 };
    struct error err = { 0 };

    text_add(&json, "{ \"schema\": 1, \"settings\": {");
    for (int i = 0; i < count; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "net.ipv4.key%02d", i);
        text_addf(&json, "%s\"%s\": { \"accepted\": 1, \"recommended\": 1 }",
                  i > 0 ? "," : "", name);
        given_setting(&host.seen, name, 0);
    }
    text_add(&json, "} }");
    if (!policy_apply_json(&host.policy, json.data, json.length, &err))
        fail_msg("%s", err.message);
    text_clear(&json);
}

static void test_plan_make_holds_as_many_changes_as_a_run_may_have(void **state)
{
    (void)state;

    planned_init(&host, OS_LINUX);
    given_added_sysctls(CHANGES_MAX - 1);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, CHANGES_MAX);
    assert_int_equal(host.plan.changes[CHANGES_MAX - 1].kind, CHANGE_FILE);
}

static void test_plan_make_refuses_more_changes_than_a_run_may_have(void **state)
{
    (void)state;

    planned_init(&host, OS_LINUX);
    given_added_sysctls(CHANGES_MAX);

    planned_refuse(&host, ERR_LIMIT,
                   "more than 32 changes in one run; choose some with --only");
}

#define TEST(name) cmocka_unit_test_teardown(name, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_changes_a_linux_that_is_short_of_recommended),
        TEST(test_plan_make_changes_a_windows_that_is_short_of_recommended),
        TEST(test_plan_make_has_an_item_for_each_setting_of_the_verdict),
        TEST(test_plan_make_changes_nothing_that_could_not_be_read),
        TEST(test_plan_make_only_keeps_the_order_of_the_verdict),
        TEST(test_plan_make_only_refuses_a_name_that_is_none),
        TEST(test_plan_make_only_refuses_a_setting_of_the_other_system),
        TEST(test_plan_make_refuses_an_unknown_system),
        TEST(test_plan_make_holds_as_many_changes_as_a_run_may_have),
        TEST(test_plan_make_refuses_more_changes_than_a_run_may_have),
    };

    return cmocka_run_group_tests_name("remediate/planner", tests, NULL, NULL);
}
