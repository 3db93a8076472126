/* SPDX-License-Identifier: MIT */
/* Which totals may be beyond a limit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/namespace_limits.h"

static struct metric_limits limits[METRIC_COUNT];

static int given_defaults(void **state)
{
    (void)state;
    metric_default_limits(OS_LINUX, limits);
    return 0;
}

static bool crosses(uint32_t metrics, bool asks, uint64_t tcp, uint64_t udp,
                    uint32_t usable)
{
    struct namespace_limits found;

    namespace_limits_find(limits, metrics, asks, &found);
    return namespace_limits_may_cross(&found, tcp, udp, usable);
}

static void test_the_lowest_limit_of_tcp_decides(void **state)
{
    const uint32_t both = 1U << METRIC_PORT_USAGE | 1U << METRIC_DESTINATION_USAGE;
    const uint32_t destinations = 1U << METRIC_DESTINATION_USAGE;
    struct namespace_limits found;

    (void)state;
    namespace_limits_find(limits, both, false, &found);
    assert_true(found.tcp == 50.0);
    assert_true(found.udp == INFINITY);
    assert_false(crosses(destinations, false, 500, 0, 1000));
    assert_true(crosses(destinations, false, 501, 0, 1000));
}

static void test_a_metric_that_is_not_judged_has_no_limit(void **state)
{
    (void)state;

    assert_false(crosses(1U << METRIC_UDP_PORT_USAGE, false, 1000, 800, 1000));
    assert_true(crosses(1U << METRIC_UDP_PORT_USAGE, false, 0, 801, 1000));
    assert_false(crosses(1U << METRIC_TIME_WAIT, true, 1000, 1000, 1000));
}

static void test_more_sockets_than_ports_are_a_hundred_percent(void **state)
{
    const uint32_t destinations = 1U << METRIC_DESTINATION_USAGE;

    (void)state;
    limits[METRIC_DESTINATION_USAGE] =
        (struct metric_limits){ .critical = { .set = true, .end = 100 } };

    assert_false(crosses(destinations, false, 5000, 0, 1000));
}

static void test_a_full_odd_half_warns_whatever_the_limit(void **state)
{
    (void)state;
    limits[METRIC_PORT_USAGE] = (struct metric_limits){ 0 };

    assert_false(crosses(1U << METRIC_PORT_USAGE, false, 474, 0, 1000));
    assert_true(crosses(1U << METRIC_PORT_USAGE, false, 475, 0, 1000));
}

static void test_an_answer_counts_from_nine_tenths_or_all_but_two(void **state)
{
    const uint32_t destinations = 1U << METRIC_DESTINATION_USAGE;

    (void)state;
    limits[METRIC_DESTINATION_USAGE] = (struct metric_limits){ 0 };
    limits[METRIC_UDP_PORT_USAGE] = (struct metric_limits){ 0 };

    assert_false(crosses(destinations, true, 899, 0, 1000));
    assert_true(crosses(destinations, true, 900, 0, 1000));
    assert_false(crosses(destinations, false, 1000, 0, 1000));
    assert_false(crosses(destinations, true, 1, 0, 4));
    assert_true(crosses(destinations, true, 2, 0, 4));
    assert_true(crosses(1U << METRIC_UDP_PORT_USAGE, true, 0, 900, 1000));
    assert_false(crosses(1U << METRIC_UDP_PORT_USAGE, true, 0, 899, 1000));
}

static void test_a_limit_that_is_no_upper_bound_may_be_crossed_by_all(void **state)
{
    (void)state;
    limits[METRIC_PORT_USAGE].critical =
        (struct threshold){ .set = true, .start = 10, .end = INFINITY };

    assert_true(crosses(1U << METRIC_PORT_USAGE, false, 0, 0, 1000));
    assert_false(crosses(1U << METRIC_DESTINATION_USAGE, false, 0, 0, 1000));
}

static void test_no_usable_port_at_all_is_a_suspicion(void **state)
{
    (void)state;

    assert_true(crosses(1U << METRIC_PORT_USAGE, false, 0, 0, 0));
    assert_false(crosses(1U << METRIC_MISCONFIGURED, false, 0, 0, 0));
}

#define ROW(test) cmocka_unit_test_setup(test, given_defaults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_the_lowest_limit_of_tcp_decides),
        ROW(test_a_metric_that_is_not_judged_has_no_limit),
        ROW(test_more_sockets_than_ports_are_a_hundred_percent),
        ROW(test_a_full_odd_half_warns_whatever_the_limit),
        ROW(test_an_answer_counts_from_nine_tenths_or_all_but_two),
        ROW(test_a_limit_that_is_no_upper_bound_may_be_crossed_by_all),
        ROW(test_no_usable_port_at_all_is_a_suspicion),
    };

    return cmocka_run_group_tests_name("model/namespace_limits", tests, NULL, NULL);
}
