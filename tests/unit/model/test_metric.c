/* SPDX-License-Identifier: MIT */
/* The names and the default thresholds are promises to every site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/model/metric.h"

struct metric_row {
    const char *name;
    enum metric_id id;
    const char *unit;
    const char *linux_warning;
    const char *linux_critical;
    const char *windows_warning;
    const char *windows_critical;
};

static const struct metric_row rows[] = {
    { "port_usage", METRIC_PORT_USAGE, "%", "80", "", "50", "80" },
    { "destination_usage", METRIC_DESTINATION_USAGE, "%", "50", "80", "", "" },
    { "time_wait", METRIC_TIME_WAIT, "sockets", "", "", "", "" },
    { "udp_port_usage", METRIC_UDP_PORT_USAGE, "%", "80", "90", "80", "90" },
    { "misconfigured", METRIC_MISCONFIGURED, "settings", "0", "", "0", "" },
    { "conntrack_usage", METRIC_CONNTRACK_USAGE, "%", "", "", "", "" },
    { "exhaustion_events", METRIC_EXHAUSTION_EVENTS, "events", "", "", "0", "" },
};

static void test_metric_table_has_every_metric(void **state)
{
    (void)state;

    assert_int_equal(ARRAY_COUNT(rows), METRIC_COUNT);
}

static void test_metric_name_is_the_promised_one(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_string_equal(metric_names[rows[i].id], rows[i].name);
}

static void test_metric_from_name_finds_each(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        enum metric_id id = METRIC_COUNT;

        assert_true(metric_from_name(rows[i].name, &id));
        assert_int_equal(id, rows[i].id);
    }
}

static void test_metric_from_name_refuses_other_words(void **state)
{
    static const char *const words[] = { "", "port", "port_usage ", "PORT_USAGE",
                                         "bound" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        enum metric_id id = METRIC_TIME_WAIT;

        if (metric_from_name(words[i], &id) || id != METRIC_TIME_WAIT)
            fail_msg("'%s'", words[i]);
    }
}

static void test_metric_unit_is_the_promised_one(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_string_equal(metric_unit(rows[i].id), rows[i].unit);
}

static void test_metric_is_percent_for_usages(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (metric_is_percent(rows[i].id) != (strcmp(rows[i].unit, "%") == 0))
            fail_msg("%s", rows[i].name);
}

static void test_metric_deciding_depends_on_the_system(void **state)
{
    (void)state;

    assert_int_equal(metric_deciding(OS_LINUX), METRIC_DESTINATION_USAGE);
    assert_int_equal(metric_deciding(OS_WINDOWS), METRIC_PORT_USAGE);
    assert_int_equal(metric_deciding(OS_UNKNOWN), METRIC_PORT_USAGE);
}

static void assert_threshold(const char *metric, const struct threshold *threshold,
                             const char *expected)
{
    struct text out = { 0 };

    threshold_format(threshold, &out);
    if (strcmp(text_string(&out), expected) != 0 || threshold->set != (*expected != '\0'))
        fail_msg("%s: '%s', not '%s'", metric, text_string(&out), expected);
    text_clear(&out);
}

static void test_metric_default_limits_of_linux(void **state)
{
    struct metric_limits limits[METRIC_COUNT];
    (void)state;

    metric_default_limits(OS_LINUX, limits);

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_threshold(rows[i].name, &limits[i].warning, rows[i].linux_warning);
        assert_threshold(rows[i].name, &limits[i].critical, rows[i].linux_critical);
    }
}

static void test_metric_default_limits_of_windows(void **state)
{
    struct metric_limits limits[METRIC_COUNT];
    (void)state;

    metric_default_limits(OS_WINDOWS, limits);

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_threshold(rows[i].name, &limits[i].warning, rows[i].windows_warning);
        assert_threshold(rows[i].name, &limits[i].critical, rows[i].windows_critical);
    }
}

static void test_metric_default_limits_alert_on_one_wrong_setting(void **state)
{
    struct metric_limits limits[METRIC_COUNT];
    (void)state;

    metric_default_limits(OS_LINUX, limits);

    assert_false(threshold_alerts(&limits[METRIC_MISCONFIGURED].warning, 0));
    assert_true(threshold_alerts(&limits[METRIC_MISCONFIGURED].warning, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metric_table_has_every_metric),
        cmocka_unit_test(test_metric_name_is_the_promised_one),
        cmocka_unit_test(test_metric_from_name_finds_each),
        cmocka_unit_test(test_metric_from_name_refuses_other_words),
        cmocka_unit_test(test_metric_unit_is_the_promised_one),
        cmocka_unit_test(test_metric_is_percent_for_usages),
        cmocka_unit_test(test_metric_deciding_depends_on_the_system),
        cmocka_unit_test(test_metric_default_limits_of_linux),
        cmocka_unit_test(test_metric_default_limits_of_windows),
        cmocka_unit_test(test_metric_default_limits_alert_on_one_wrong_setting),
    };

    return cmocka_run_group_tests_name("model/metric", tests, NULL, NULL);
}
