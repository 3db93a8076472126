/* SPDX-License-Identifier: MIT */
/* From the states of places to changes: which follow, in which order, in which words. */
#include "remediate/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct policy policy;
static struct setting_result results[3];
static struct plan plan;

static int given_plan(void **state)
{
    (void)state;
    policy_init(&policy);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plan_clear(&plan);
    return 0;
}

static struct plan_value number(int64_t value)
{
    return (struct plan_value){ .kind = PLAN_NUMBER, .number = value };
}

static struct plan_value range(uint16_t first, uint16_t last)
{
    return (struct plan_value){ .kind = PLAN_RANGE, .range = { first, last } };
}

/* One more item, with one place. */
static struct plan_target *given_item(const char *setting, enum change_kind kind,
                                      const char *place)
{
    struct plan_item *item = &plan.items[plan.item_count];
    struct plan_target *target = &item->targets[item->target_count++];

    results[plan.item_count] =
        (struct setting_result){ .rule = policy_find(&policy, setting) };
    item->result = &results[plan.item_count++];
    target->kind = kind;
    (void)snprintf(target->place, sizeof target->place, "%s", place);
    return target;
}

static void make(void)
{
    struct error err = { 0 };

    if (!plan_changes(&plan, &err))
        fail_msg("%s", err.message);
}

static void assert_change(size_t at, const char *place, const char *from, const char *to)
{
    const struct change *change = &plan.changes[at];

    assert_true(at < plan.change_count);
    assert_string_equal(change->place, place);
    assert_string_equal(change->from ? change->from : "absent", from);
    assert_string_equal(change->to ? change->to : "absent", to);
}

static void test_plan_changes_makes_nothing_of_what_is_as_it_is_wanted(void **state)
{
    struct plan_target *kept = given_item("tcp_tw_reuse", CHANGE_SYSCTL, "a");
    struct plan_target *left = given_item("tcp_timestamps", CHANGE_SYSCTL, "b");
    (void)state;

    kept->live = number(1);
    kept->wanted = number(1);
    left->live = number(0);
    make();

    assert_int_equal(plan.change_count, 0);
}

static void test_plan_changes_writes_a_range_as_its_place_wants_it(void **state)
{
    struct plan_target *sysctl = given_item("ip_local_port_range", CHANGE_SYSCTL, "s");
    struct plan_target *netsh =
        given_item("DynamicPortRangeTcp", CHANGE_DYNAMIC_RANGE, "d");
    (void)state;

    sysctl->live = netsh->live = range(32768, 60999);
    sysctl->wanted = netsh->wanted = range(10000, 65535);
    make();

    assert_change(0, "s", "32768 60999", "10000 65535");
    assert_change(1, "d", "32768-60999", "10000-65535");
}

static void test_plan_changes_orders_by_kind_and_then_by_item(void **state)
{
    struct plan_target *dynamic =
        given_item("DynamicPortRangeTcp", CHANGE_DYNAMIC_RANGE, "dynamic");
    struct plan_target *delay = given_item("TcpTimedWaitDelay", CHANGE_REGISTRY, "delay");
    struct plan_target *legacy = given_item("MaxUserPort", CHANGE_REGISTRY, "legacy");
    (void)state;

    dynamic->wanted = range(1025, 65535);
    delay->live = (struct plan_value){ .kind = PLAN_TEXT, .text = "1:3000" };
    delay->wanted = number(30);
    legacy->live = number(5000);
    legacy->wanted = (struct plan_value){ .kind = PLAN_ABSENT };
    make();

    assert_change(0, "delay", "1:3000", "30");
    assert_change(1, "legacy", "5000", "absent");
    assert_change(2, "dynamic", "", "1025-65535");
    assert_true(plan.changes[1].reboot);
    assert_false(plan.changes[2].reboot);
    assert_int_equal(plan.items[0].first_change, 2);
    assert_int_equal(plan.items[2].first_change, 1);
    assert_int_equal(plan.items[2].change_count, 1);
}

static void
test_plan_changes_reserves_before_the_range_and_writes_the_file_last(void **state)
{
    struct plan_target *reuse = given_item("tcp_tw_reuse", CHANGE_SYSCTL, "reuse");
    struct plan_target *ports = given_item("ip_local_port_range", CHANGE_SYSCTL, "range");
    (void)state;

    reuse->live = number(2);
    reuse->wanted = number(1);
    ports->live = range(32768, 60999);
    ports->wanted = range(10000, 65535);
    plan.reserve.item = &plan.items[1];
    port_set_add(&plan.reserve.live, 8080);
    port_set_add(&plan.reserve.wanted, 8080);
    port_set_add_range(&plan.reserve.wanted, (struct port_range){ 20000, 20001 });
    plan.file = (struct plan_file){ .path = "file", .wanted = text_copy("text") };
    make();

    assert_change(0, "reuse", "2", "1");
    assert_change(1, PLACE_RESERVED_PORTS, "8080", "8080,20000-20001");
    assert_change(2, "range", "32768 60999", "10000 65535");
    assert_change(3, "file", "absent", "text");
    assert_string_equal(plan.changes[1].setting, "ip_local_port_range");
    assert_string_equal(plan.changes[3].setting, PLAN_DROP_IN);
    assert_int_equal(plan.items[1].change_count, 2);
}

static void test_plan_clear_leaves_nothing_and_may_come_twice(void **state)
{
    struct plan_target *target = given_item("tcp_tw_reuse", CHANGE_SYSCTL, "a");
    struct error err = { 0 };
    (void)state;

    target->wanted = number(1);
    plan.file.wanted = text_copy("text");
    assert_true(plan_obstruct(&plan.items[0], "why", &err));
    make();
    plan_clear(&plan);
    plan_clear(&plan);

    assert_int_equal(plan.item_count, 0);
    assert_int_equal(plan.change_count, 0);
    assert_null(plan.file.wanted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_plan, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_changes_makes_nothing_of_what_is_as_it_is_wanted),
        TEST(test_plan_changes_writes_a_range_as_its_place_wants_it),
        TEST(test_plan_changes_orders_by_kind_and_then_by_item),
        TEST(test_plan_changes_reserves_before_the_range_and_writes_the_file_last),
        TEST(test_plan_clear_leaves_nothing_and_may_come_twice),
    };

    return cmocka_run_group_tests_name("remediate/plan", tests, NULL, NULL);
}
