/* SPDX-License-Identifier: MIT */
/* Whether a wider range is worth it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remediate/planner_gain.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

#define RANGE "net/ipv4/ip_local_port_range"

static void given_range_of(uint16_t first, uint16_t last)
{
    given_setting_range(&host.seen, "ip_local_port_range", first, last);
}

static const char *obstacle(void)
{
    return planned_item(&host, "ip_local_port_range")->obstacle;
}

static void assert_range(size_t at, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_SYSCTL, RANGE, FROM_TO(from, to));
}

/* What a range of 28,232 ports would gain, with so many of the new ones reserved. */
static struct planner_gain gain_of(struct port_range wanted, struct port_range reserved)
{
    const struct plan_item item = { .targets[0].live.range = { 32768, 60999 } };
    struct plan plan = { .reserve.item = &item };

    port_set_add_range(&plan.reserve.wanted, reserved);
    return planner_gain(&host.input, &plan, &item, wanted);
}

static void test_planner_gain_is_none_where_there_would_be_fewer(void **state)
{
    const struct port_range all = { 10000, 65535 };
    (void)state;

    assert_int_equal(gain_of(all, (struct port_range){ 10000, 10009 }).now, 28232);
    assert_int_equal(gain_of(all, (struct port_range){ 10000, 10009 }).more, 27294);
    /* 27,304 reserved ones are all that is new. */
    assert_int_equal(gain_of(all, (struct port_range){ 10000, 37302 }).more, 1);
    assert_int_equal(gain_of(all, (struct port_range){ 10000, 37303 }).more, 0);
    assert_int_equal(gain_of(all, (struct port_range){ 10000, 65535 }).more, 0);
    host.input.reserved = "no list";
    assert_int_equal(gain_of(all, (struct port_range){ 10000, 10009 }).now, 28232);
}

static void test_plan_make_keeps_the_parity_of_the_first_port(void **state)
{
    (void)state;

    given_range_of(32769, 61000);
    planned_make(&host);

    assert_range(0, "32769 61000", "10001 65535");
}

static void test_plan_make_asks_for_no_more_than_parity_allows(void **state)
{
    (void)state;

    given_range_of(10001, 65535);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_null(obstacle());
}

static void test_plan_make_widens_an_accepted_range_by_a_tenth(void **state)
{
    (void)state;

    /* 28240 usable; of the new ones 2824 are not reserved. */
    given_range_of(32768, 61007);
    host.input.reserved = "10000-32767,61008-62711";
    planned_make(&host);

    assert_range(0, "32768 61007", "10000 65535");
    assert_null(obstacle());
}

static void test_plan_make_widens_no_accepted_range_by_less_than_a_tenth(void **state)
{
    (void)state;

    given_range_of(32768, 60999);
    host.input.reserved = "10000-32767,61000-62712";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(obstacle(),
                        "not planned: gains 2823 usable ports, less than a tenth");
}

static void test_plan_make_counts_listeners_out_of_the_gain(void **state)
{
    (void)state;

    given_range_of(32768, 60999);
    port_set_add_range(&host.listeners[IP_PROTOCOL_TCP],
                       (struct port_range){ 10000, 32767 });
    port_set_add_range(&host.listeners[IP_PROTOCOL_TCP],
                       (struct port_range){ 61000, 65534 });
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_null(host.plan.reserve.item);
    assert_string_equal(obstacle(),
                        "not planned: gains 1 usable port, less than a tenth");
}

static void test_plan_make_always_widens_a_wrong_range(void **state)
{
    (void)state;

    given_range_of(32768, 50000);
    host.input.reserved = "10000-32767,50001-65535";
    planned_make(&host);

    assert_range(0, "32768 50000", "10000 65535");
    assert_null(obstacle());
}

static void test_plan_make_keeps_over_the_boot_what_it_does_not_widen(void **state)
{
    struct observed_setting *range;
    (void)state;

    given_range_of(20000, 60999);
    range = &host.seen.settings[0];
    range->boot = BOOT_UNSET;
    host.input.reserved = "10000-19999,61000-65535";
    planned_make(&host);

    assert_null(obstacle());
    assert_int_equal(host.plan.change_count, 1);
    assert_planned(
        &host, 0, CHANGE_FILE, PLANNED_DROP_IN,
        FROM_TO(NULL, PLANNED_HEAD "net.ipv4.ip_local_port_range = 20000 60999\n"));
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_keeps_the_parity_of_the_first_port),
        TEST(test_planner_gain_is_none_where_there_would_be_fewer),
        TEST(test_plan_make_asks_for_no_more_than_parity_allows),
        TEST(test_plan_make_widens_an_accepted_range_by_a_tenth),
        TEST(test_plan_make_widens_no_accepted_range_by_less_than_a_tenth),
        TEST(test_plan_make_counts_listeners_out_of_the_gain),
        TEST(test_plan_make_always_widens_a_wrong_range),
        TEST(test_plan_make_keeps_over_the_boot_what_it_does_not_widen),
    };

    return cmocka_run_group_tests_name("remediate/planner_gain", tests, NULL, NULL);
}
