/* SPDX-License-Identifier: MIT */
/* Connection tracking in every output: numbers, words, and where nothing is said. */
#include "plugin/conntrack_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_details.h"
#include "plugin/report_explain.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { ALL_BUT_SETTINGS = METRICS_ALL & ~(1 << METRIC_MISCONFIGURED) };

#define SINCE_BOOT_20                                                                    \
    "connection tracking: insert_failed 20 since boot; --look 5 says whether it "        \
    "happens "                                                                           \
    "now"

#define SNAT                                                                             \
    "(insert_failed): SNAT here may have run out of ports; connect() through it then "   \
    "times out"

/* 50 of 1,000 entries, nothing refused yet. */
static int given_tracking(void **state)
{
    (void)given_idle_linux(state);
    scene.seen.conntrack = (struct observed_conntrack){
        .reading.known = true, .entries = 50, .limit = 1000, .counters_known = true
    };
    return 0;
}

static void given_refused(uint64_t insert_failed, uint64_t dropped)
{
    scene.seen.conntrack.insert_failed = insert_failed;
    scene.seen.conntrack.dropped = dropped;
}

static void given_look_of(uint64_t insert_failed, uint64_t dropped)
{
    scene.seen.conntrack.look = (struct observed_conntrack_look){
        .span_ms = 5049, .insert_failed = insert_failed, .dropped = dropped
    };
}

static const char *refused_of(bool replayed)
{
    text_clear(&printed);
    conntrack_words_refused(&scene.seen.conntrack, replayed, &printed);
    return text_string(&printed);
}

static const char *refused(void)
{
    return refused_of(false);
}

static void test_counters_since_boot_accuse_nobody(void **state)
{
    (void)state;

    given_refused(20, 20);
    assert_string_equal(refused(), SINCE_BOOT_20);
    given_refused(20, 25);
    assert_string_equal(refused(), "connection tracking: insert_failed 20, drop 25 since "
                                   "boot; --look 5 says whether it happens now");
    given_refused(0, 1);
    assert_string_equal(refused(),
                        "connection tracking: drop 1 since boot; --look 5 says "
                        "whether it happens now");
    assert_string_equal(refused_of(true), "connection tracking: drop 1 since boot");
    assert_false(conntrack_words_snat_fails(&scene.seen.conntrack));
}

static void test_nothing_refused_is_not_told(void **state)
{
    (void)state;

    assert_string_equal(refused(), "");
    given_refused(20, 25);
    scene.seen.conntrack.counters_known = false;
    assert_string_equal(refused(), "");
}

static void test_look_tells_what_happens_now(void **state)
{
    (void)state;

    given_refused(20, 25);
    given_look_of(3, 3);
    assert_true(conntrack_words_snat_fails(&scene.seen.conntrack));
    assert_string_equal(refused(),
                        "connection tracking refused 20 new entries since boot, "
                        "3 of them in the last 5.0 s " SNAT);
    given_look_of(0, 2);
    assert_false(conntrack_words_snat_fails(&scene.seen.conntrack));
    assert_string_equal(refused(), "connection tracking dropped 5 other packets since "
                                   "boot, 2 of them in the last 5.0 s (drop): the table "
                                   "was full");
    given_refused(1, 2);
    given_look_of(1, 2);
    assert_string_equal(
        refused(), "connection tracking refused 1 new entry since boot, 1 of them in "
                   "the last 5.0 s " SNAT "; it dropped 1 other packet since boot, 1 "
                   "of them in the last 5.0 s (drop): the table was full");
}

static void test_look_that_saw_nothing_grow_says_nothing(void **state)
{
    (void)state;

    given_refused(20, 25);
    given_look_of(0, 0);

    assert_string_equal(refused(), "");
}

static const char *section(void)
{
    (void)print_part(report_runbook, ALL_BUT_SETTINGS, 1);
    return text_string(&printed);
}

static void test_snat_has_a_next_step_and_a_section(void **state)
{
    (void)state;

    given_refused(20, 20);
    assert_string_equal(section(), "");
    given_look_of(3, 3);
    assert_string_equal(section(), "\nrunbook.md: SNAT has no ports left\n");
    (void)print_part(report_next_steps, ALL_BUT_SETTINGS, 1);
    assert_has_words("next: see which destination uses up the ports of a SNAT rule "
                     "(runbook: SNAT has no ports left)");
    (void)print_part(report_next_steps, 1 << METRIC_PORT_USAGE, 1);
    assert_has_not("SNAT");
}

static void test_details_have_a_row_of_the_table(void **state)
{
    (void)state;

    (void)print_part(report_details, ALL_BUT_SETTINGS, 1);
    assert_has_words("50 of 1000 entries; since boot insert_failed 0, drop 0");
    assert_has_not("insert_failed 20");
    given_refused(20, 20);
    (void)print_part(report_details, ALL_BUT_SETTINGS, 1);
    assert_has_words("insert_failed 20, drop 20");
    assert_has_words(SINCE_BOOT_20);
    scene.seen.conntrack.counters_known = false;
    (void)print_part(report_details, ALL_BUT_SETTINGS, 1);
    assert_has("connection tracking  50 of 1000 entries\n");
    assert_has_not("since boot");
}

static void test_details_of_other_metrics_have_none(void **state)
{
    (void)state;

    given_refused(20, 20);

    (void)print_part(report_details, 1 << METRIC_PORT_USAGE, 1);
    assert_has_not("connection tracking");
}

static bool explain(const struct report *report, struct text *out, struct error *err)
{
    const struct explain_screen screen = { .terminal = true };

    return report_explain(report, &screen, out, err);
}

static void test_explain_names_what_was_refused(void **state)
{
    (void)state;

    (void)print_whole(explain, ALL_BUT_SETTINGS);
    assert_has_not("connection tracking");
    given_refused(20, 20);
    (void)print_whole(explain, ALL_BUT_SETTINGS);
    assert_has_words(SINCE_BOOT_20);
    (void)print_whole(explain, 1 << METRIC_PORT_USAGE);
    assert_has_not("connection tracking");
}

static void test_first_line_says_so_only_beyond_a_limit(void **state)
{
    (void)state;

    given_refused(20, 20);
    scene.seen.conntrack.entries = 950;
    (void)print_whole(report_text, ALL_BUT_SETTINGS);
    assert_has_not("conntrack usage");
    set_limit(&scene.limits[METRIC_CONNTRACK_USAGE].warning, "80");
    (void)print_whole(report_text, ALL_BUT_SETTINGS);
    assert_has("PORTS WARNING: conntrack usage 95% (limit 80%)");
}

static void test_json_has_the_table(void **state)
{
    (void)state;

    given_refused(20, 25);
    (void)print_whole(report_json, ALL_BUT_SETTINGS);
    assert_has("  \"conntrack\": {\n"
               "    \"entries\": 50,\n"
               "    \"limit\": 1000,\n"
               "    \"insert_failed\": 20,\n"
               "    \"dropped\": 25\n"
               "  },\n");
    scene.seen.conntrack = (struct observed_conntrack){ 0 };
    (void)print_whole(report_json, ALL_BUT_SETTINGS);
    assert_has_not("conntrack");
}

static void test_prometheus_has_counters(void **state)
{
    (void)state;

    given_refused(20, 25);
    (void)print_whole(report_prometheus, ALL_BUT_SETTINGS);
    assert_has("# TYPE port_exhaustion_conntrack_usage_ratio gauge\n"
               "port_exhaustion_conntrack_usage_ratio 0.05\n");
    assert_has("# TYPE port_exhaustion_conntrack_insert_failed_total counter\n"
               "port_exhaustion_conntrack_insert_failed_total 20\n");
    assert_has("# TYPE port_exhaustion_conntrack_drop_total counter\n"
               "port_exhaustion_conntrack_drop_total 25\n");
    (void)print_whole(report_prometheus, 1 << METRIC_PORT_USAGE);
    assert_has_not("conntrack");
}

static const char *perfdata(uint32_t metrics)
{
    text_clear(&printed);
    judged_by(&scene, metrics);
    report_perfdata(&scene.report, true, &printed);
    return text_string(&printed);
}

static void test_perfdata_has_counters_behind_the_usage(void **state)
{
    (void)state;

    given_refused(20, 25);
    assert_string_equal(perfdata(1U << METRIC_CONNTRACK_USAGE),
                        "conntrack_usage=5%;;;0;100 conntrack_insert_failed=20c;;;0 "
                        "conntrack_drop=25c;;;0");
    scene.seen.conntrack.counters_known = false;
    assert_string_equal(perfdata(1U << METRIC_CONNTRACK_USAGE),
                        "conntrack_usage=5%;;;0;100");
}

static void test_table_without_limit_has_no_usage(void **state)
{
    (void)state;

    scene.seen.conntrack.limit = 0;

    assert_string_equal(result_of(METRIC_CONNTRACK_USAGE)->measure.reason,
                        "net.netfilter.nf_conntrack_max is 0: there is no limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_counters_since_boot_accuse_nobody,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_look_that_saw_nothing_grow_says_nothing,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_nothing_refused_is_not_told, given_tracking,
                                        clear_scene),
        cmocka_unit_test_setup_teardown(test_snat_has_a_next_step_and_a_section,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_look_tells_what_happens_now, given_tracking,
                                        clear_scene),
        cmocka_unit_test_setup_teardown(test_details_have_a_row_of_the_table,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_details_of_other_metrics_have_none,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_explain_names_what_was_refused,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_first_line_says_so_only_beyond_a_limit,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_json_has_the_table, given_tracking,
                                        clear_scene),
        cmocka_unit_test_setup_teardown(test_prometheus_has_counters, given_tracking,
                                        clear_scene),
        cmocka_unit_test_setup_teardown(test_perfdata_has_counters_behind_the_usage,
                                        given_tracking, clear_scene),
        cmocka_unit_test_setup_teardown(test_table_without_limit_has_no_usage,
                                        given_tracking, clear_scene),
    };

    return cmocka_run_group_tests_name("plugin/conntrack_words", tests, NULL, NULL);
}
