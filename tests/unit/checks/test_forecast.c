/* SPDX-License-Identifier: MIT */
/* What usage would be after a change of range and reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/forecast.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static struct forecast_change change;
static struct measure after;

/* 100 usable ports, of which 95 are used, 10 toward 10.0.0.5:443; nothing changes. */
static int given_used(void **state)
{
    change = (struct forecast_change){ 0 };
    return given_used_linux(state);
}

static void given_wider(enum ip_protocol protocol, uint32_t usable, uint32_t in_use)
{
    change.ports[protocol] =
        (struct forecast_ports){ .changes = true, .usable = usable, .in_use = in_use };
}

static const struct measure *forecast(enum metric_id metric)
{
    forecast_usage(&scene.seen, metric, NULL, &change, &after);
    return &after;
}

static void assert_forecast(enum metric_id metric, uint64_t part, uint64_t whole)
{
    const struct measure *measure = forecast(metric);

    assert_true(measure->known);
    assert_int_equal(measure->part, part);
    assert_int_equal(measure->whole, whole);
    assert_int_equal(measure->at_least, 0);
    assert_int_equal(measure->more, 0);
}

static void test_forecast_of_no_change_is_usage_now(void **state)
{
    (void)state;
    given_udp_ports(&scene.seen, 7);

    assert_forecast(METRIC_PORT_USAGE, 95, 100);
    assert_forecast(METRIC_DESTINATION_USAGE, 10, 100);
    assert_forecast(METRIC_UDP_PORT_USAGE, 7, 100);
    assert_false(forecast_moves(&change));
}

static void test_forecast_of_a_wider_range_counts_those_who_listen_there(void **state)
{
    (void)state;
    given_udp_ports(&scene.seen, 7);
    given_wider(IP_PROTOCOL_TCP, 200, 3);
    given_wider(IP_PROTOCOL_UDP, 200, 5);

    assert_forecast(METRIC_PORT_USAGE, 98, 200);
    assert_forecast(METRIC_DESTINATION_USAGE, 13, 200);
    assert_forecast(METRIC_UDP_PORT_USAGE, 12, 200);
    assert_true(forecast_moves(&change));
}

static void test_forecast_keeps_blocked_and_closed_ports(void **state)
{
    (void)state;
    given_listeners(&scene.seen, 4);
    given_closed(&scene.seen, CLOSED_EXACT, 6);
    given_wider(IP_PROTOCOL_TCP, 200, 0);

    assert_forecast(METRIC_DESTINATION_USAGE, 20, 200);
}

static void test_forecast_of_reuse_frees_the_freeable_alone(void **state)
{
    struct destination *to = &scene.seen.tcp.top[0];
    (void)state;
    to->time_wait = 10;
    to->established = 0;
    to->freeable = 7;
    change.reuse = true;

    assert_forecast(METRIC_DESTINATION_USAGE, 3, 100);
    assert_forecast(METRIC_PORT_USAGE, 95, 100);
    change.reuse = false;
    assert_forecast(METRIC_DESTINATION_USAGE, 10, 100);
}

static void test_forecast_finds_another_destination_the_busiest(void **state)
{
    (void)state;
    given_destination(&scene.seen, "10.0.0.6", 443, 8);
    scene.seen.tcp.top[0].freeable = 10;
    change.reuse = true;

    assert_forecast(METRIC_DESTINATION_USAGE, 8, 100);
    forecast_usage(&scene.seen, METRIC_DESTINATION_USAGE, &scene.seen.tcp.top[0], &change,
                   &after);
    assert_int_equal(after.part, 0);
}

static void test_forecast_never_counts_below_none_or_above_all(void **state)
{
    (void)state;
    scene.seen.tcp.top[0].freeable = 99;
    change.reuse = true;
    assert_forecast(METRIC_DESTINATION_USAGE, 0, 100);

    given_wider(IP_PROTOCOL_TCP, 40, 0);
    assert_forecast(METRIC_PORT_USAGE, 40, 40);
}

static void test_forecast_is_a_lower_bound_where_the_list_is_cut(void **state)
{
    (void)state;
    given_destination(&scene.seen, "10.0.0.6", 443, 8);
    scene.seen.tcp.destinations_seen = 3;
    scene.seen.tcp.top[0].freeable = 9;
    scene.seen.tcp.top[1].freeable = 6;
    change.reuse = true;
    (void)forecast(METRIC_DESTINATION_USAGE);

    assert_int_equal(after.part, 2);
    assert_true(after.at_least);
    assert_int_equal(after.more, 6);
    scene.seen.tcp.destinations_seen = 2;
    assert_forecast(METRIC_DESTINATION_USAGE, 2, 100);
}

/* Those are listed last that have most sockets, though few are in the way. */
static void test_forecast_of_a_cut_list_knows_why_the_last_is_there(void **state)
{
    struct destination *largest;
    (void)state;
    given_destination(&scene.seen, "10.0.0.6", 443, 8);
    largest = given_time_wait(&scene.seen, "10.0.0.7", 443, 20, 19);
    scene.seen.tcp.destinations_seen = 4;
    scene.seen.tcp.top[0].freeable = 9;
    scene.seen.tcp.top[1].freeable = 6;
    change.reuse = true;

    assert_int_equal(forecast(METRIC_DESTINATION_USAGE)->more, 6);
    largest->sockets = 10;
    largest->reusable = 9;
    (void)forecast(METRIC_DESTINATION_USAGE);
    assert_false(after.at_least);
    assert_int_equal(after.part, 2);
}

static void test_forecast_counts_destinations_without_a_place(void **state)
{
    (void)state;
    scene.seen.tcp.untracked_bound = 30;

    assert_forecast(METRIC_DESTINATION_USAGE, 30, 100);
}

static void test_forecast_stays_a_lower_bound(void **state)
{
    (void)state;
    given_closed(&scene.seen, CLOSED_AT_LEAST, 20);
    given_wider(IP_PROTOCOL_TCP, 200, 5);
    (void)forecast(METRIC_DESTINATION_USAGE);

    assert_int_equal(after.part, 35);
    assert_true(after.at_least);
    assert_int_equal(after.more, 65);

    scene.seen.tcp.closed_known = CLOSED_NOT_COUNTED;
    scene.seen.tcp.ports_closed = 0;
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 50;
    assert_true(forecast(METRIC_PORT_USAGE)->at_least);
    assert_int_equal(after.more, 50);
}

static void test_forecast_is_unknown_where_usage_is(void **state)
{
    (void)state;
    given_unread(&scene.seen.tcp.reading, "netlink failed");
    given_unread(&scene.seen.udp.reading, "no UDP");
    given_wider(IP_PROTOCOL_TCP, 200, 0);

    assert_false(forecast(METRIC_DESTINATION_USAGE)->known);
    assert_string_equal(after.reason, "netlink failed");
    assert_string_equal(forecast(METRIC_UDP_PORT_USAGE)->reason, "no UDP");
}

/* What is advised. */

static struct forecast_change advised;

/* A stock Linux whose new part was looked at. */
static int given_stock(void **state)
{
    (void)given_idle_linux(state);
    given_linux_settings(&scene.seen);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        scene.seen.wider[i] = (struct observed_wider){ .reading.known = true,
                                                       .range = { 10000, 65535 },
                                                       .usable = 55400,
                                                       .reserves = 130 };
    scene.seen.wider[IP_PROTOCOL_TCP].unprotected = 6;
    return 0;
}

static void advise(void)
{
    judged_by(&scene, METRICS_ALL);
    forecast_advised(&scene.seen, &scene.verdict, &advised);
}

static struct observed_setting *setting_of(const char *name)
{
    for (size_t i = 0; i < scene.seen.setting_count; i++)
        if (strcmp(scene.seen.settings[i].name, name) == 0)
            return &scene.seen.settings[i];
    fail_msg("no setting %s", name);
    return NULL;
}

static void test_forecast_advised_of_a_stock_linux_widens_and_reuses(void **state)
{
    (void)state;
    advise();

    assert_true(advised.reuse);
    assert_false(advised.reboots);
    assert_string_equal(advised.ports[IP_PROTOCOL_TCP].unknown, "");
    assert_true(advised.ports[IP_PROTOCOL_TCP].changes);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].range.first, 10000);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].usable, 55400);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].in_use, 6);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].reserves, 130);
    assert_true(advised.ports[IP_PROTOCOL_UDP].changes);
    assert_int_equal(advised.ports[IP_PROTOCOL_UDP].in_use, 0);
}

static void test_forecast_advised_frees_nothing_without_timestamps(void **state)
{
    (void)state;
    setting_of("tcp_timestamps")->value.number = 0;
    advise();

    assert_false(advised.reuse);
}

static void test_forecast_advised_leaves_reuse_that_is_on(void **state)
{
    (void)state;
    setting_of("tcp_tw_reuse")->value.number = 1;
    advise();

    assert_false(advised.reuse);
    assert_true(forecast_moves(&advised));
}

static void test_forecast_advised_of_a_wide_range_changes_no_port(void **state)
{
    (void)state;
    setting_of("ip_local_port_range")->value.range = (struct port_range){ 10000, 65535 };
    advise();

    assert_false(advised.ports[IP_PROTOCOL_TCP].changes);
    assert_string_equal(advised.ports[IP_PROTOCOL_TCP].unknown, "");
}

static void test_forecast_advised_does_not_plan_what_gains_little(void **state)
{
    (void)state;
    scene.seen.wider[IP_PROTOCOL_TCP].usable = 28232 + 2823;
    scene.seen.wider[IP_PROTOCOL_UDP].usable = 28232 + 2824;
    advise();

    assert_false(advised.ports[IP_PROTOCOL_TCP].changes);
    assert_true(advised.ports[IP_PROTOCOL_UDP].changes);
}

static void test_forecast_advised_is_unknown_where_nobody_looked(void **state)
{
    (void)state;
    scene.seen.wider[IP_PROTOCOL_TCP] = (struct observed_wider){ 0 };
    advise();
    assert_string_equal(advised.ports[IP_PROTOCOL_TCP].unknown,
                        "who listens in the new part was not looked at");
    assert_false(advised.ports[IP_PROTOCOL_TCP].changes);

    given_unread(&scene.seen.wider[IP_PROTOCOL_TCP].reading, "netlink failed");
    advise();
    assert_string_equal(advised.ports[IP_PROTOCOL_TCP].unknown, "netlink failed");
}

static void test_forecast_advised_is_unknown_without_settings(void **state)
{
    (void)state;
    judged_by(&scene, 1U << METRIC_DESTINATION_USAGE);
    forecast_advised(&scene.seen, &scene.verdict, &advised);

    assert_string_equal(advised.ports[IP_PROTOCOL_TCP].unknown,
                        "the settings were not looked at");
    assert_false(forecast_moves(&advised));
}

static void test_forecast_advised_of_windows_waits_for_a_reboot(void **state)
{
    (void)given_stock(state);
    given_windows(&scene.seen);
    given_windows_settings(&scene.seen);
    judged_defaults(&scene);
    scene.seen.wider[IP_PROTOCOL_TCP] =
        (struct observed_wider){ .reading.known = true,
                                 .range = { 32768, 65535 },
                                 .usable = 32768,
                                 .unprotected = 2 };
    advise();

    assert_true(advised.reboots);
    assert_false(advised.reuse);
    assert_true(advised.ports[IP_PROTOCOL_TCP].changes);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].in_use, 2);
    assert_false(advised.ports[IP_PROTOCOL_UDP].changes);
}

/* Growth. */

static uint32_t growth_of(uint32_t first, uint32_t last, uint32_t closed)
{
    const struct observed_look look = {
        .span_ms = 1000, .ports_first = first, .ports_last = last, .closed = closed
    };

    return forecast_growth(&look);
}

static void test_forecast_growth_of_a_leak_counts(void **state)
{
    (void)state;

    assert_int_equal(growth_of(20000, 21940, 0), 1940);
    assert_int_equal(growth_of(20000, 20016, 0), 16);
}

static void test_forecast_growth_is_none_where_chance_makes_it(void **state)
{
    (void)state;

    assert_int_equal(growth_of(20000, 20015, 0), 0);
    assert_int_equal(growth_of(20000, 20150, 1500), 0);
    assert_int_equal(growth_of(20000, 20164, 1500), 0);
    assert_int_equal(growth_of(20000, 20165, 1500), 165);
    assert_int_equal(growth_of(20000, 19000, 0), 0);
    assert_int_equal(forecast_growth(&(struct observed_look){ .ports_last = 500 }), 0);
}

static uint32_t filling_of(uint32_t first, uint32_t last, uint32_t closed)
{
    const struct measure usage = { .known = true, .part = 14934, .whole = 28232 };
    const struct observed_look look = {
        .span_ms = 2000, .ports_first = first, .ports_last = last, .closed = closed
    };

    return forecast_filling(&look, &usage);
}

static void test_forecast_filling_is_growth_or_what_does_not_fit(void **state)
{
    const struct measure usage = { .known = true, .whole = 28232 };
    (void)state;

    assert_int_equal(filling_of(10000, 12000, 9999), 2000);
    assert_int_equal(filling_of(10000, 10000, 942), 942);
    assert_int_equal(filling_of(10000, 10000, 941), 0);
    assert_int_equal(forecast_filling(&(struct observed_look){ .closed = 9999 }, &usage),
                     0);
}

static uint32_t full_in(uint64_t part, uint64_t whole, uint32_t growth)
{
    const struct measure usage = { .known = true, .part = part, .whole = whole };

    return forecast_full_in_s(&usage, growth, 500);
}

static void test_forecast_full_in_s_is_what_is_left_over_growth(void **state)
{
    const struct measure unknown = { 0 };
    (void)state;

    assert_int_equal(full_in(22646, 28232, 970), 2);
    assert_int_equal(full_in(0, 28232, 1), 14116);
    assert_int_equal(full_in(28232, 28232, 1), 0);
    assert_int_equal(full_in(5, 10, 0), UINT32_MAX);
    assert_int_equal(forecast_full_in_s(&unknown, 5, 500), UINT32_MAX);
}

#define TEST(function)  cmocka_unit_test_setup_teardown(function, given_used, clear_scene)
#define STOCK(function) cmocka_unit_test_setup(function, given_stock)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_forecast_of_no_change_is_usage_now),
        TEST(test_forecast_of_a_wider_range_counts_those_who_listen_there),
        TEST(test_forecast_keeps_blocked_and_closed_ports),
        TEST(test_forecast_of_reuse_frees_the_freeable_alone),
        TEST(test_forecast_finds_another_destination_the_busiest),
        TEST(test_forecast_never_counts_below_none_or_above_all),
        TEST(test_forecast_is_a_lower_bound_where_the_list_is_cut),
        TEST(test_forecast_of_a_cut_list_knows_why_the_last_is_there),
        TEST(test_forecast_counts_destinations_without_a_place),
        TEST(test_forecast_stays_a_lower_bound),
        TEST(test_forecast_is_unknown_where_usage_is),
        STOCK(test_forecast_advised_of_a_stock_linux_widens_and_reuses),
        STOCK(test_forecast_advised_frees_nothing_without_timestamps),
        STOCK(test_forecast_advised_leaves_reuse_that_is_on),
        STOCK(test_forecast_advised_of_a_wide_range_changes_no_port),
        STOCK(test_forecast_advised_does_not_plan_what_gains_little),
        STOCK(test_forecast_advised_is_unknown_where_nobody_looked),
        STOCK(test_forecast_advised_is_unknown_without_settings),
        STOCK(test_forecast_advised_of_windows_waits_for_a_reboot),
        cmocka_unit_test(test_forecast_growth_of_a_leak_counts),
        cmocka_unit_test(test_forecast_growth_is_none_where_chance_makes_it),
        cmocka_unit_test(test_forecast_filling_is_growth_or_what_does_not_fit),
        cmocka_unit_test(test_forecast_full_in_s_is_what_is_left_over_growth),
    };

    return cmocka_run_group_tests_name("checks/forecast", tests, NULL, NULL);
}
