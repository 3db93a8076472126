/* SPDX-License-Identifier: MIT */
/* The first line of the text: order, words, limits; and when there is more than it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum {
    TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE,
    ONLY_SETTINGS = 1 << METRIC_MISCONFIGURED
};

static const char *print(uint32_t metrics)
{
    return print_whole(report_text, metrics);
}

/* The words of the first line, without the perfdata. */
static const char *print_words(uint32_t metrics)
{
    static char words[2048];

    (void)snprintf(words, sizeof words, "%s", print(metrics));
    words[strcspn(words, "|\n")] = '\0';
    if (strlen(words) > 0 && words[strlen(words) - 1] == ' ')
        words[strlen(words) - 1] = '\0';
    return words;
}

static void given_stock_settings(void)
{
    given_linux_settings(&scene.seen);
}

static void test_text_is_one_line_with_perfdata(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 100);

    assert_string_equal(print(1U << METRIC_TIME_WAIT | TCP_USAGE),
                        "PORTS OK: busiest 10.0.0.5:443 0.35% used (100 of 28232), TCP "
                        "ports 0.35% used | "
                        "port_usage=0.35%;80;;0;100 destination_usage=0.35%;50;80;0;100 "
                        "time_wait=0;;;0 ports_used=100;;;0;28232 "
                        "ports_usable=28232;;;0 established=100;;;0 close_wait=0;;;0 "
                        "bound=0;;;0\n");
}

static void test_text_begins_with_the_deciding_metric(void **state)
{
    (void)state;

    assert_string_equal(print_words(METRICS_ALL & ~(unsigned)ONLY_SETTINGS),
                        "PORTS OK: TCP ports 0% used (0 of 28232)");
    given_destination(&scene.seen, "10.0.0.5", 443, 16);
    assert_string_equal(print_words(METRICS_ALL & ~(unsigned)ONLY_SETTINGS),
                        "PORTS OK: busiest 10.0.0.5:443 0.05% used (16 of 28232), TCP "
                        "ports 0.05% used");

    given_windows(&scene.seen);
    given_destination(&scene.seen, "10.0.0.5", 443, 16);

    assert_string_equal(print_words(METRICS_ALL & ~(unsigned)ONLY_SETTINGS),
                        "PORTS OK: TCP ports 0.09% used (16 of 16384), busiest "
                        "10.0.0.5:443 0.09% used");
}

static void test_text_puts_the_worst_first(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000);
    set_limit(&scene.limits[METRIC_TIME_WAIT].critical, "@0");

    assert_string_equal(print_words(METRICS_ALL & ~(unsigned)ONLY_SETTINGS),
                        "PORTS CRITICAL: TIME_WAIT 0 (limit @0), 10.0.0.5:443 53.13% "
                        "used (15000 of 28232, limit 50%), too many open");
}

static void test_text_of_a_full_range_says_nothing_of_what_is_good(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 10000);
    given_destination(&scene.seen, "10.0.0.6", 443, 9000);
    given_destination(&scene.seen, "10.0.0.7", 443, 8000);

    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: TCP ports 95.63% used (27000 of 28232, limit "
                        "80%), too many open");
    scene.seen.tcp.top[0].sockets = 13500;
    assert_null(strstr(print_words(TCP_USAGE), "most to"));
    scene.seen.tcp.top[0].sockets = 13501;
    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: TCP ports 95.63% used (27000 of 28232, limit "
                        "80%), too many open, most to 10.0.0.5:443");
}

/* The busiest destination has half of the ports in use, or less. */
static void test_text_says_of_all_ports_what_the_destination_does_not_tell(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 14200);
    scene.seen.tcp.ports_used = 28232;
    scene.seen.tcp.top[0].sockets = scene.seen.tcp.top[0].established = 14116;
    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: TCP ports 100% used (28232 of 28232, limit 80%), "
                        "too many open");
    set_limit(&scene.limits[METRIC_DESTINATION_USAGE].warning, "40");
    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: 10.0.0.5:443 50% used (14116 of 28232, limit "
                        "40%), too many open");
    scene.seen.tcp.top[0].sockets = 14115;
    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: 10.0.0.5:443 49.99% used (14115 of 28232, limit "
                        "40%), too many open, TCP ports 100% used (28232 of 28232, limit "
                        "80%)");
    scene.seen.tcp.top[0].sockets = 28000;
    set_limit(&scene.limits[METRIC_PORT_USAGE].critical, "90");
    set_limit(&scene.limits[METRIC_DESTINATION_USAGE].critical, "100");
    assert_string_equal(
        print_words(TCP_USAGE),
        "PORTS CRITICAL: TCP ports 100% used (28232 of 28232, limit 90%), "
        "too many open, 10.0.0.5:443 99.17% used (28000 of 28232, limit "
        "40%)");
}

static void test_text_brackets_ipv6(void **state)
{
    (void)state;

    given_destination(&scene.seen, "2001:db8::1", 443, 10);

    assert_string_equal(print_words(1U << METRIC_DESTINATION_USAGE),
                        "PORTS OK: busiest [2001:db8::1]:443 0.03% used (10 of 28232)");
}

static void test_text_counts_blocked_ports_without_a_destination(void **state)
{
    (void)state;

    given_bound(&scene.seen, 28232);

    assert_string_equal(print_words(1U << METRIC_DESTINATION_USAGE),
                        "PORTS CRITICAL: every destination 100% used (28232 of 28232, "
                        "limit 80%), bound, never connected");
}

static void test_text_of_destinations_not_told_apart_is_an_upper_bound(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.untracked_bound = 12;

    assert_string_equal(print_words(1U << METRIC_DESTINATION_USAGE),
                        "PORTS OK: busiest destination at most 0.04% used (12 of "
                        "28232)");
}

static void test_text_names_the_destination_that_beats_the_bound(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 100);
    scene.seen.tcp.untracked_bound = 12;

    assert_string_equal(print_words(1U << METRIC_DESTINATION_USAGE),
                        "PORTS OK: busiest 10.0.0.5:443 0.35% used (100 of 28232)");
}

static void test_text_hides_udp_while_it_is_fine(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 10);

    assert_null(strstr(print_words(METRICS_ALL), "UDP"));
    assert_non_null(strstr(print(METRICS_ALL), "udp_port_usage=0.03%"));
}

static void test_text_shows_udp_in_trouble(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 28000);

    assert_string_equal(print_words(TCP_USAGE | 1U << METRIC_UDP_PORT_USAGE),
                        "PORTS CRITICAL: UDP ports 99.17% used (28000 of 28232, limit "
                        "90%), UDP sockets not closed");
}

static void test_text_shows_udp_when_no_tcp_usage_is_judged(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 10);

    assert_string_equal(print_words(1U << METRIC_UDP_PORT_USAGE),
                        "PORTS OK: UDP ports 0.03% used (10 of 28232)");
}

static void test_text_counts_misconfigured_settings_by_name(void **state)
{
    static const struct {
        const char *name;
        size_t wrong;
        const char *expected;
    } rows[] = {
        { "none", 0, "PORTS OK: no setting misconfigured" },
        { "one", 1, "PORTS WARNING: 1 setting misconfigured (tcp_tw_reuse)" },
        { "two", 2,
          "PORTS WARNING: 2 settings misconfigured (tcp_tw_reuse, tcp_timestamps)" },
        { "three", 3,
          "PORTS WARNING: 3 settings misconfigured (tcp_tw_reuse, tcp_timestamps, "
          "tcp_fin_timeout)" },
        { "four", 4,
          "PORTS WARNING: 4 settings misconfigured (tcp_tw_reuse, tcp_timestamps, "
          "tcp_fin_timeout, ...)" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        given_linux(&scene.seen);
        given_stock_settings();
        for (size_t j = 1; j <= rows[i].wrong; j++) {
            scene.seen.settings[j].presence = SETTING_SET;
            scene.seen.settings[j].value.number = 99;
        }
        if (strcmp(print_words(ONLY_SETTINGS), rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].name, print_words(ONLY_SETTINGS));
    }
}

static void test_text_says_why_a_metric_is_unknown(void **state)
{
    (void)state;

    given_unread(&scene.seen.udp.reading, "no inet_diag: permission denied");

    assert_string_equal(print_words(1U << METRIC_UDP_PORT_USAGE | TCP_USAGE),
                        "PORTS UNKNOWN: UDP port usage unknown (no inet_diag: permission "
                        "denied), TCP ports 0% used");
}

static void test_text_says_one_reason_once(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "permission denied");

    assert_string_equal(print_words(1U << METRIC_TIME_WAIT | TCP_USAGE),
                        "PORTS UNKNOWN: destination usage unknown (permission denied), "
                        "port usage unknown, TIME_WAIT unknown");
}

static void test_text_keeps_a_wrong_setting_beside_an_unread_one(void **state)
{
    (void)state;

    given_stock_settings();
    scene.seen.settings[1].presence = SETTING_UNREAD;
    (void)snprintf(scene.seen.settings[1].reason, sizeof scene.seen.settings[1].reason,
                   "permission denied");
    scene.seen.settings[2].value.number = 0;

    assert_string_equal(print(ONLY_SETTINGS),
                        "PORTS WARNING: 1 setting misconfigured (tcp_timestamps), others "
                        "unknown (tcp_tw_reuse: permission denied)\n");
}

static void test_text_cleans_foreign_bytes(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "a|b\nc\x1B[31m\xFFz");

    assert_string_equal(print(1U << METRIC_TIME_WAIT),
                        "PORTS UNKNOWN: TIME_WAIT unknown (a b c [31m?z)\n");
}

static void test_text_shortens_words_before_perfdata(void **state)
{
    const char *line;
    (void)state;

    memset(scene.seen.tcp.reading.reason, 'x', ERR_TEXT_SIZE - 1);
    scene.seen.tcp.reading.known = false;
    memset(scene.seen.udp.reading.reason, 'y', ERR_TEXT_SIZE - 1);
    scene.seen.udp.reading.known = false;
    given_stock_settings();
    for (size_t i = 1; i < 3; i++) {
        scene.seen.settings[i].presence = SETTING_UNREAD;
        memset(scene.seen.settings[i].reason, 'z', OBSERVED_NOTE_SIZE - 1);
    }
    line = print(METRICS_ALL);

    assert_in_range(strcspn(line, "\n"), 1, REPORT_FIRST_LINE_MAX);
    assert_null(strstr(line, "misconfigured settings unknown"));
    assert_non_null(strstr(line, "xx), port usage unknown, TIME_WAIT unknown, "));
    assert_non_null(strstr(line, "yy) | ports_usable=28232;;;0\n"));
}

static void given_long_limits(void)
{
    static const char digits[] = "1234567890123456789012345678901234567890"
                                 "1234567890123456789012345678901234567890"
                                 "12345678901234567890";

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        set_limit(&scene.limits[i].warning, digits);
        set_limit(&scene.limits[i].critical, digits);
    }
}

static void test_text_cuts_words_to_make_room_for_limits(void **state)
{
    const char *line;
    (void)state;

    given_stock_settings();
    given_long_limits();
    set_limit(&scene.limits[METRIC_TIME_WAIT].critical, "1");
    set_limit(&scene.limits[METRIC_UDP_PORT_USAGE].critical, "1");
    set_limit(&scene.limits[METRIC_MISCONFIGURED].critical, "1");
    set_limit(&scene.limits[METRIC_MISCONFIGURED].warning, "1");
    memset(scene.seen.udp.reading.reason, 'y', ERR_TEXT_SIZE - 1);
    scene.seen.udp.reading.known = false;
    line = print(METRICS_ALL);

    assert_in_range(strcspn(line, "\n"), 900, REPORT_FIRST_LINE_MAX);
    assert_non_null(strstr(line, "yyy... | port_usage=0%;12345"));
}

static void test_text_drops_limits_that_leave_no_room_for_words(void **state)
{
    const char *line;
    (void)state;

    given_stock_settings();
    given_long_limits();
    line = print(METRICS_ALL);

    assert_in_range(strcspn(line, "\n"), 1, REPORT_FIRST_LINE_MAX);
    assert_non_null(strstr(line, "PORTS OK: TCP ports 0% used (0 of 28232), no setting"));
    assert_non_null(strstr(line, " | port_usage=0%;;;0;100 "));
    assert_non_null(strstr(line, " bound=0;;;0\n"));
}

static void test_text_drops_limits_that_leave_room_for_few_words(void **state)
{
    static const char expected[] = "PORTS OK: TCP ports 0% used (0 of 28232), no "
                                   "setting misconfigured | port_usage=0%;;;0;100 ";
    const char *line;
    (void)state;

    given_stock_settings();
    given_long_limits();
    set_limit(&scene.limits[METRIC_UDP_PORT_USAGE].critical, "1");
    set_limit(&scene.limits[METRIC_MISCONFIGURED].critical, "1");
    set_limit(&scene.limits[METRIC_MISCONFIGURED].warning, "1");
    line = print(METRICS_ALL);

    assert_memory_equal(line, expected, sizeof expected - 1);
}

static void test_text_begins_with_the_error_of_a_bad_policy_of_the_site(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x|y: line 1, column 2: broken");

    assert_string_equal(print_words(METRICS_ALL),
                        "PORTS UNKNOWN: policy /x y: line 1, column 2: broken, "
                        "misconfigured settings unknown, TCP ports 0% used");
}

/* Also where the usage is worse, and where no setting is judged. */
static void test_text_begins_with_the_error_whatever_is_judged(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    given_range(&scene.seen, 40000, 40099, 0);
    given_listeners(&scene.seen, 81);
    memcpy(scene.limits, scene.policy.limits[OS_LINUX], sizeof scene.limits);

    assert_string_equal(print_words(TCP_USAGE),
                        "PORTS WARNING: policy /x: broken, every destination 81% used "
                        "(81 of 100, limit 80%), listeners in the range");
}

static void test_text_has_one_bar_at_every_verbosity(void **state)
{
    (void)state;

    given_stock_settings();
    observation_note(&scene.seen, "a|b");
    judged_by(&scene, METRICS_ALL);
    scene.report.policy_source = "/etc/a|b";
    scene.report.verbosity = 3;
    assert_true(report_text(&scene.report, &printed, NULL));

    assert_ptr_equal(strchr(printed.data, '|'), strrchr(printed.data, '|'));
    assert_true(strchr(printed.data, '|') < strchr(printed.data, '\n'));
}

static void test_text_drops_lines_over_the_limit_of_the_server(void **state)
{
    (void)state;

    for (uint16_t port = 1; port <= OBSERVED_DESTINATIONS_MAX; port++)
        given_destination(&scene.seen, "2001:db8:1111:2222:3333:4444:5555:6666", port, 1);
    judged_by(&scene, METRICS_ALL);
    scene.report.verbosity = 1;
    scene.report.top = OBSERVED_DESTINATIONS_MAX;
    assert_true(report_text(&scene.report, &printed, NULL));

    assert_in_range(printed.length, REPORT_TEXT_MAX - 300, REPORT_TEXT_MAX);
    assert_non_null(
        strstr(printed.data, "\n(shortened)\n\nrunbook.md: The check says UNKNOWN\n"));
    assert_string_equal(strrchr(printed.data, ':'), ": The check says UNKNOWN\n");
}

static void test_text_fits_before_anything_is_dropped(void **state)
{
    (void)state;

    given_stock_settings();
    judged_by(&scene, METRICS_ALL);
    scene.report.verbosity = 3;
    assert_true(report_text(&scene.report, &printed, NULL));

    assert_null(strstr(printed.data, "(shortened)"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_text_is_one_line_with_perfdata),
        TEST(test_text_begins_with_the_deciding_metric),
        TEST(test_text_puts_the_worst_first),
        TEST(test_text_of_a_full_range_says_nothing_of_what_is_good),
        TEST(test_text_says_of_all_ports_what_the_destination_does_not_tell),
        TEST(test_text_brackets_ipv6),
        TEST(test_text_counts_blocked_ports_without_a_destination),
        TEST(test_text_of_destinations_not_told_apart_is_an_upper_bound),
        TEST(test_text_names_the_destination_that_beats_the_bound),
        TEST(test_text_hides_udp_while_it_is_fine),
        TEST(test_text_shows_udp_in_trouble),
        TEST(test_text_shows_udp_when_no_tcp_usage_is_judged),
        TEST(test_text_counts_misconfigured_settings_by_name),
        TEST(test_text_says_why_a_metric_is_unknown),
        TEST(test_text_says_one_reason_once),
        TEST(test_text_keeps_a_wrong_setting_beside_an_unread_one),
        TEST(test_text_cleans_foreign_bytes),
        TEST(test_text_shortens_words_before_perfdata),
        TEST(test_text_cuts_words_to_make_room_for_limits),
        TEST(test_text_drops_limits_that_leave_no_room_for_words),
        TEST(test_text_drops_limits_that_leave_room_for_few_words),
        TEST(test_text_begins_with_the_error_of_a_bad_policy_of_the_site),
        TEST(test_text_begins_with_the_error_whatever_is_judged),
        TEST(test_text_has_one_bar_at_every_verbosity),
        TEST(test_text_drops_lines_over_the_limit_of_the_server),
        TEST(test_text_fits_before_anything_is_dropped),
    };

    return cmocka_run_group_tests_name("plugin/report_text", tests, NULL, NULL);
}
