/* SPDX-License-Identifier: MIT */
/* What -v and JSON say of ranges: what of them was not read, which one is judged, and
 * what TIME_WAIT alone holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plugin/report.h"
#include "plugin/report_details.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE };

static const char *next_steps(uint32_t metrics)
{
    return print_part(report_next_steps, metrics, 0);
}

static void given_unread_part(enum ip_protocol protocol, const char *part)
{
    struct observed_range *range = &scene.seen.range[protocol];

    given_unread(&range->reading, "exit code 1");
    (void)snprintf(range->unread, sizeof range->unread, "%s", part);
}

static void test_next_steps_name_the_unread_part_of_a_range(void **state)
{
    (void)state;

    given_unread_part(IP_PROTOCOL_TCP, "excluded TCP ports of IPv6");
    given_unread_part(IP_PROTOCOL_UDP, "UDP port range");

    (void)next_steps(TCP_USAGE | 1U << METRIC_UDP_PORT_USAGE);

    assert_has_words(
        "why:  destination usage: exit code 1\n"
        "next: the excluded TCP ports of IPv6 cannot be read: with --range FIRST-LAST "
        "usage is judged without them\n"
        "next: the UDP port range cannot be read: give it with --range FIRST-LAST\n");
}

static void test_next_steps_name_what_both_protocols_lack_once(void **state)
{
    (void)state;

    given_unread_part(IP_PROTOCOL_TCP, "reserved ports");
    given_unread_part(IP_PROTOCOL_UDP, "reserved ports");

    (void)next_steps(TCP_USAGE | 1U << METRIC_UDP_PORT_USAGE);

    assert_has_words("why:  destination usage: exit code 1\n"
                     "next: the reserved ports cannot be read: with --range FIRST-LAST "
                     "usage is judged without them\n");
}

static struct observed_auto_reuse *given_auto_reuse(uint16_t first, uint16_t last)
{
    struct observed_auto_reuse *reuse = &scene.seen.range[IP_PROTOCOL_TCP].auto_reuse;

    reuse->range = (struct port_range){ first, last };
    return reuse;
}

static void test_details_say_which_range_connect_draws_from(void **state)
{
    (void)state;

    given_auto_reuse(22000, 65535);
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has_words(
        "\nauto-reuse range     22000-65535: connect() without bind() draws from "
        "it; judged is 32768-60999\n");
}

static void test_details_say_that_the_templates_differ(void **state)
{
    (void)state;

    given_auto_reuse(22000, 65535)->differ = true;
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("22000-65535 (the templates differ): connect()");
}

static void test_details_say_that_the_auto_reuse_range_was_not_read(void **state)
{
    (void)state;

    (void)snprintf(given_auto_reuse(0, 0)->unread, ERR_TEXT_SIZE, "WMI: no answer");
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has_words(
        "\nauto-reuse range     not read (WMI: no answer): judged is 32768-60999, "
        "whatever connect() draws from\n");
}

static void given_time_wait_only(uint32_t ports)
{
    given_destination(&scene.seen, "10.0.0.5", 443, 15000);
    scene.seen.tcp.time_wait_only_known = true;
    scene.seen.tcp.ports_time_wait_only = ports;
}

static void test_details_show_the_ports_that_time_wait_alone_holds(void **state)
{
    (void)state;

    given_time_wait_only(9000);
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("\nTCP ports            15000 in use, 9000 by TIME_WAIT alone\n");
    scene.seen.tcp.ports_time_wait_only = 0;
    (void)print_part(report_details, TCP_USAGE, 1);
    assert_has("\nTCP ports            15000 in use\n");
}

static void test_details_tell_where_usage_is_heading(void **state)
{
    struct observed_closings *closings = &scene.seen.tcp.closings;
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 14000, 0);
    (void)print_part(report_details, TCP_USAGE, 1);
    assert_has_not("heading");
    closings->known = closings->busiest_known = true;
    for (int i = 0; i < CLOSINGS_AGES; i++)
        closings->busiest.by_age[i] = 1000;
    (void)print_part(report_details, TCP_USAGE, 1);
    assert_has(
        "\nheading              toward 10.0.0.5:443: 200 closed/s, levels off at 49%\n");
    (void)print_part(report_details, 1U << METRIC_PORT_USAGE, 1);
    assert_has_not("heading");
}

static void test_details_of_windows_say_that_those_ports_are_judged(void **state)
{
    (void)state;

    given_time_wait_only(9000);
    scene.seen.os.kind = OS_WINDOWS;
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has_words("  15000 in use, 9000 by TIME_WAIT alone (judged: all of them)\n");
}

static void test_json_has_the_auto_reuse_range(void **state)
{
    (void)state;

    given_auto_reuse(22000, 65535);
    (void)print_whole(report_json, METRICS_ALL);

    assert_has("\"auto_reuse\": {\n      \"first\": 22000,\n      \"last\": 65535,\n"
               "      \"reason\": null\n    }");
}

static void test_json_says_why_the_auto_reuse_range_was_not_read(void **state)
{
    (void)state;

    (void)snprintf(given_auto_reuse(0, 0)->unread, ERR_TEXT_SIZE, "no answer");
    (void)print_whole(report_json, METRICS_ALL);

    assert_has("\"auto_reuse\": {\n      \"first\": null,\n      \"last\": null,\n"
               "      \"reason\": \"no answer\"\n    }");
}

static void test_json_has_the_ports_that_time_wait_alone_holds(void **state)
{
    (void)state;

    given_time_wait_only(9000);
    (void)print_whole(report_json, METRICS_ALL);

    assert_has("\"ports_time_wait_only\": 9000");
}

#define DETAILS_TEST(f) cmocka_unit_test_setup_teardown(f, given_idle_linux, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DETAILS_TEST(test_next_steps_name_the_unread_part_of_a_range),
        DETAILS_TEST(test_next_steps_name_what_both_protocols_lack_once),
        DETAILS_TEST(test_details_say_which_range_connect_draws_from),
        DETAILS_TEST(test_details_say_that_the_templates_differ),
        DETAILS_TEST(test_details_say_that_the_auto_reuse_range_was_not_read),
        DETAILS_TEST(test_details_show_the_ports_that_time_wait_alone_holds),
        DETAILS_TEST(test_details_tell_where_usage_is_heading),
        DETAILS_TEST(test_details_of_windows_say_that_those_ports_are_judged),
        DETAILS_TEST(test_json_has_the_auto_reuse_range),
        DETAILS_TEST(test_json_says_why_the_auto_reuse_range_was_not_read),
        DETAILS_TEST(test_json_has_the_ports_that_time_wait_alone_holds),
    };

    return cmocka_run_group_tests_name("plugin/report_details_range", tests, NULL, NULL);
}
