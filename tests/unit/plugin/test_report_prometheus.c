/* SPDX-License-Identifier: MIT */
/* The Prometheus format: names, ratios, escapes, nothing for what is unknown. */
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

static const char *print(uint32_t metrics)
{
    return print_whole(report_prometheus, metrics);
}

/* Fails unless the output has exactly this line. */
static void assert_line(const char *line)
{
    size_t length = strlen(line);

    for (const char *at = text_string(&printed); *at; at += strcspn(at, "\n") + 1)
        if (strcspn(at, "\n") == length && strncmp(at, line, length) == 0)
            return;
    fail_msg("no line '%s' in\n%s", line, text_string(&printed));
}

static void test_prometheus_has_a_gauge_for_each_metric(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        (void)print(1U << i);

        assert_has_not("(null)");
    }
}

static void test_prometheus_one_metric_whole(void **state)
{
    (void)state;

    assert_string_equal(
        print(1U << METRIC_UDP_PORT_USAGE),
        "# HELP port_exhaustion_up Whether the host could be judged.\n"
        "# TYPE port_exhaustion_up gauge\n"
        "port_exhaustion_up 1\n"
        "# HELP port_exhaustion_state State of the check: 0 OK, 1 WARNING, 2 CRITICAL, "
        "3 UNKNOWN.\n"
        "# TYPE port_exhaustion_state gauge\n"
        "port_exhaustion_state 0\n"
        "# HELP port_exhaustion_metric_state State of one metric: 0 OK, 1 WARNING, "
        "2 CRITICAL, 3 UNKNOWN.\n"
        "# TYPE port_exhaustion_metric_state gauge\n"
        "port_exhaustion_metric_state{metric=\"udp_port_usage\"} 0\n"
        "# HELP port_exhaustion_udp_port_usage_ratio Usable UDP ports in use, over the "
        "usable ports.\n"
        "# TYPE port_exhaustion_udp_port_usage_ratio gauge\n"
        "port_exhaustion_udp_port_usage_ratio 0\n"
        "# HELP port_exhaustion_info The program, the system that it read and the "
        "policy; policy_crc32 is that of its file.\n"
        "# TYPE port_exhaustion_info gauge\n"
        "port_exhaustion_info{version=\"1.2.3\",os=\"linux\",policy=\"built-in\","
        "policy_crc32=\"\"} 1\n"
        "# HELP port_exhaustion_read_seconds Time needed to read the host.\n"
        "# TYPE port_exhaustion_read_seconds gauge\n"
        "port_exhaustion_read_seconds 0.0015\n"
        "# HELP port_exhaustion_observation_timestamp_seconds When the host was read.\n"
        "# TYPE port_exhaustion_observation_timestamp_seconds gauge\n"
        "port_exhaustion_observation_timestamp_seconds 1760000000\n");
}

static void test_prometheus_ratios_are_exact(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40002, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 1);
    (void)print(METRICS_ALL);

    assert_line("port_exhaustion_port_usage_ratio 0.3333333333333333");
    assert_line("port_exhaustion_destination_usage_ratio 0.3333333333333333");
}

static void test_prometheus_ratio_of_no_usable_port_is_one(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40009, 10);
    (void)print(METRICS_ALL);

    assert_line("port_exhaustion_port_usage_ratio 1");
}

static void test_prometheus_counts(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 20, 0);
    given_listeners(&scene.seen, 3);
    (void)print(METRICS_ALL);

    assert_line("port_exhaustion_time_wait_sockets 20");
    assert_line("port_exhaustion_ports_usable 28232");
    assert_line("port_exhaustion_ports_used 23");
    assert_line("port_exhaustion_ports_blocked 3");
    assert_line("port_exhaustion_sockets{state=\"time_wait\"} 20");
    assert_line("port_exhaustion_sockets{state=\"established\"} 0");
    assert_line("port_exhaustion_sockets{state=\"bound\"} 0");
}

static void test_prometheus_states_are_numbers(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 28000);
    given_unread(&scene.seen.udp.reading, "denied");
    (void)print(METRICS_ALL);

    assert_line("port_exhaustion_state 2");
    assert_line("port_exhaustion_metric_state{metric=\"port_usage\"} 1");
    assert_line("port_exhaustion_metric_state{metric=\"destination_usage\"} 2");
    assert_line("port_exhaustion_metric_state{metric=\"udp_port_usage\"} 3");
}

static void test_prometheus_leaves_out_what_is_unknown(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "denied");
    given_unread(&scene.seen.range[IP_PROTOCOL_UDP].reading, "denied");
    (void)print(METRICS_ALL);

    assert_line("port_exhaustion_ports_usable 28232");
    assert_has_not("_usage_ratio");
    assert_has_not("time_wait_sockets");
    assert_has_not("ports_used");
    assert_has_not("sockets{");
    assert_has_not("nan");
}

static void test_prometheus_leaves_out_bound_sockets_that_were_not_counted(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    (void)print(METRICS_ALL);

    assert_has_not("state=\"bound\"");
}

static void test_prometheus_lists_the_top_destinations(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 20);
    given_destination(&scene.seen, "2001:db8::1", 5432, 10);
    given_listeners(&scene.seen, 1);
    judged_by(&scene, METRICS_ALL);
    scene.report.top = 2;
    assert_true(report_prometheus(&scene.report, &printed, NULL));

    assert_line("port_exhaustion_destination_ports{local=\"10.0.0.1\","
                "remote=\"10.0.0.5\",port=\"443\"} 21");
    assert_line("port_exhaustion_destination_ports{local=\"::1\","
                "remote=\"2001:db8::1\",port=\"5432\"} 11");
}

static void test_prometheus_lists_no_more_destinations_than_asked_for(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 20);
    judged_by(&scene, METRICS_ALL);
    scene.report.top = 0;
    assert_true(report_prometheus(&scene.report, &printed, NULL));

    assert_has_not("destination_ports");
}

static void test_prometheus_labels_a_device_where_there_is_one(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 20)->device = 2;
    given_device(&scene.seen, 2, "eth0");
    print(METRICS_ALL);

    assert_line("port_exhaustion_destination_ports{local=\"10.0.0.1\","
                "remote=\"10.0.0.5\",port=\"443\",device=\"eth0\"} 20");
}

static void test_prometheus_shows_closed_ports_that_were_counted(void **state)
{
    (void)state;

    print(METRICS_ALL);
    assert_has_not("ports_closed");
    scene.seen.tcp.closed_known = CLOSED_SAMPLED;
    print(METRICS_ALL);
    assert_line("port_exhaustion_ports_closed 0");
    scene.seen.tcp.ports_closed = 9;
    print(METRICS_ALL);

    assert_line("port_exhaustion_ports_closed 9");
}

static void test_prometheus_shows_the_close_rate_where_it_is_known(void **state)
{
    (void)state;

    print(METRICS_ALL);
    assert_has_not("close_rate");
    scene.seen.tcp.closings.known = true;
    scene.seen.tcp.closings.all.by_age[2] = 301;
    print(METRICS_ALL);

    assert_line("port_exhaustion_close_rate 20.1");
}

static void test_prometheus_tells_causes_in_an_info_series_alone(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 20000);
    given_destination(&scene.seen, "10.0.0.5", 443, 200);
    print(METRICS_ALL);
    assert_line(
        "port_exhaustion_cause_info{metric=\"udp_port_usage\",cause=\"UDP sockets "
        "not closed\"} 1");
    assert_has_not("cause_info{metric=\"port_usage\"");

    given_destination(&scene.seen, "10.0.0.6", 443, 2000);
    print(1U << METRIC_PORT_USAGE);
    assert_line("port_exhaustion_cause_info{metric=\"port_usage\",cause=\"too many "
                "open\"} 1");
    assert_has_not("udp_port_usage");
    assert_has_not("usage_ratio{");
    given_udp_ports(&scene.seen, 0);
    print(1U << METRIC_UDP_PORT_USAGE);
    assert_has_not("cause");
}

static void test_prometheus_says_how_many_ports_were_not_seen(void **state)
{
    (void)state;

    given_listeners(&scene.seen, 2);
    print(METRICS_ALL);
    assert_has_not("ports_not_seen");
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 5000;
    print(METRICS_ALL);

    assert_line("port_exhaustion_ports_not_seen{metric=\"port_usage\"} 5000");
    assert_line("port_exhaustion_ports_not_seen{metric=\"destination_usage\"} 5000");
    print(1U << METRIC_PORT_USAGE);
    assert_has_not("metric=\"destination_usage\"} 5000");
}

static void test_prometheus_shows_answers(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE)->device = 2;
    given_device(&scene.seen, 2, "eth0");
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_FREE)->microseconds = 2000;
    given_ask(&scene.seen, ASK_UDP_CONNECT, NULL, 0, ASK_NONE);
    print(METRICS_ALL);

    assert_line("port_exhaustion_asked_port_free{kind=\"connect\",local=\"10.0.0.1\","
                "remote=\"10.0.0.5\",port=\"443\",device=\"eth0\"} 0");
    assert_line("port_exhaustion_asked_port_free{kind=\"connect\",local=\"127.0.0.1\","
                "remote=\"127.99.99.99\",port=\"9\"} 1");
    assert_line("port_exhaustion_asked_port_free{kind=\"bind\",local=\"0.0.0.0\"} 1");
    assert_line("port_exhaustion_asked_port_free{kind=\"udp_connect\","
                "remote=\"127.99.99.99\",port=\"9\"} 0");
    assert_line("port_exhaustion_asked_cpu_seconds{kind=\"bind\",local=\"0.0.0.0\"} "
                "0.002");
}

static void test_prometheus_leaves_out_answers_that_are_not_known(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE)->confirmed = false;
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_UNKNOWN);
    print(METRICS_ALL);
    assert_has_not("asked");
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    print(METRICS_ALL);

    assert_has_not("10.0.0.5");
    assert_has_not("kind=\"bind\"");
}

static void test_prometheus_settings(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[2].value.number = 0;
    (void)print(1U << METRIC_MISCONFIGURED);

    assert_line("port_exhaustion_misconfigured_settings 1");
    assert_line("port_exhaustion_setting_value{setting=\"ip_local_port_range\"} 28232");
    assert_line("port_exhaustion_setting_value{setting=\"tcp_timestamps\"} 0");
    assert_line("port_exhaustion_setting_wrong{setting=\"tcp_timestamps\"} 1");
    assert_line("port_exhaustion_setting_wrong{setting=\"tcp_tw_recycle\"} 0");
    assert_has_not("setting_value{setting=\"tcp_tw_recycle\"}");
}

static void test_prometheus_leaves_out_unread_settings(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[1].presence = SETTING_UNREAD;
    (void)print(1U << METRIC_MISCONFIGURED);

    assert_has_not("setting=\"tcp_tw_reuse\"");
    assert_has_not("misconfigured_settings");
}

static void test_prometheus_describes_no_name_without_samples(void **state)
{
    (void)state;

    (void)print(1U << METRIC_MISCONFIGURED);

    assert_has_not("port_exhaustion_setting_");
}

static void test_prometheus_escapes_labels(void **state)
{
    struct policy_setting *added = &scene.policy.settings[scene.policy.count];
    (void)state;

    *added = scene.policy.settings[0];
    added->os = OS_LINUX;
    (void)snprintf(added->name, sizeof added->name, "a\\b\"c\nd\xFF");
    scene.policy.count++;
    given_setting(&scene.seen, added->name, 45);
    (void)print(1U << METRIC_MISCONFIGURED);

    assert_line("port_exhaustion_setting_value{setting=\"a\\\\b\\\"c d?\"} 45");
}

static void test_prometheus_info_has_the_sum_of_the_policy(void **state)
{
    (void)state;

    scene.policy.origin = (struct policy_origin){ .summed = true, .crc32 = 0xA };
    judged_by(&scene, METRICS_ALL);
    scene.report.policy_source = "C:\\p.json";
    assert_true(report_prometheus(&scene.report, &printed, NULL));

    assert_line("port_exhaustion_info{version=\"1.2.3\",os=\"linux\",policy=\"C:"
                "\\\\p.json\",policy_crc32=\"0000000a\"} 1");
}

/* One TYPE line per name, each before its samples: else the collector refuses the file.
 */
static void test_prometheus_describes_each_name_once(void **state)
{
    char type[128];
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 20);
    given_destination(&scene.seen, "10.0.0.6", 443, 20);
    given_linux_settings(&scene.seen);
    (void)print(METRICS_ALL);

    for (const char *at = printed.data; *at; at += strcspn(at, "\n") + 1) {
        int length = (int)strcspn(at, " {\n");
        const char *found;

        if (*at == '#')
            continue;
        (void)snprintf(type, sizeof type, "# TYPE %.*s gauge\n", length, at);
        found = strstr(printed.data, type);
        if (!found || found > at || strstr(found + 1, type))
            fail_msg("%s stands not exactly once before its samples", type);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_prometheus_has_a_gauge_for_each_metric),
        TEST(test_prometheus_one_metric_whole),
        TEST(test_prometheus_ratios_are_exact),
        TEST(test_prometheus_ratio_of_no_usable_port_is_one),
        TEST(test_prometheus_counts),
        TEST(test_prometheus_states_are_numbers),
        TEST(test_prometheus_leaves_out_what_is_unknown),
        TEST(test_prometheus_leaves_out_bound_sockets_that_were_not_counted),
        TEST(test_prometheus_lists_the_top_destinations),
        TEST(test_prometheus_lists_no_more_destinations_than_asked_for),
        TEST(test_prometheus_labels_a_device_where_there_is_one),
        TEST(test_prometheus_shows_closed_ports_that_were_counted),
        TEST(test_prometheus_shows_the_close_rate_where_it_is_known),
        TEST(test_prometheus_says_how_many_ports_were_not_seen),
        TEST(test_prometheus_tells_causes_in_an_info_series_alone),
        TEST(test_prometheus_shows_answers),
        TEST(test_prometheus_leaves_out_answers_that_are_not_known),
        TEST(test_prometheus_settings),
        TEST(test_prometheus_leaves_out_unread_settings),
        TEST(test_prometheus_describes_no_name_without_samples),
        TEST(test_prometheus_escapes_labels),
        TEST(test_prometheus_info_has_the_sum_of_the_policy),
        TEST(test_prometheus_describes_each_name_once),
    };

    return cmocka_run_group_tests_name("plugin/report_prometheus", tests, NULL, NULL);
}
