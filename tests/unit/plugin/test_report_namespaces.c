/* SPDX-License-Identifier: MIT */
/* The namespaces as programs read them: JSON and Prometheus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/given_all_namespaces.h"
#include "tests/support/scene.h"

static void test_json_lists_them_worst_first(void **state)
{
    (void)state;

    given_seen("default/a", 10);
    given_seen("default/web", 81);
    given_not_read("default/late");
    judge_all(USAGES, OWNERS_SYSTEM);
    print_by(report_json);

    assert_has("\"state\": \"CRITICAL\"");
    assert_has("\"name\": \"pod default/web\"");
    assert_has("\"pod\": \"default/web\"");
    assert_has("\"netns\": 4026532002");
    assert_has("\"sight\": \"unread\"");
    assert_has("\"reason\": \"no time left to look at it\"");
    assert_has("\"first\": 32000");
    assert_has("\"usage\": 81");
    assert_true(strstr(text_string(&printed), "pod default/web\"") <
                strstr(text_string(&printed), "pod default/late\""));
    assert_true(strstr(text_string(&printed), "pod default/late\"") <
                strstr(text_string(&printed), "pod default/a\""));
}

/* Text cuts long names in the middle; programs look for whole ones. */
static void test_programs_read_whole_names(void **state)
{
    static const char pod[] = "customer-a-production/checkout-worker-7d9f5c6b8d-x2x4q";
    char quoted[sizeof pod + 32];

    (void)state;
    given_seen(pod, 81);
    judge_all(USAGES, OWNERS_SYSTEM);

    print_by(report_json);
    (void)snprintf(quoted, sizeof quoted, "\"name\": \"pod %s\"", pod);
    assert_has(quoted);
    print_by(report_prometheus);
    (void)snprintf(quoted, sizeof quoted, "pod=\"%s\"", pod);
    assert_has(quoted);
    print_by(report_text);
    assert_has("PORTS CRITICAL: pod customer-a-product...er-7d9f5c6b8d-x2x4q: ");
}

/* Of another namespace only what it has for itself. */
static void test_json_has_the_settings_of_each(void **state)
{
    struct observation *seen = given_seen("default/a", 10)->seen;

    (void)state;
    given_setting_range(seen, "ip_local_port_range", 32000, 32099);
    given_setting(seen, "tcp_tw_reuse", 2);
    given_setting(seen, "tcp_timestamps", 1);
    judge_all(USAGES, OWNERS_SYSTEM);

    assert_int_equal(all.policy.count, 3);
    print_by(report_json);
    assert_has("\"name\": \"ip_local_port_range\"");
    assert_has("\"value\": \"32000-32099\"");
    assert_has("\"state\": \"wrong\"");
    assert_has_not("tcp_fin_timeout");
}

static void test_json_without_them_has_no_such_key(void **state)
{
    (void)state;

    judged_by_default(&scene);
    print_by(report_json);

    assert_has_not("namespaces");
}

static void test_pids_and_programs_do_not_travel(void **state)
{
    (void)state;

    given_seen("", 81)->pid = 4711;
    (void)snprintf(list[0].names.owner.program, OWNER_NAME_SIZE, "nginx");
    judge_all(USAGES, OWNERS_SYSTEM);
    print_by(report_json);
    assert_has_not("nginx");
    assert_has_not("4711");
    print_by(report_prometheus);
    assert_has_not("nginx");
    print_by(report_text);
    assert_has("PORTS CRITICAL: namespace 4026532001: ");

    text_clear(&all.place);
    judge_all(USAGES, OWNERS_FULL);
    print_by(report_json);
    assert_has("\"program\": \"nginx\"");
    assert_has("\"pid\": 4711");
}

static void test_prometheus_has_one_series_for_each(void **state)
{
    (void)state;

    given_seen("default/web", 81);
    given_seen("", 20);
    (void)snprintf(list[1].names.netns, OWNER_NAME_SIZE, "blue");
    list[1].names.owner.kind = OWNER_CONTAINER;
    (void)snprintf(list[1].names.owner.name, OWNER_NAME_SIZE, "0123456789ab");
    judge_all(USAGES, OWNERS_SYSTEM);
    print_by(report_prometheus);

    assert_has("port_exhaustion_namespaces 3\n");
    assert_has("port_exhaustion_namespaces_over 1\n");
    assert_has("port_exhaustion_namespace_usage_ratio{namespace=\"4026532001\","
               "netns=\"4026532001\",pod=\"default/web\"} 0.81\n");
    assert_has("port_exhaustion_namespace_usage_ratio{namespace=\"blue\","
               "netns=\"4026532002\",container=\"0123456789ab\"} 0.2\n");
    assert_has("port_exhaustion_namespace_usage_ratio{own=\"true\"} 0\n");
    assert_has("port_exhaustion_namespace_state{namespace=\"blue\","
               "netns=\"4026532002\",container=\"0123456789ab\"} 0\n");
    assert_has("port_exhaustion_state 2\n");
}

/* Names may be cut to the same, and anybody may call one "own". */
static void test_prometheus_has_no_series_twice(void **state)
{
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        given_seen("", 20);
        (void)snprintf(list[i].names.netns, OWNER_NAME_SIZE, "own");
    }
    judge_all(USAGES, OWNERS_NONE);
    print_by(report_prometheus);

    assert_has("namespace_state{namespace=\"own\",netns=\"4026532001\"} 0\n");
    assert_has("namespace_state{namespace=\"own\",netns=\"4026532002\"} 0\n");
    assert_has("namespace_state{own=\"true\"} 0\n");
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, given_all, clear_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_json_lists_them_worst_first),
        ROW(test_programs_read_whole_names),
        ROW(test_json_has_the_settings_of_each),
        ROW(test_json_without_them_has_no_such_key),
        ROW(test_pids_and_programs_do_not_travel),
        ROW(test_prometheus_has_one_series_for_each),
        ROW(test_prometheus_has_no_series_twice),
    };

    return cmocka_run_group_tests_name("plugin/report_namespaces", tests, NULL, NULL);
}
