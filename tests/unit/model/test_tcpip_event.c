/* SPDX-License-Identifier: MIT */
/* Which events count, and which one is the newest. */
#include "checks/model/tcpip_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { NOW_S = 1000000 };

static bool add(struct observed_events *events, uint32_t id, int64_t age_s)
{
    const struct tcpip_event event = { "Tcpip", id, NOW_S - age_s };

    return tcpip_event_add(events, &event, NOW_S);
}

static void test_each_event_counts_under_its_id(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    (void)state;

    (void)add(&events, EVENT_COLLIDED, 0);
    (void)add(&events, EVENT_UDP_EXHAUSTED, 1);
    (void)add(&events, EVENT_TCP_EXHAUSTED, 2);
    (void)add(&events, EVENT_TCP_EXHAUSTED, 3);

    assert_int_equal(events.collided, 1);
    assert_int_equal(events.udp_exhausted, 1);
    assert_int_equal(events.tcp_exhausted, 2);
}

static void test_the_newest_is_one_that_says_that_ports_ran_out(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    (void)state;

    (void)add(&events, EVENT_COLLIDED, 0);
    (void)add(&events, EVENT_UDP_EXHAUSTED, 5000);
    (void)add(&events, EVENT_TCP_EXHAUSTED, 6000);

    assert_int_equal(events.newest_id, EVENT_UDP_EXHAUSTED);
    assert_int_equal(events.newest_s, NOW_S - 5000);
    assert_int_equal(events.udp_exhausted, 0);
}

static void test_events_of_the_last_ten_minutes_count(void **state)
{
    static const struct {
        int64_t age_s;
        uint32_t count;
    } rows[] = { { 600, 1 }, { 601, 0 }, { 0, 1 }, { -60, 1 }, { -61, 0 } };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct observed_events events = { .newest_id = 0 };

        print_message("%d s ago\n", (int)rows[i].age_s);
        (void)add(&events, EVENT_TCP_EXHAUSTED, rows[i].age_s);
        assert_int_equal(events.tcp_exhausted, rows[i].count);
    }
}

static void test_older_ones_are_wanted_until_one_is_too_old(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    (void)state;

    assert_true(add(&events, EVENT_TCP_EXHAUSTED, 0));
    assert_true(add(&events, 7036, 600));
    assert_true(add(&events, EVENT_COLLIDED, -5000)); /* the clock was set back */
    assert_false(add(&events, 7036, 601));
    assert_false(add(&events, EVENT_COLLIDED, 601));
}

static void test_events_of_others_are_nothing(void **state)
{
    const struct tcpip_event foreign = { "tcpip6", EVENT_TCP_EXHAUSTED, NOW_S };
    struct observed_events events = { .newest_id = 0 };
    (void)state;

    assert_true(tcpip_event_add(&events, &foreign, NOW_S));
    assert_true(add(&events, 4201, 0));

    assert_int_equal(events.tcp_exhausted, 0);
    assert_int_equal(events.newest_id, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_event_counts_under_its_id),
        cmocka_unit_test(test_the_newest_is_one_that_says_that_ports_ran_out),
        cmocka_unit_test(test_events_of_the_last_ten_minutes_count),
        cmocka_unit_test(test_older_ones_are_wanted_until_one_is_too_old),
        cmocka_unit_test(test_events_of_others_are_nothing),
    };

    return cmocka_run_group_tests_name("model/tcpip_event", tests, NULL, NULL);
}
