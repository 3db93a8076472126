/* SPDX-License-Identifier: MIT */
/* What -v adds: the tables, and the next step that fits to what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/report_details.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum {
    TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE,
    ONLY_SETTINGS = 1 << METRIC_MISCONFIGURED
};

static const char *next_steps(uint32_t metrics)
{
    return print_part(report_next_steps, metrics, 0);
}

static void given_windows_host(void)
{
    given_windows(&scene.seen);
    judged_defaults(&scene);
}

static void test_next_steps_of_a_healthy_host_are_none(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 100);

    assert_string_equal(next_steps(TCP_USAGE), "");
}

/* No state has more than half of the sockets. */
static void test_next_steps_of_a_full_destination(void **state)
{
    (void)state;

    given_destination(&scene.seen, "2001:db8::1", 443, 15000)->established = 7500;

    assert_string_equal(next_steps(TCP_USAGE),
                        "next: reuse connections to [2001:db8::1]:443 (keep-alive, a "
                        "connection pool), or spread them over more addresses\n"
                        "next: to see who holds the ports, run as root: ss -tanp dst "
                        "[2001:db8::1]:443\n");
}

static void test_next_steps_of_established_limit_the_pool(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->established = 7501;
    (void)next_steps(TCP_USAGE);

    assert_has("next: many open connections (ESTABLISHED) to 10.0.0.5:443: limit their "
               "number (the size of the connection pool), or spread them over more "
               "addresses\n");
    assert_has_not("reuse");
}

static void test_next_steps_of_time_wait(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 15000, 0);
    (void)next_steps(TCP_USAGE);

    assert_has("next: many short connections (TIME_WAIT): reuse connections to "
               "10.0.0.5:443 (keep-alive, a connection pool), or spread them over "
               "more addresses\n");
}

static void test_next_steps_of_close_wait_blame_the_program(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->close_wait = 14000;
    (void)next_steps(TCP_USAGE);

    assert_has("next: a program on this host does not close its connections to "
               "10.0.0.5:443 (CLOSE_WAIT): fix or restart it\n");
}

static void test_next_steps_of_a_server_that_does_not_answer(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->syn_sent = 14000;
    (void)next_steps(TCP_USAGE);

    assert_has("next: 10.0.0.5:443 does not answer (SYN_SENT): check that server and the "
               "firewalls on the way; use a shorter connect timeout here\n");
}

static void test_next_steps_of_blocked_ports(void **state)
{
    (void)state;

    given_bound(&scene.seen, 15000);
    (void)next_steps(TCP_USAGE);

    assert_has("next: listeners and bound sockets hold 15000 ports of the range: move "
               "them out of it\n");
}

static void test_next_steps_of_destinations_not_told_apart(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.untracked_bound = 15000;
    (void)next_steps(TCP_USAGE);

    assert_has("next: reuse connections to each destination (keep-alive");
    assert_has("run as root: ss -tanp\n");
}

static void test_next_steps_on_windows(void **state)
{
    (void)state;

    given_windows_host();
    given_destination(&scene.seen, "10.0.0.5", 443, 10000);

    assert_string_equal(
        next_steps(TCP_USAGE),
        "next: each port can be used only once on this host: reuse connections, "
        "or widen the dynamic range\n"
        "next: to see who holds the ports, run as administrator: netstat -anob\n");
}

static void test_next_steps_of_udp(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 28000);

    assert_string_equal(next_steps(1U << METRIC_UDP_PORT_USAGE),
                        "next: to see who holds the UDP ports, run as root: ss -uanp\n");
}

static void test_next_steps_of_a_time_wait_threshold(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 200, 0);
    assert_true(threshold_parse("100", &scene.limits[METRIC_TIME_WAIT].warning, NULL));

    assert_string_equal(next_steps(1U << METRIC_TIME_WAIT),
                        "next: many short connections: reuse connections (keep-alive, a "
                        "connection pool)\n");
}

static void test_next_steps_of_settings_name_the_remediation(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[1].value.number = 1;

    assert_string_equal(
        next_steps(ONLY_SETTINGS),
        "next: 1 setting is not as recommended: remediate_port_exhaustion "
        "plan\n");
}

static void test_next_steps_of_settings_of_a_container_name_its_start(void **state)
{
    static const enum settings_scope scopes[] = { SETTINGS_OF_CONTAINER,
                                                  SETTINGS_OF_NAMESPACE };
    (void)state;

    given_linux_settings(&scene.seen);
    for (size_t i = 0; i < ARRAY_COUNT(scopes); i++) {
        scene.seen.settings_scope = scopes[i];
        assert_string_equal(next_steps(ONLY_SETTINGS),
                            "next: 2 settings are not as recommended: set them where the "
                            "container is started (docker run or podman run --sysctl, "
                            "compose sysctls:, Kubernetes securityContext.sysctls)\n");
    }
}

static void test_next_steps_of_a_value_that_no_file_keeps(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[0].value.range = (struct port_range){ 10000, 65535 };
    scene.seen.settings[0].boot = BOOT_UNSET;
    scene.seen.settings[1].value.number = 1;

    assert_string_equal(
        next_steps(ONLY_SETTINGS),
        "next: 1 setting is not as recommended: remediate_port_exhaustion "
        "plan\n");
}

static void test_next_steps_of_settings_that_wait_are_a_reboot(void **state)
{
    (void)state;

    given_windows_host();
    given_setting(&scene.seen, "TcpTimedWaitDelay", 30);
    given_setting(&scene.seen, "StrictTimeWaitSeqCheck", 1);
    given_setting_range(&scene.seen, "DynamicPortRangeTcp", 32768, 65535);
    given_setting_range(&scene.seen, "DynamicPortRangeUdp", 32768, 65535);
    given_setting_absent(&scene.seen, "MaxUserPort", SETTING_OS_DEFAULT, "");
    scene.seen.settings[0].waiting_since_s = GIVEN_TIME_S;
    assert_string_equal(next_steps(ONLY_SETTINGS),
                        "next: reboot: 1 setting waits for it\n");
    scene.seen.settings[1].waiting_since_s = GIVEN_TIME_S;

    assert_string_equal(next_steps(ONLY_SETTINGS),
                        "next: reboot: 2 settings wait for it\n");
}

static void test_next_steps_of_an_interrupted_remediation_come_first(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.interrupted_since_s = GIVEN_TIME_S;

    assert_string_equal(
        next_steps(ONLY_SETTINGS),
        "next: roll back the interrupted remediation: remediate_port_exhaustion undo\n"
        "next: 2 settings are not as recommended: remediate_port_exhaustion "
        "plan\n");
    assert_string_equal(next_steps(TCP_USAGE), "");
}

static void test_next_steps_of_an_unread_range(void **state)
{
    (void)state;

    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no such file");

    assert_string_equal(
        next_steps(TCP_USAGE),
        "next: the port range cannot be read: give it with --range FIRST-LAST\n");
}

static void test_next_steps_of_unread_settings(void **state)
{
    (void)state;

    assert_string_equal(next_steps(ONLY_SETTINGS),
                        "next: allow this user to read the unread settings, or drop them "
                        "in the policy\n");
}

static void test_details_show_value_and_thresholds(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000);
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("\nmetric             state     value  warning  critical\n"
               "destination usage  WARNING  53.13%       50        80  15000 of 28232 "
               "ports\n"
               "port usage         OK       53.13%       80         -  15000 of 28232 "
               "ports\n");
}

static void test_details_say_how_many_are_wrong_at_least(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[1].presence = SETTING_UNREAD;
    scene.seen.settings[2].value.number = 0;
    (void)print_part(report_details, ONLY_SETTINGS, 1);

    assert_has("  at least 1; tcp_tw_reuse: not observed\n");
}

static void test_details_show_two_ranges_that_differ(void **state)
{
    (void)state;

    scene.seen.range[IP_PROTOCOL_UDP].range.last = 60000;
    scene.seen.range[IP_PROTOCOL_UDP].reserved = 7;
    scene.seen.range[IP_PROTOCOL_UDP].usable = 27226;
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("\nTCP range            32768-60999, 28232 usable, 0 reserved "
               "(net.ipv4.ip_local_port_range)\n"
               "UDP range            32768-60000, 27226 usable, 7 reserved "
               "(net.ipv4.ip_local_port_range)\n");
}

static void test_details_show_what_was_not_counted(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 37;
    observation_note(&scene.seen, "kernel 6.1 cannot list bound sockets");
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("\nnot counted          at most 37 bound sockets\n");
    assert_has("\nnote                 kernel 6.1 cannot list bound sockets\n");
}

static void test_details_show_settings_that_wait_for_a_reboot(void **state)
{
    (void)state;

    given_windows_host();
    given_windows_settings(&scene.seen);
    (void)print_part(report_details, ONLY_SETTINGS, 1);

    assert_has("\nStrictTimeWaitSeqCheck  not set      1                         1       "
               "     WRONG        not set, so the default of Windows applies; tuning "
               "guides say that without it TcpTimedWaitDelay has no effect; takes effect "
               "after a reboot\n");
    assert_has("\nMaxUserPort             not set      absent or 32768 to 65534  absent  "
               "     recommended\n");
}

static void test_details_list_destinations_and_count_the_rest(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 100, 40);
    given_destination(&scene.seen, "10.0.0.6", 443, 10);
    given_listeners(&scene.seen, 2);
    judged_by(&scene, TCP_USAGE);
    scene.report.verbosity = 1;
    scene.report.top = 1;
    report_details(&scene.report, &printed);

    assert_has("\nbusiest destinations  from      ports  usage  sockets  established  "
               "time_wait  reusable  close_wait  syn_sent  other\n"
               "10.0.0.5:443          10.0.0.1     62  0.21%      100            0       "
               " 100        40           0         0      0\n"
               "and 1 more\n");
}

static void test_details_count_states_without_a_column(void **state)
{
    struct destination *to = given_destination(&scene.seen, "10.0.0.5", 443, 100);
    (void)state;

    to->established = 10;
    to->time_wait = 5;
    to->close_wait = 4;
    to->syn_sent = 60;
    judged_by(&scene, TCP_USAGE);
    scene.report.verbosity = 1;
    scene.report.top = 1;
    report_details(&scene.report, &printed);

    assert_has("\n10.0.0.5:443          10.0.0.1    100  0.35%      100           10     "
               "     5         0           4        60     21\n");
}

static void test_details_tell_how_it_was_read_when_asked_twice(void **state)
{
    (void)state;

    scene.seen.rows = 42;
    scene.seen.duration_us = 1234567;
    (void)print_part(report_details, TCP_USAGE, 1);
    assert_has_not("rows");
    assert_has("\npolicy               built-in\n");

    (void)print_part(report_details, TCP_USAGE, 2);

    assert_has("\npolicy               built-in\n"
               "read                 TCP sock_diag, UDP sock_diag, 42 rows, 1234.567 "
               "ms\n"
               "host                 web1, linux 6.1.0, 2025-10-09T08:53:20Z\n"
               "version              1.2.3\n");
}

static void test_details_name_the_file_of_the_policy_and_its_sum(void **state)
{
    (void)state;

    scene.policy.origin = (struct policy_origin){ .summed = true, .crc32 = 0x1234ABC };
    judged_by(&scene, ONLY_SETTINGS);
    scene.report.policy_source = "/etc/p.json";
    scene.report.verbosity = 1;
    report_details(&scene.report, &printed);

    assert_has("\npolicy               /etc/p.json, CRC-32 01234abc\n");
}

static void test_details_tell_what_of_a_newer_policy_is_left_out(void **state)
{
    (void)state;

    scene.policy.origin =
        (struct policy_origin){ .skipped = "the policy's schema 2 is newer: x" };
    (void)print_part(report_details, ONLY_SETTINGS, 1);

    assert_has("\nnote                 the policy's schema 2 is newer: x\n");
}

static void test_details_judge_no_setting_without_the_policy_of_the_site(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    (void)print_part(report_details, METRICS_ALL, 1);

    assert_has(" policy /x: broken\n");
    assert_has("note                 the site's policy has no effect: usage that the "
               "command line does not limit is judged by the built-in limits, as WARNING "
               "at most\n");
    assert_has_not("recommended");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_next_steps_of_a_healthy_host_are_none),
        TEST(test_next_steps_of_a_full_destination),
        TEST(test_next_steps_of_established_limit_the_pool),
        TEST(test_next_steps_of_time_wait),
        TEST(test_next_steps_of_close_wait_blame_the_program),
        TEST(test_next_steps_of_a_server_that_does_not_answer),
        TEST(test_next_steps_of_blocked_ports),
        TEST(test_next_steps_of_destinations_not_told_apart),
        TEST(test_next_steps_on_windows),
        TEST(test_next_steps_of_udp),
        TEST(test_next_steps_of_a_time_wait_threshold),
        TEST(test_next_steps_of_settings_name_the_remediation),
        TEST(test_next_steps_of_settings_of_a_container_name_its_start),
        TEST(test_next_steps_of_a_value_that_no_file_keeps),
        TEST(test_next_steps_of_settings_that_wait_are_a_reboot),
        TEST(test_next_steps_of_an_interrupted_remediation_come_first),
        TEST(test_next_steps_of_an_unread_range),
        TEST(test_next_steps_of_unread_settings),
        TEST(test_details_show_value_and_thresholds),
        TEST(test_details_say_how_many_are_wrong_at_least),
        TEST(test_details_show_two_ranges_that_differ),
        TEST(test_details_show_what_was_not_counted),
        TEST(test_details_show_settings_that_wait_for_a_reboot),
        TEST(test_details_list_destinations_and_count_the_rest),
        TEST(test_details_count_states_without_a_column),
        TEST(test_details_tell_how_it_was_read_when_asked_twice),
        TEST(test_details_name_the_file_of_the_policy_and_its_sum),
        TEST(test_details_tell_what_of_a_newer_policy_is_left_out),
        TEST(test_details_judge_no_setting_without_the_policy_of_the_site),
    };

    return cmocka_run_group_tests_name("plugin/report_details", tests, NULL, NULL);
}
