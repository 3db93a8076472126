/* SPDX-License-Identifier: MIT */
/* The JSON document: its keys, and null for what is not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/given.h"
#include "tests/support/json_at.h"
#include "tests/support/printed_json.h"
#include "tests/support/scene.h"

/* "" when there is none. */
static const char *at(const char *path)
{
    return json_at(printed_json, path);
}

static void test_json_ends_with_one_newline(void **state)
{
    (void)state;

    print_json(METRICS_ALL);

    assert_string_equal(printed.data + printed.length - 3, "\n}\n");
}

static void test_json_has_its_keys_in_a_stable_order(void **state)
{
    static const char *const keys[] = {
        "schema",   "version",       "host",   "time",      "state",   "exit_code",
        "summary",  "metrics",       "range",  "udp_range", "sockets", "destinations",
        "owners",   "owners_unread", "look",   "heading",   "asked",   "not_asked",
        "settings", "notes",         "policy", "cost",
    };
    const char *key;
    json_t *value;
    size_t i = 0;
    (void)state;

    print_json(METRICS_ALL);

    assert_int_equal(json_object_size(printed_json), ARRAY_COUNT(keys));
    json_object_foreach(printed_json, key, value) assert_string_equal(key, keys[i++]);
}

static void test_json_policy_is_built_in(void **state)
{
    (void)state;

    print_json(METRICS_ALL);

    assert_string_equal(at("policy.source"), "\"built-in\"");
    assert_string_equal(at("policy.crc32"), "null");
    assert_string_equal(at("policy.error"), "null");
}

static void test_json_policy_has_the_sum_of_its_file(void **state)
{
    (void)state;

    scene.policy.origin = (struct policy_origin){ .summed = true, .crc32 = 0xBEEF };
    print_json(METRICS_ALL);

    assert_string_equal(at("policy.crc32"), "\"0000beef\"");
}

static void test_json_policy_says_why_the_one_of_the_site_has_no_effect(void **state)
{
    (void)state;

    policy_init_without_site(&scene.policy, "policy /x: broken");
    print_json(METRICS_ALL);

    assert_string_equal(at("policy.error"), "\"policy /x: broken\"");
    assert_string_equal(at("metrics.misconfigured.value"), "null");
    assert_string_equal(at("metrics.misconfigured.reason"), "\"policy /x: broken\"");
    assert_string_equal(at("settings"), "[]");
}

static void test_json_head_tells_who_and_when(void **state)
{
    (void)state;

    print_json(METRICS_ALL);

    assert_string_equal(at("schema"), "2");
    assert_string_equal(at("version"), "\"1.2.3\"");
    assert_string_equal(at("host"), "\"web1\"");
    assert_string_equal(at("time"), "\"2025-10-09T08:53:20Z\"");
}

static void test_json_host_is_null_when_unknown(void **state)
{
    (void)state;

    scene.seen.host[0] = '\0';
    print_json(METRICS_ALL);

    assert_string_equal(at("host"), "null");
}

static void test_json_exit_code_goes_with_the_state(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 28000);
    print_json(1U << METRIC_DESTINATION_USAGE);

    assert_string_equal(at("state"), "\"CRITICAL\"");
    assert_string_equal(at("exit_code"), "2");
    assert_string_equal(at("summary"),
                        "\"PORTS CRITICAL: 10.0.0.5:443 99.17% used (28000 of 28232, "
                        "limit 80%), too many open\"");
}

static void test_json_metric_that_is_known(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 18102);
    print_json(METRICS_ALL);

    assert_string_equal(at("metrics.destination_usage"),
                        "{\"value\":64.11,\"unit\":\"%\",\"state\":\"WARNING\","
                        "\"warning\":\"50\",\"critical\":\"80\",\"reason\":null,"
                        "\"why\":null,\"at_least\":false,\"more\":0,"
                        "\"cause\":\"too many open\"}");
    assert_string_equal(at("metrics.time_wait"),
                        "{\"value\":0,\"unit\":\"sockets\",\"state\":\"OK\","
                        "\"warning\":null,\"critical\":null,\"reason\":null,"
                        "\"why\":null}");
}

static void test_json_percentages_have_no_digits_of_binary_fractions(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 18102);
    print_json(METRICS_ALL);

    assert_non_null(strstr(text_string(&printed), "\"value\": 64.11,\n"));
}

static void test_json_metric_that_is_unknown(void **state)
{
    (void)state;

    given_unread(&scene.seen.udp.reading, "no \"udp\" here");
    print_json(METRICS_ALL);

    assert_string_equal(at("metrics.udp_port_usage"),
                        "{\"value\":null,\"unit\":\"%\",\"state\":\"UNKNOWN\","
                        "\"warning\":\"80\",\"critical\":\"90\","
                        "\"reason\":\"no \\\"udp\\\" here\",\"why\":null,"
                        "\"at_least\":false,\"more\":0,\"cause\":null}");
}

static void test_json_has_only_judged_metrics(void **state)
{
    (void)state;

    print_json(1U << METRIC_TIME_WAIT);

    assert_int_equal(json_object_size(json_object_get(printed_json, "metrics")), 1);
    assert_string_equal(at("settings"), "[]");
}

static void test_json_ranges(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40999, 5);
    given_unread(&scene.seen.range[IP_PROTOCOL_UDP].reading, "denied");
    print_json(METRICS_ALL);

    assert_string_equal(at("range"),
                        "{\"first\":40000,\"last\":40999,\"reserved\":5,\"usable\":995,"
                        "\"source\":\"net.ipv4.ip_local_port_range\"}");
    assert_string_equal(at("udp_range"),
                        "{\"first\":null,\"last\":null,\"reserved\":null,"
                        "\"usable\":null,\"source\":null}");
}

static void test_json_sockets(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 7);
    given_listeners(&scene.seen, 2);
    print_json(METRICS_ALL);

    assert_string_equal(at("sockets"),
                        "{\"source\":\"sock_diag\",\"states\":{\"established\":7,"
                        "\"syn_sent\":0,\"syn_received\":0,\"fin_wait_1\":0,"
                        "\"fin_wait_2\":0,\"time_wait\":0,\"closed\":0,\"close_wait\":0,"
                        "\"last_ack\":0,\"listen\":2,\"closing\":0,\"bound\":0},"
                        "\"ports_used\":9,\"ports_blocked\":2,\"ports_closed\":null,"
                        "\"ports_closed_known\":null,\"odd_usable\":null,"
                        "\"odd_used\":null,\"destinations_seen\":1,"
                        "\"close_rate\":null,\"sustainable_rate\":470.5}");
}

static void test_json_bound_is_null_when_not_counted(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    print_json(METRICS_ALL);

    assert_string_equal(at("sockets.states.bound"), "null");
    assert_string_equal(at("sockets.states.listen"), "0");
}

static void test_json_states_are_null_when_sockets_are_unread(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "denied");
    print_json(METRICS_ALL);

    assert_string_equal(at("sockets.source"), "null");
    assert_string_equal(at("sockets.states.established"), "null");
    assert_string_equal(at("sockets.ports_used"), "null");
    assert_string_equal(at("destinations"), "[]");
}

static void test_json_destination(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "2001:db8::1", 443, 100, 40);
    given_listeners(&scene.seen, 2);
    print_json(METRICS_ALL);

    assert_string_equal(at("destinations"),
                        "[{\"local\":\"::1\",\"remote\":\"2001:db8::1\",\"port\":443,"
                        "\"device\":null,\"ports\":62,\"usage\":0.21,\"cause\":null,"
                        "\"sockets\":100,\"established\":0,"
                        "\"time_wait\":100,\"reusable\":40,\"close_wait\":0,"
                        "\"syn_sent\":0,\"fin_wait_2\":0,\"owners\":null}]");
}

static void test_json_has_the_cause_of_each_usage_and_destination(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->established = 0;
    scene.seen.tcp.top[0].close_wait = 15000;
    given_destination(&scene.seen, "10.0.0.6", 443, 300);
    given_udp_ports(&scene.seen, 10);
    print_json(METRICS_ALL);

    assert_string_equal(at("metrics.port_usage.cause"), "\"not closed here\"");
    assert_string_equal(at("metrics.destination_usage.cause"), "\"not closed here\"");
    assert_string_equal(at("metrics.udp_port_usage.cause"), "null");
    assert_string_equal(at("destinations.0.cause"), "\"not closed here\"");
    assert_string_equal(at("destinations.1.cause"), "\"too many open\"");
    assert_null(strstr(text_string(&printed), "\"unit\":\"sockets\",\"cause\""));
}

static void test_json_lists_as_many_destinations_as_asked_for(void **state)
{
    (void)state;

    for (uint16_t port = 1; port <= 9; port++)
        given_destination(&scene.seen, "10.0.0.5", port, 10);
    print_json(METRICS_ALL);

    assert_int_equal(json_array_size(json_object_get(printed_json, "destinations")), 5);
}

static void test_json_settings(void **state)
{
    (void)state;

    given_linux_settings(&scene.seen);
    scene.seen.settings[2].value.number = 0;
    print_json(METRICS_ALL);

    assert_string_equal(
        at("settings.0"),
        "{\"name\":\"ip_local_port_range\",\"value\":\"32768-60999\",\"at_boot\":null,"
        "\"waiting_since\":null,"
        "\"accepted\":{\"min\":28232,\"max\":null},\"recommended\":\"10000-65535\","
        "\"state\":\"accepted\",\"reboot\":false,\"why\":\"the range limits the number "
        "of connections to one destination; the recommended range has up to 27304 "
        "more\"}");
    assert_string_equal(at("settings.2"),
                        "{\"name\":\"tcp_timestamps\",\"value\":0,\"at_boot\":null,"
                        "\"waiting_since\":null,\"accepted\":{\"min\":1,\"max\":2},"
                        "\"recommended\":1,\"state\":\"wrong\",\"reboot\":false,"
                        "\"why\":\"without timestamps tcp_tw_reuse has no effect\"}");
    assert_string_equal(at("settings.5"),
                        "{\"name\":\"tcp_max_tw_buckets\",\"value\":131072,\"at_boot\":"
                        "null,\"waiting_since\":null,"
                        "\"accepted\":null,\"recommended\":null,\"state\":\"noted\","
                        "\"reboot\":false,\"why\":null}");
}

static void test_json_settings_of_windows_need_a_reboot(void **state)
{
    (void)state;

    given_windows(&scene.seen);
    given_windows_settings(&scene.seen);
    judged_defaults(&scene);
    print_json(METRICS_ALL);

    assert_string_equal(at("settings.0.reboot"), "true");
    assert_string_equal(at("settings.0.value"), "null");
    assert_string_equal(at("settings.2.reboot"), "false");
    assert_string_equal(at("settings.4.recommended"), "\"absent\"");
}

static void test_json_survives_foreign_bytes(void **state)
{
    (void)state;

    (void)snprintf(scene.seen.host, sizeof scene.seen.host, "web\xff\"1\\");
    observation_note(&scene.seen, "a\xC3|\tb");
    print_json(METRICS_ALL);

    assert_string_equal(at("host"), "\"web?\\\"1\\\\\"");
    assert_string_equal(at("notes"), "[\"a?| b\"]");
}

static void test_json_notes_that_destinations_were_too_many(void **state)
{
    (void)state;

    scene.seen.tcp.untracked_bound = 12;
    print_json(METRICS_ALL);

    assert_string_equal(at("notes"), "[\"more destinations than this check can track: "
                                     "none of the others has more than 12 sockets\"]");
}

static void test_json_cost(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 7);
    scene.seen.duration_us = 1234;
    print_json(METRICS_ALL);

    assert_string_equal(at("cost"), "{\"rows\":7,\"milliseconds\":1.234}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_json)
    const struct CMUnitTest tests[] = {
        TEST(test_json_ends_with_one_newline),
        TEST(test_json_has_its_keys_in_a_stable_order),
        TEST(test_json_policy_is_built_in),
        TEST(test_json_policy_has_the_sum_of_its_file),
        TEST(test_json_policy_says_why_the_one_of_the_site_has_no_effect),
        TEST(test_json_head_tells_who_and_when),
        TEST(test_json_host_is_null_when_unknown),
        TEST(test_json_exit_code_goes_with_the_state),
        TEST(test_json_metric_that_is_known),
        TEST(test_json_percentages_have_no_digits_of_binary_fractions),
        TEST(test_json_metric_that_is_unknown),
        TEST(test_json_has_only_judged_metrics),
        TEST(test_json_ranges),
        TEST(test_json_sockets),
        TEST(test_json_bound_is_null_when_not_counted),
        TEST(test_json_states_are_null_when_sockets_are_unread),
        TEST(test_json_destination),
        TEST(test_json_has_the_cause_of_each_usage_and_destination),
        TEST(test_json_lists_as_many_destinations_as_asked_for),
        TEST(test_json_settings),
        TEST(test_json_settings_of_windows_need_a_reboot),
        TEST(test_json_survives_foreign_bytes),
        TEST(test_json_notes_that_destinations_were_too_many),
        TEST(test_json_cost),
    };

    return cmocka_run_group_tests_name("plugin/report_json", tests, NULL, NULL);
}
