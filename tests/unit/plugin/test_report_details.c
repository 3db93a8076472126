/* SPDX-License-Identifier: MIT */
/* What -v adds: the tables, and the next step that fits to what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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
        (void)next_steps(ONLY_SETTINGS);
        assert_has_words("next: 2 settings are not as recommended: set them where the "
                         "container is started (docker run or podman run --sysctl, "
                         "compose sysctls:, Kubernetes securityContext.sysctls");
        assert_has_words(i == 0 ? "sysctls)\n" : "; else ip netns exec NAME sysctl)\n");
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
        "why:  destination usage: no such file\n"
        "next: the port range cannot be read: give it with --range FIRST-LAST\n");
}

static void test_next_steps_of_unread_settings(void **state)
{
    (void)state;

    (void)next_steps(ONLY_SETTINGS);

    assert_has_words(
        "\nnext: allow this user to read the unread settings, or drop them in "
        "the policy\n");
}

static void test_details_show_value_and_thresholds(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000);
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has("\nmetric             state     value  warn / crit\n"
               "destination usage  WARNING  53.13%      50 / 80  15000 of 28232 ports\n"
               "port usage         OK       53.13%       80 / -  15000 of 28232 ports\n");
}

static void test_details_say_how_many_are_wrong_at_least(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[1].presence = SETTING_UNREAD;
    scene.seen.settings[2].value.number = 0;
    (void)print_part(report_details, ONLY_SETTINGS, 1);

    assert_has("  at least 1\n");
    assert_has("\nwhy:  misconfigured settings: tcp_tw_reuse: not observed\n");
}

static void test_details_show_two_ranges_that_differ(void **state)
{
    (void)state;

    scene.seen.range[IP_PROTOCOL_UDP].range.last = 60000;
    scene.seen.range[IP_PROTOCOL_UDP].reserved = 7;
    scene.seen.range[IP_PROTOCOL_UDP].usable = 27226;
    (void)print_part(report_details, TCP_USAGE, 1);

    assert_has_words("\nTCP range            32768-60999, 28232 usable, 0 reserved "
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

    assert_has_words("\nStrictTimeWaitSeqCheck  WRONG  not set, accepted 1, recommended "
                     "1; not set, so "
                     "the default of Windows applies; tuning guides say that without it "
                     "TcpTimedWaitDelay has no effect; takes effect after a reboot\n");
    assert_has_not("MaxUserPort");
    (void)print_part(report_details, ONLY_SETTINGS, 2);
    assert_has_words("\nMaxUserPort             recommended  not set, accepted absent or "
                     "32768 to 65534, recommended absent\n");
}

/* What is accepted stands in the plan. */
static void test_details_show_settings_that_need_a_look(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    (void)print_part(report_details, ONLY_SETTINGS, 1);
    assert_has_not("\nsetting");
    scene.seen.settings[1].presence = SETTING_UNREAD;
    (void)snprintf(scene.seen.settings[1].reason, OBSERVED_NOTE_SIZE, "no such file");
    (void)print_part(report_details, ONLY_SETTINGS, 1);
    assert_has_words(
        "\nsetting       state   value\ntcp_tw_reuse  unread  unread, accepted "
        "1 to 2, recommended 1; no such file\n");

    given_linux(&scene.seen);
    given_linux_settings(&scene.seen);
    scene.seen.settings[1].value.number = 1;
    scene.seen.settings[1].boot = BOOT_UNSET;
    (void)print_part(report_details, ONLY_SETTINGS, 1);
    assert_has_words(
        "\ntcp_tw_reuse  recommended  1, accepted 1 to 2, recommended 1; set "
        "at run time only");

    given_linux(&scene.seen);
    given_linux_settings(&scene.seen);
    scene.seen.tcp.time_wait = 1000000;
    (void)print_part(report_details, ONLY_SETTINGS, 1);
    assert_has_words("\ntcp_max_tw_buckets  noted  ");
    assert_has_not(", accepted");
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

    assert_has_words("\nports  usage  busiest destinations\n"
                     "   62  0.21%  10.0.0.5:443 from 10.0.0.1: 100 time_wait (40 "
                     "reusable)\n"
                     "and 1 more\n");
}

static void test_details_count_the_states_of_a_destination(void **state)
{
    struct destination *to = given_destination(&scene.seen, "10.0.0.5", 443, 100);
    (void)state;

    to->established = 10;
    to->time_wait = 5;
    to->close_wait = 4;
    to->syn_sent = 60;
    to->fin_wait_2 = 3;
    judged_by(&scene, TCP_USAGE);
    scene.report.verbosity = 1;
    scene.report.top = 1;
    report_details(&scene.report, &printed);

    assert_has_words("\n  100  0.35%  10.0.0.5:443 from 10.0.0.1: 5 time_wait, 10 "
                     "established, 4 close_wait, 60 syn_sent, 3 fin_wait_2, 18 other\n");
}

/* Words go on below themselves; only a word that is wider itself makes a line wider. */
static void test_details_fit_a_terminal(void **state)
{
    struct destination *to = given_destination(
        &scene.seen, "2001:db8:1111:2222:3333:4444:5555:6666", 65535, 28000);
    (void)state;

    to->device = 2;
    to->local = to->remote;
    given_device(&scene.seen, 2, "fifteen-letters");
    given_linux_settings(&scene.seen);
    scene.seen.settings[1].value.number = 0;
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    observation_note(&scene.seen, "%s",
                     "words words words words words words words words "
                     "words words words words words words words");
    (void)print_part(report_details, METRICS_ALL, 2);

    for (const char *line = text_string(&printed); *line;) {
        const size_t length = strcspn(line, "\n");

        if (length > REPORT_COLUMNS)
            fail_msg("%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
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

    assert_has("\nwhy:  misconfigured settings: policy /x: broken\n");
    assert_has_words(
        "note                 the site's policy has no effect: usage that the "
        "command line does not limit is judged by the built-in limits, as WARNING "
        "at most\n");
    assert_has_not("recommended");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_next_steps_of_a_healthy_host_are_none),
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
        TEST(test_details_show_settings_that_need_a_look),
        TEST(test_details_list_destinations_and_count_the_rest),
        TEST(test_details_count_the_states_of_a_destination),
        TEST(test_details_fit_a_terminal),
        TEST(test_details_tell_how_it_was_read_when_asked_twice),
        TEST(test_details_name_the_file_of_the_policy_and_its_sum),
        TEST(test_details_tell_what_of_a_newer_policy_is_left_out),
        TEST(test_details_judge_no_setting_without_the_policy_of_the_site),
    };

    return cmocka_run_group_tests_name("plugin/report_details", tests, NULL, NULL);
}
