/* SPDX-License-Identifier: MIT */
/* The length of the list of reserved ports in a plan, which procps bounds. */
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

/* The stock range, of which nothing is reserved but `live`, by hand. */
static void given_by_hand(const char *live)
{
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    host.input.reserved = live;
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

/* 799 ports of four digits, 3,994 bytes: there is room for no fifth digit more. */
static const char *full_list(void)
{
    static char list[RESERVE_LIST_MAX];
    struct port_set ports = { 0 };
    struct text text = { 0 };

    for (uint16_t i = 0; i < 799; i++)
        port_set_add(&ports, (uint16_t)(2001 + 2 * i));
    port_set_format(&ports, &text);
    assert_int_equal(text.length, RESERVE_LIST_MAX - 6);
    (void)snprintf(list, sizeof list, "%s", text_string(&text));
    text_clear(&text);
    return list;
}

/* The list of the range that begins at the listener has just as many bytes as procps
 * reads. */
static void test_plan_make_has_no_list_of_just_the_limit(void **state)
{
    (void)state;
    given_by_hand(full_list());
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20001);
    planned_make(&host);

    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "20002 65535"));
    assert_string_equal(host.plan.reserve.limit,
                        "the range is 20002-65535, not 10000-65535: the list of reserved "
                        "ports would have 4000 bytes, and procps reads 4000 of a line");
}

static void test_plan_make_says_so_where_just_the_limit_is_reached(void **state)
{
    char obstacle[200];
    (void)state;
    given_by_hand(full_list());
    /* In the range of now, which a list of the policy is for, too. */
    port_set_add(&host.policy.reserve.add, 40001);
    planned_make(&host);

    (void)snprintf(obstacle, sizeof obstacle, "%s",
                   "the list of reserved ports would have 4000 bytes, and procps reads "
                   "4000 of a line: reserve ranges of ports instead");
    assert_planned_obstacle("ip_local_port_range", obstacle);
}

/* The part above the range of now is all that fits. */
static void test_plan_make_takes_the_upper_part_alone(void **state)
{
    (void)state;
    given_by_hand(full_list());
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 32767);
    planned_make(&host);

    assert_planned(&host, 0, CHANGE_SYSCTL, RANGE, FROM_TO("32768 60999", "32768 65535"));
}

/* A reserved port is none that the range gains. */
static void test_plan_make_counts_what_each_part_leaves(void **state)
{
    (void)state;
    given_by_hand("");
    given_scattered(10001, 700);
    port_set_add_range(&host.policy.reserve.add, (struct port_range){ 61000, 65535 });
    planned_make(&host);

    assert_string_equal(host.plan.changes[0].place, RESERVED);
    assert_string_equal(host.plan.changes[1].place, RANGE);
    assert_non_null(strstr(host.plan.changes[1].to, " 60999"));
}

/* Of two parts that leave as many ports the one with the upper ports is taken: the list
 * of the other has room for two listeners more, so it begins four ports below. */
static void test_plan_make_prefers_the_upper_part_where_both_leave_as_many(void **state)
{
    (void)state;
    given_by_hand("");
    given_scattered(10001, 700);
    port_set_add_range(&host.policy.reserve.add, (struct port_range){ 61000, 65533 });
    planned_make(&host);
    assert_non_null(strstr(host.plan.changes[1].to, " 65535"));
    planned_clear(&host);

    port_set_add(&host.policy.reserve.add, 65534);
    planned_make(&host);
    assert_non_null(strstr(host.plan.changes[1].to, " 60999"));
}

/* A range that could only stay as it is is no change. */
static void test_plan_make_does_not_call_the_range_of_now_a_part(void **state)
{
    (void)state;
    given_by_hand(full_list());
    host.seen.settings[0].value.range.last = 65535;
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 32767);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_null(host.plan.reserve.limit);
    assert_non_null(strstr(planned_item(&host, "ip_local_port_range")->obstacle,
                           "the list of reserved ports would have 4000 bytes"));
}

/* Nor is it reserved again where the list would have just the limit. */
static void test_plan_make_reserves_nothing_again_beyond_the_limit(void **state)
{
    struct observed_setting *range = &host.seen.settings[0];
    const char *full = full_list();
    char more[RESERVE_LIST_MAX + 1];
    (void)state;

    (void)snprintf(more, sizeof more, "%s,20001", full);
    given_setting_range(&host.seen, "ip_local_port_range", 10000, 65535);
    range->boot = BOOT_SET;
    range->boot_value = range->value;
    (void)snprintf(range->boot_source, sizeof range->boot_source, PLANNED_DROP_IN);
    (void)planned_reserved(&host, full, more,
                           "net.ipv4.ip_local_reserved_ports = 20001\n"
                           "net.ipv4.ip_local_port_range = 10000 65535\n");
    host.input.reserved = full;
    host.input.reserved_boot = "20001";
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 20001);
    planned_make(&host);
    assert_int_equal(host.plan.change_count, 0);
    assert_null(host.plan.reserve.item);
}

/* What the files of others reserve at boot counts for our file, and for it alone. */
static void test_plan_make_counts_the_list_of_the_next_boot(void **state)
{
    (void)state;
    given_by_hand("");
    port_set_add(&host.policy.reserve.add, 40001);
    host.input.reserved_boot = full_list();
    host.input.reserved_source = "/etc/sysctl.d/50-site.conf";
    planned_make(&host);
    assert_non_null(strstr(planned_item(&host, "ip_local_port_range")->obstacle,
                           "the list of reserved ports would have 4000 bytes"));
    planned_clear(&host);

    host.input.live_only = true;
    planned_make(&host);
    assert_planned(&host, 0, CHANGE_SYSCTL, RESERVED, FROM_TO("", "40001"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_takes_as_much_as_the_list_has_room_for),
        TEST(test_plan_make_counts_what_is_reserved_already),
        TEST(test_plan_make_does_without_the_upper_part_where_it_is_full),
        TEST(test_plan_make_widens_nothing_beside_a_full_list),
        TEST(test_plan_make_has_no_list_of_just_the_limit),
        TEST(test_plan_make_says_so_where_just_the_limit_is_reached),
        TEST(test_plan_make_takes_the_upper_part_alone),
        TEST(test_plan_make_counts_what_each_part_leaves),
        TEST(test_plan_make_prefers_the_upper_part_where_both_leave_as_many),
        TEST(test_plan_make_does_not_call_the_range_of_now_a_part),
        TEST(test_plan_make_reserves_nothing_again_beyond_the_limit),
        TEST(test_plan_make_counts_the_list_of_the_next_boot),
    };

    return cmocka_run_group_tests_name("remediate/planner_reserve_limit", tests, NULL,
                                       NULL);
}
