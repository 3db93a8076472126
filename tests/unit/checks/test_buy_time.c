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

#define APPLY  "remediate_port_exhaustion apply (as root; `undo` reverts it)\n"
#define LOWERS "would lower usage from 80% to 40%, at once; live connections stay\n"
#define REUSES "reuses ports in TIME_WAIT after 1 s (tcp_tw_reuse 1)\n"
#define WIDENS                                                                           \
    "widens the range from 32768-60999 to 10000-65535 (28,232 -> 55,536 usable ports)"

static void test_buy_time_of_a_leak_is_a_wider_range(void **state)
{
    (void)state;
    given_toward(22646);

    expect(APPLY LOWERS WIDENS "\n");
}

static void given_look(uint32_t first, uint32_t last, uint32_t closed)
{
    scene.seen.look = (struct observed_look){
        .span_ms = 1000, .ports_first = first, .ports_last = last, .closed = closed
    };
}

static void test_buy_time_is_not_enough_where_growth_eats_it(void **state)
{
    (void)state;
    given_toward(22646);
    given_look(20706, 22646, 0);

    expect(APPLY LOWERS "NOT ENOUGH alone: at 1,940/s full again in about 16 s\n" WIDENS
                        "\n");
    given_look(22600, 22646, 0);
    expect(APPLY LOWERS WIDENS "\n");
}

static void test_buy_time_is_not_enough_where_it_stays_beyond_its_limit(void **state)
{
    (void)state;
    given_toward(28232);
    wider->usable = wider[1].usable = 31100;

    expect(APPLY "would lower usage from 100% to 90%, at once; live connections stay\n"
                 "NOT ENOUGH alone: usage would still be CRITICAL\n"
                 "widens the range from 32768-60999 to 10000-65535 (28,232 -> 31,100 "
                 "usable ports)\n");
    given_look(27000, 28232, 0);
    expect(APPLY "would lower usage from 100% to 90%, at once; live connections stay\n"
                 "NOT ENOUGH alone: usage would still be CRITICAL; at 1,232/s full again "
                 "in about 2 s\n"
                 "widens the range from 32768-60999 to 10000-65535 (28,232 -> 31,100 "
                 "usable ports)\n");
}

static void test_buy_time_says_what_is_better_and_not_good(void **state)
{
    (void)state;
    given_toward(28232);
    expect(APPLY "would lower usage from 100% to 50%, at once; live connections stay\n"
                 "usage would be WARNING\n" WIDENS "\n");

    scene.seen.tcp.top[0].sockets = 16000;
    scene.seen.tcp.top[0].established = 16000;
    wider->usable = wider[1].usable = 31100;
    expect(APPLY "would lower usage from 56% to 51%, at once; live connections stay\n"
                 "NOT ENOUGH alone: usage would still be WARNING\n"
                 "widens the range from 32768-60999 to 10000-65535 (28,232 -> 31,100 "
                 "usable ports)\n");
}

static void test_buy_time_of_short_connections_depends_on_that_server(void **state)
{
    struct destination *to;
    (void)state;
    to = given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    to->freeable = 13870;
    given_look(10000, 14934, 4934);

    expect(APPLY "would lower usage from 52% to 1%, at once; live connections stay\n"
                 "if that server does not use TCP timestamps: to 26%, and at 4,934/s "
                 "full again in about 8 s\n" WIDENS "\n" REUSES);
    given_look(14900, 14934, 1000);
    expect(APPLY "would lower usage from 52% to 1%, at once; live connections stay\n"
                 "if that server does not use TCP timestamps: to 26%, and at 1,000/s "
                 "full again in about 40 s\n" WIDENS "\n" REUSES);
    given_look(14900, 14934, 250);
    expect(APPLY "would lower usage from 52% to 1%, at once; live connections stay\n"
                 "if that server does not use TCP timestamps: to 26%\n" WIDENS
                 "\n" REUSES);
}

static void test_buy_time_tells_what_is_kept_out_of_the_range(void **state)
{
    static const uint16_t ports[] = { 15672, 27017 };
    (void)state;
    given_toward(22646);
    wider->reserves = 1029;
    wider->services = 1027;
    wider->listeners = 2;
    memcpy(wider->ports, ports, sizeof ports);
    wider->port_count = 2;

    expect(APPLY LOWERS WIDENS
           "; keeps 1,029 of the new ports out of it: 1,027 of well-known services, 2 in "
           "use by listeners (15672, 27017)\n");
    wider->services = 0;
    wider->reserves = wider->listeners = 1;
    wider->port_count = 1;
    expect(APPLY LOWERS WIDENS
           "; keeps 1 of the new ports out of it: 1 in use by a listener (15672)\n");
    wider->reserves = wider->listeners = 9;
    expect(APPLY LOWERS WIDENS "; keeps 9 of the new ports out of it: 9 in use by "
                               "listeners (15672, ...)\n");
    wider->reserves = wider->services = 5;
    wider->listeners = 0;
    wider->port_count = 0;
    expect(APPLY LOWERS WIDENS
           "; keeps 5 of the new ports out of it: 5 of well-known services\n");
}

static void test_buy_time_tells_whom_nothing_protects(void **state)
{
    (void)state;
    given_toward(22646);
    wider->unprotected = 6;
    wider->port_count = 1;
    wider->ports[0] = 20000;
    expect(APPLY LOWERS WIDENS "\nports 20000, ... (listeners) can be taken by outgoing "
                               "connections while those programs are stopped\n");

    wider->reserves = wider->services = 5;
    wider->port_count = 0;
    expect(APPLY LOWERS WIDENS
           "; keeps 5 of the new ports out of it: 5 of well-known services\n"
           "6 ports of listeners there can be taken by outgoing connections while those "
           "programs are stopped (`remediate_port_exhaustion plan` tells whose)\n");
    wider->unprotected = 1;
    expect(APPLY LOWERS WIDENS
           "; keeps 5 of the new ports out of it: 5 of well-known services\n"
           "1 port of a listener there can be taken by outgoing connections while that "
           "program is stopped (`remediate_port_exhaustion plan` tells whose)\n");
}

static void test_buy_time_of_attempts_is_not_to_press_it(void **state)
{
    struct destination *to = given_toward(19613);
    (void)state;
    to->established = 0;
    to->syn_sent = 19613;

    expect(
        "nothing helps here. Do NOT run remediate_port_exhaustion apply: it only makes "
        "room for more attempts\n");
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

    expect_of(METRIC_UDP_PORT_USAGE, APPLY
              "would lower usage from 97% to 49%, at once; live connections stay\n" WIDENS
              "\n60 ports of listeners there can be taken by outgoing connections "
              "while those programs are stopped (`remediate_port_exhaustion plan` "
              "tells whose)\n");
    setting_of("ip_local_port_range")->value.range = (struct port_range){ 10000, 65535 };
    expect_of(METRIC_UDP_PORT_USAGE, "nothing: remediate_port_exhaustion apply would "
                                     "leave this usage as it is\n");
}

static void test_buy_time_of_more_than_now_is_no_lowering(void **state)
{
    (void)state;
    given_toward(22646);
    wider->unprotected = 30000;

    expect(APPLY "would change usage from 80% to 94%, at once; live connections stay\n"
                 "NOT ENOUGH alone: usage would still be CRITICAL\n" WIDENS
                 "\n30,000 ports of listeners there can be taken by outgoing connections "
                 "while those programs are stopped (`remediate_port_exhaustion plan` "
                 "tells whose)\n");
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

    expect(APPLY "what usage would be is not known: netlink failed\n" WIDENS "\n");
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
                                      .unprotected = 1,
                                      .ports = { 47001 },
                                      .port_count = 1 };

    expect_of(METRIC_PORT_USAGE,
              "remediate_port_exhaustion apply (as administrator; `undo` reverts it)\n"
              "would lower usage from 97% to 48%, at once; live connections stay\n"
              "widens the range from 49152-65535 to 32768-65535 (16,384 -> 32,768 "
              "usable ports)\n"
              "port 47001 (a listener) can be taken by outgoing connections while "
              "that program is stopped\n"
              "TcpTimedWaitDelay and StrictTimeWaitSeqCheck take effect after a "
              "reboot only: not counted here\n");
    setting_of("DynamicPortRangeTcp")->value.range = (struct port_range){ 32768, 65535 };
    expect_of(METRIC_PORT_USAGE,
              "remediate_port_exhaustion apply changes no usage before a reboot: "
              "TcpTimedWaitDelay and StrictTimeWaitSeqCheck take effect then\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_stock, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_buy_time_of_a_leak_is_a_wider_range),
        TEST(test_buy_time_is_not_enough_where_growth_eats_it),
        TEST(test_buy_time_is_not_enough_where_it_stays_beyond_its_limit),
        TEST(test_buy_time_says_what_is_better_and_not_good),
        TEST(test_buy_time_of_short_connections_depends_on_that_server),
        TEST(test_buy_time_tells_what_is_kept_out_of_the_range),
        TEST(test_buy_time_tells_whom_nothing_protects),
        TEST(test_buy_time_of_attempts_is_not_to_press_it),
        TEST(test_buy_time_of_what_is_as_recommended_is_nothing),
        TEST(test_buy_time_of_udp_needs_a_range),
        TEST(test_buy_time_of_more_than_now_is_no_lowering),
        TEST(test_buy_time_of_what_nobody_looked_at_is_not_known),
        TEST(test_buy_time_of_usage_that_is_not_known_tells_why),
        TEST(test_buy_time_of_windows_tells_what_waits),
    };

    return cmocka_run_group_tests_name("checks/buy_time", tests, NULL, NULL);
}
