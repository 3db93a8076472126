/* SPDX-License-Identifier: MIT */
/* What pressing the button would buy, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/buy_time.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static struct observed_wider *wider;

/* A stock Linux whose range can get 55,536 ports. */
static int given_stock(void **state)
{
    (void)given_idle_linux(state);
    given_linux_settings(&scene.seen);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        scene.seen.wider[i] = (struct observed_wider){ .reading.known = true,
                                                       .range = { 10000, 65535 },
                                                       .usable = 55536 };
    wider = scene.seen.wider;
    return 0;
}

static struct destination *given_toward(uint16_t sockets)
{
    return given_destination(&scene.seen, "10.99.0.21", 5432, sockets);
}

static void expect_of(enum metric_id metric, const char *lines)
{
    judged_by(&scene, METRICS_ALL);
    text_clear(&printed);
    buy_time_advised(&scene.seen, &scene.verdict, metric, &printed);
    assert_string_equal(text_string(&printed), lines);
}

static void expect(const char *lines)
{
    expect_of(METRIC_DESTINATION_USAGE, lines);
}

static struct observed_setting *setting_of(const char *name)
{
    for (size_t i = 0; i < scene.seen.setting_count; i++)
        if (strcmp(scene.seen.settings[i].name, name) == 0)
            return &scene.seen.settings[i];
    fail_msg("no setting %s", name);
    return NULL;
}

#define WIDENS "it widens 32768-60999 to 10000-65535: 28,232 -> 55,536 usable ports\n"

static void test_buy_time_of_a_leak_is_a_wider_range(void **state)
{
    (void)state;
    given_toward(22646);

    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS);
}

static void test_buy_time_is_not_enough_where_growth_eats_it(void **state)
{
    (void)state;
    given_toward(22646);
    scene.seen.look = (struct observed_look){ .span_ms = 1000,
                                              .ports_first = 20706,
                                              .ports_last = 22646 };

    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now; at 1,940/s full again "
           "in about 16 s: NOT ENOUGH\n" WIDENS);
    scene.seen.look.ports_first = 22600;
    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS);
}

static void test_buy_time_is_not_enough_where_it_stays_beyond_its_limit(void **state)
{
    (void)state;
    given_toward(28232);
    wider->usable = wider[1].usable = 31100;

    expect("remediate_port_exhaustion apply: 100% -> 90.77% now, still CRITICAL: NOT "
           "ENOUGH\nit widens 32768-60999 to 10000-65535: 28,232 -> 31,100 usable "
           "ports\n");
}

static void test_buy_time_says_what_is_better_and_not_good(void **state)
{
    (void)state;
    given_toward(28232);

    expect("remediate_port_exhaustion apply: 100% -> 50.83% now, then WARNING\n" WIDENS);
}

static void test_buy_time_of_short_connections_frees_time_wait(void **state)
{
    struct destination *to;
    (void)state;
    to = given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    to->freeable = 13870;
    scene.seen.look = (struct observed_look){
        .span_ms = 1000, .ports_first = 10000, .ports_last = 14934, .closed = 4934
    };

    expect("remediate_port_exhaustion apply: 52.89% -> 1.91% now\n"
           "13,870 of 14,934 in TIME_WAIT can be reused then, if that server uses TCP "
           "timestamps\n" WIDENS);
}

static void test_buy_time_tells_what_gets_reserved(void **state)
{
    static const uint16_t ports[] = { 15672, 27017 };
    (void)state;
    given_toward(22646);
    wider->reserves = 129;
    wider->services = 127;
    wider->listeners = 2;
    memcpy(wider->ports, ports, sizeof ports);
    wider->port_count = 2;

    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS
           "it reserves 129 ports there first: 127 of services, 2 with listeners (15672, "
           "27017)\n");
    wider->services = 0;
    wider->reserves = wider->listeners = 1;
    wider->port_count = 1;
    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS
           "it reserves 1 port there first: 1 with a listener (15672)\n");
    wider->reserves = wider->listeners = 9;
    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS
           "it reserves 9 ports there first: 9 with listeners (15672, ...)\n");
    wider->reserves = wider->services = 5;
    wider->listeners = 0;
    expect("remediate_port_exhaustion apply: 80.21% -> 40.77% now\n" WIDENS
           "it reserves 5 ports there first: 5 of services\n");
}

static void test_buy_time_tells_whom_nothing_protects(void **state)
{
    (void)state;
    given_toward(22646);
    wider->unprotected = 6;

    expect("remediate_port_exhaustion apply: 80.21% -> 40.78% now\n" WIDENS
           "6 ports with a listener there are not protected: "
           "`remediate_port_exhaustion plan` tells whose\n");
}

static void test_buy_time_of_attempts_is_not_to_press_it(void **state)
{
    struct destination *to = given_toward(19613);
    (void)state;
    to->established = 0;
    to->syn_sent = 19613;

    expect("do not press remediate_port_exhaustion apply: it only makes room for more "
           "attempts\n");
}

static void test_buy_time_of_what_is_as_recommended_is_nothing(void **state)
{
    (void)state;
    given_toward(22646);
    setting_of("ip_local_port_range")->value.range = (struct port_range){ 10000, 65535 };
    setting_of("tcp_tw_reuse")->value.number = 1;

    expect("nothing to change: range and reuse are as recommended, or cannot be "
           "better\n");
}

static void test_buy_time_of_udp_needs_a_range(void **state)
{
    (void)state;
    given_udp_ports(&scene.seen, 27500);
    wider[IP_PROTOCOL_UDP].unprotected = 60;

    expect_of(METRIC_UDP_PORT_USAGE,
              "remediate_port_exhaustion apply: 97.4% -> 49.62% now\n" WIDENS
              "60 ports with a listener there are not protected: "
              "`remediate_port_exhaustion plan` tells whose\n");
    setting_of("ip_local_port_range")->value.range = (struct port_range){ 10000, 65535 };
    expect_of(METRIC_UDP_PORT_USAGE, "remediate_port_exhaustion apply: nothing, this "
                                     "usage stays as it is\n");
}

static void test_buy_time_of_what_nobody_looked_at_is_not_known(void **state)
{
    (void)state;
    given_toward(22646);
    setting_of("tcp_tw_reuse")->value.number = 1;
    *wider = (struct observed_wider){ 0 };

    expect("what remediate_port_exhaustion apply would do is not known: who listens in "
           "the new part was not looked at\n");
}

static void test_buy_time_of_usage_that_is_not_known_tells_why(void **state)
{
    (void)state;
    given_unread(&scene.seen.tcp.reading, "netlink failed");

    expect("remediate_port_exhaustion apply: what usage would be is not known: netlink "
           "failed\n" WIDENS);
}

static void test_buy_time_of_windows_tells_what_waits(void **state)
{
    (void)given_stock(state);
    given_windows(&scene.seen);
    given_windows_settings(&scene.seen);
    judged_defaults(&scene);
    given_toward(15900);
    *wider = (struct observed_wider){ .reading.known = true,
                                      .range = { 32768, 65535 },
                                      .usable = 32768,
                                      .unprotected = 1 };

    expect_of(METRIC_PORT_USAGE,
              "remediate_port_exhaustion apply: 97.04% -> 48.52% now\n"
              "it widens 49152-65535 to 32768-65535: 16,384 -> 32,768 usable ports\n"
              "1 port with a listener there is not protected: while it is down, a "
              "connection may get its port\n"
              "what waits for a reboot is not in these numbers\n");
    setting_of("DynamicPortRangeTcp")->value.range = (struct port_range){ 32768, 65535 };
    expect_of(METRIC_PORT_USAGE, "remediate_port_exhaustion apply: nothing before a "
                                 "reboot, which its changes wait for\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_stock, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_buy_time_of_a_leak_is_a_wider_range),
        TEST(test_buy_time_is_not_enough_where_growth_eats_it),
        TEST(test_buy_time_is_not_enough_where_it_stays_beyond_its_limit),
        TEST(test_buy_time_says_what_is_better_and_not_good),
        TEST(test_buy_time_of_short_connections_frees_time_wait),
        TEST(test_buy_time_tells_what_gets_reserved),
        TEST(test_buy_time_tells_whom_nothing_protects),
        TEST(test_buy_time_of_attempts_is_not_to_press_it),
        TEST(test_buy_time_of_what_is_as_recommended_is_nothing),
        TEST(test_buy_time_of_udp_needs_a_range),
        TEST(test_buy_time_of_what_nobody_looked_at_is_not_known),
        TEST(test_buy_time_of_usage_that_is_not_known_tells_why),
        TEST(test_buy_time_of_windows_tells_what_waits),
    };

    return cmocka_run_group_tests_name("checks/buy_time", tests, NULL, NULL);
}
