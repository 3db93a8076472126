/* SPDX-License-Identifier: MIT */
/* Perfdata: order, units, thresholds, and what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static int given_busy_linux(void **state)
{
    (void)given_idle_linux(state);
    given_linux_settings(&scene.seen);
    given_time_wait(&scene.seen, "10.0.0.5", 443, 17222, 0);
    given_destination(&scene.seen, "10.0.0.6", 5432, 1000)->close_wait = 30;
    scene.seen.tcp.states[CONN_CLOSE_WAIT] = 30;
    given_bound(&scene.seen, 4);
    given_udp_ports(&scene.seen, 12);
    return 0;
}

static const char *print(uint32_t metrics, bool with_limits)
{
    judged_by(&scene, metrics);
    report_perfdata(&scene.report, with_limits, &printed);
    return text_string(&printed);
}

static void test_perfdata_has_everything_in_order(void **state)
{
    (void)state;

    assert_string_equal(
        print(METRICS_ALL, true),
        "port_usage=64.55%;80;;0;100 destination_usage=61.01%;50;80;0;100 "
        "time_wait=17222;;;0 udp_port_usage=0.04%;80;90;0;100 misconfigured=0;0;;0 "
        "ports_used=18226;;;0;28232 ports_usable=28232;;;0 established=1000;;;0 "
        "close_wait=30;;;0 bound=4;;;0");
}

static void test_perfdata_is_separate_from_what_stands_before(void **state)
{
    (void)state;

    text_add(&printed, "x | ");

    assert_string_equal(print(1U << METRIC_TIME_WAIT, true), "x | time_wait=17222;;;0");
}

static void test_perfdata_without_limits_keeps_labels_and_values(void **state)
{
    (void)state;

    assert_string_equal(
        print(METRICS_ALL, false),
        "port_usage=64.55%;;;0;100 destination_usage=61.01%;;;0;100 "
        "time_wait=17222;;;0 udp_port_usage=0.04%;;;0;100 misconfigured=0;;;0 "
        "ports_used=18226;;;0;28232 ports_usable=28232;;;0 established=1000;;;0 "
        "close_wait=30;;;0 bound=4;;;0");
}

static void test_perfdata_prints_each_kind_of_range(void **state)
{
    static const struct {
        const char *name;
        const char *range;
        const char *expected;
    } rows[] = {
        { "plain", "10", "time_wait=17222;10;;0" },
        { "plain written long", "0:10", "time_wait=17222;10;;0" },
        { "decimals", "10.25", "time_wait=17222;10.25;;0" },
        { "lower bound", "10:", "time_wait=17222;10:;;0" },
        { "from minus infinity", "~:10", "time_wait=17222;~:10;;0" },
        { "both bounds", "10:20", "time_wait=17222;10:20;;0" },
        { "inside", "@10:20", "time_wait=17222;@10:20;;0" },
        { "in words", "inside:10:20", "time_wait=17222;@10:20;;0" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        set_limit(&scene.limits[METRIC_TIME_WAIT].warning, rows[i].range);
        text_clear(&printed);
        if (strcmp(print(1U << METRIC_TIME_WAIT, true), rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&printed));
    }
}

static void test_perfdata_leaves_out_metrics_not_judged(void **state)
{
    (void)state;

    assert_string_equal(print(1U << METRIC_MISCONFIGURED, true), "misconfigured=0;0;;0");
}

static void test_perfdata_counts_come_with_a_usage(void **state)
{
    (void)state;

    assert_string_equal(print(1U << METRIC_PORT_USAGE, true),
                        "port_usage=64.55%;80;;0;100 ports_used=18226;;;0;28232 "
                        "ports_usable=28232;;;0 established=1000;;;0 "
                        "close_wait=30;;;0 bound=4;;;0");
}

static void test_perfdata_leaves_out_what_needs_an_unread_range(void **state)
{
    (void)state;

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        given_unread(&scene.seen.range[i].reading, "permission denied");

    assert_string_equal(print(METRICS_ALL, true),
                        "time_wait=17222;;;0 misconfigured=0;0;;0");
}

static void test_perfdata_keeps_the_range_when_sockets_are_unread(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "permission denied");

    assert_string_equal(print(METRICS_ALL, true),
                        "udp_port_usage=0.04%;80;90;0;100 misconfigured=0;0;;0 "
                        "ports_usable=28232;;;0");
}

static void test_perfdata_leaves_out_bound_sockets_that_were_not_counted(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;

    assert_null(strstr(print(METRICS_ALL, true), "bound"));
}

/* Never 0 where nobody counted them; 0 where somebody did. */
static void test_perfdata_ends_with_closed_ports_that_were_counted(void **state)
{
    (void)state;

    assert_null(strstr(print(METRICS_ALL, true), "closed_ports"));
    scene.seen.tcp.closed_known = CLOSED_EXACT;
    assert_non_null(
        strstr(print(METRICS_ALL, true), " bound=4;;;0 closed_ports=0;;;0;28232"));
    scene.seen.tcp.ports_closed = 7;
    scene.seen.tcp.closed_known = CLOSED_AT_LEAST;
    assert_non_null(strstr(print(METRICS_ALL, true), " closed_ports=7;;;0;28232"));
    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no range");
    (void)clear_scene(state);

    assert_null(strstr(print(METRICS_ALL, true), "closed_ports"));
}

/* Behind whatever was there before, to a tenth. */
static void test_perfdata_ends_with_the_close_rate(void **state)
{
    struct observed_closings *closings = &scene.seen.tcp.closings;
    const char *text;
    (void)state;

    assert_null(strstr(print(METRICS_ALL, true), "close_rate"));
    closings->known = true;
    text_clear(&printed);
    text = print(METRICS_ALL, true);
    assert_string_equal(strstr(text, " close_rate"), " close_rate=0;;;0");
    closings->all.by_age[0] = 301;
    text_clear(&printed);
    text = print(METRICS_ALL, true);
    assert_string_equal(strstr(text, " close_rate"), " close_rate=20.1;;;0");
    text_clear(&printed);
    assert_null(strstr(print(1U << METRIC_TIME_WAIT, true), "close_rate"));
}

static void test_perfdata_leaves_out_a_lower_bound(void **state)
{
    (void)state;

    scene.seen.settings[1].value.number = 0;
    scene.seen.settings[2].presence = SETTING_UNREAD;

    assert_string_equal(print(1U << METRIC_MISCONFIGURED, true), "");
}

static void test_perfdata_never_rounds_up_to_full(void **state)
{
    (void)state;

    scene.seen.tcp.ports_used = 28231;

    assert_memory_equal(print(METRICS_ALL, true), "port_usage=99.99%;80;;0;100", 27);
}

static void test_perfdata_of_no_usable_port_is_full(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40009, 10);
    scene.seen.tcp.ports_used = 0;

    assert_memory_equal(print(METRICS_ALL, true), "port_usage=100%;80;;0;100", 25);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_busy_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_perfdata_has_everything_in_order),
        TEST(test_perfdata_is_separate_from_what_stands_before),
        TEST(test_perfdata_without_limits_keeps_labels_and_values),
        TEST(test_perfdata_prints_each_kind_of_range),
        TEST(test_perfdata_leaves_out_metrics_not_judged),
        TEST(test_perfdata_counts_come_with_a_usage),
        TEST(test_perfdata_leaves_out_what_needs_an_unread_range),
        TEST(test_perfdata_keeps_the_range_when_sockets_are_unread),
        TEST(test_perfdata_leaves_out_bound_sockets_that_were_not_counted),
        TEST(test_perfdata_ends_with_closed_ports_that_were_counted),
        TEST(test_perfdata_ends_with_the_close_rate),
        TEST(test_perfdata_leaves_out_a_lower_bound),
        TEST(test_perfdata_never_rounds_up_to_full),
        TEST(test_perfdata_of_no_usable_port_is_full),
    };

    return cmocka_run_group_tests_name("plugin/report_perfdata", tests, NULL, NULL);
}
