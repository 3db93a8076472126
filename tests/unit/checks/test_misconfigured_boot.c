/* SPDX-License-Identifier: MIT */
/* What the next boot changes, what waits for it, and what a remediation left half done.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"

static struct observation seen;
static struct policy policy;
static struct verdict verdict;

static int given_host(void **state)
{
    (void)state;
    policy_init(&policy);
    given_linux(&seen);
    return 0;
}

static const struct result *judged(void)
{
    judge(&seen, &policy, policy.limits[seen.os.kind], 1U << METRIC_MISCONFIGURED,
          &verdict);
    return &verdict.results[METRIC_MISCONFIGURED];
}

static const struct setting_result *of(const char *name)
{
    for (size_t i = 0; i < verdict.setting_count; i++)
        if (strcmp(verdict.settings[i].rule->name, name) == 0)
            return &verdict.settings[i];
    fail_msg("no result for %s", name);
    return NULL;
}

static struct observed_setting *last(void)
{
    return &seen.settings[seen.setting_count - 1];
}

static void given_file(const char *path, int64_t number)
{
    last()->boot = BOOT_SET;
    last()->boot_value.number = number;
    (void)snprintf(last()->boot_source, sizeof last()->boot_source, "%s", path);
}

static void given_file_range(const char *path, uint16_t first, uint16_t last_port)
{
    given_file(path, 0);
    last()->boot_value = (struct setting_value){ .kind = SETTING_PORT_RANGE,
                                                 .range = { first, last_port } };
}

/* One setting that holds `now`; a file gives it `boot`. */
static const struct boot_case {
    const char *name; /* printed on failure */
    const char *setting;
    int64_t now;
    int64_t boot;
    enum setting_state state;
    bool advised;
    bool unsaved;
} boot_cases[] = {
    { "the same", "tcp_tw_reuse", 1, 1, SETTING_STATE_RECOMMENDED, false, false },
    { "the same, accepted", "tcp_tw_reuse", 2, 2, SETTING_STATE_ACCEPTED, true, false },
    { "good now, wrong at boot", "tcp_tw_reuse", 1, 0, SETTING_STATE_WRONG, false, true },
    { "best now, accepted at boot", "tcp_tw_reuse", 1, 2, SETTING_STATE_WRONG, false,
      true },
    { "accepted now, best at boot", "tcp_tw_reuse", 2, 1, SETTING_STATE_ACCEPTED, true,
      false },
    { "accepted now, wrong at boot", "tcp_tw_reuse", 2, 0, SETTING_STATE_WRONG, true,
      true },
    { "both accepted", "tcp_fin_timeout", 15, 30, SETTING_STATE_WRONG, false, true },
    { "advised only where wrong, best at boot", "tcp_fin_timeout", 15, 60,
      SETTING_STATE_ACCEPTED, true, false },
    { "wrong now, best at boot", "tcp_tw_reuse", 0, 1, SETTING_STATE_WRONG, true, false },
    { "noted only", "tcp_max_tw_buckets", 1000, 2000, SETTING_STATE_NOTED, false, false },
};

static void test_measure_judges_what_a_file_brings_at_boot(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(boot_cases); i++) {
        const struct boot_case *row = &boot_cases[i];
        const struct setting_result *result;

        (void)given_host(state);
        given_setting(&seen, row->setting, row->now);
        given_file("/etc/sysctl.d/x.conf", row->boot);
        (void)judged();
        result = of(row->setting);
        if (result->state != row->state)
            fail_msg("%s: is %s", row->name, setting_state_names[result->state]);
        if (result->advised != row->advised)
            fail_msg("%s: advised is %d", row->name, result->advised);
        if (result->unsaved != row->unsaved)
            fail_msg("%s: unsaved is %d", row->name, result->unsaved);
    }
}

static void test_measure_counts_and_names_what_the_next_boot_sets(void **state)
{
    const struct result *result;
    (void)state;

    given_setting_range(&seen, "ip_local_port_range", 10000, 65535);
    given_file_range("/etc/sysctl.d/99-app.conf", 32768, 60999);
    result = judged();

    assert_int_equal(result->measure.part, 1);
    assert_int_equal(result->state, CHECK_WARNING);
    assert_string_equal(of("ip_local_port_range")->why,
                        "the next boot sets 32768-60999 (/etc/sysctl.d/99-app.conf)");
}

/* The kernel's range now, `first` to 65535 after the boot: what is said of it. */
static const char *stock_range_with(uint16_t first)
{
    (void)given_host(NULL);
    given_setting_range(&seen, "ip_local_port_range", 32768, 60999);
    given_file_range("/etc/sysctl.d/90-port-exhaustion.conf", first, 65535);
    assert_int_equal(judged()->measure.part, 0);
    assert_int_equal(of("ip_local_port_range")->state, SETTING_STATE_ACCEPTED);
    assert_true(of("ip_local_port_range")->advised);
    assert_false(of("ip_local_port_range")->unsaved);
    return of("ip_local_port_range")->why;
}

static void test_measure_counts_no_file_that_brings_the_recommended_value(void **state)
{
    (void)state;

    assert_string_equal(stock_range_with(10000),
                        "accepted now, recommended at boot: 10000-65535 "
                        "(/etc/sysctl.d/90-port-exhaustion.conf)");
}

static void test_measure_counts_no_file_that_widens_the_range(void **state)
{
    (void)state;

    assert_string_equal(stock_range_with(20000),
                        "accepted now, the next boot sets more: 20000-65535 "
                        "(/etc/sysctl.d/90-port-exhaustion.conf)");
    given_setting_range(&seen, "ip_local_port_range", 10000, 65535);
    given_file_range("/etc/sysctl.d/x.conf", 9999, 65535);
    seen.settings[0] = *last();
    seen.setting_count = 1;
    assert_int_equal(judged()->measure.part, 0);
    assert_int_equal(of("ip_local_port_range")->state, SETTING_STATE_RECOMMENDED);
    assert_false(of("ip_local_port_range")->advised);
}

static void test_measure_counts_a_file_that_moves_the_range(void **state)
{
    (void)state;

    given_setting_range(&seen, "ip_local_port_range", 20000, 60999);
    given_file_range("/etc/sysctl.d/x.conf", 20001, 61000);

    assert_int_equal(judged()->measure.part, 1);
    assert_true(of("ip_local_port_range")->unsaved);
}

static void given_refused(void)
{
    (void)snprintf(last()->boot_refused, sizeof last()->boot_refused,
                   "/etc/sysctl.d/x.conf:3: the kernel refuses '3': expected 0 to 2");
    last()->boot = BOOT_UNSET;
}

static void test_measure_names_a_line_that_the_kernel_refuses(void **state)
{
    (void)state;

    given_setting(&seen, "tcp_tw_reuse", 2);
    given_refused();

    assert_int_equal(judged()->measure.part, 0);
    assert_string_equal(of("tcp_tw_reuse")->why,
                        "/etc/sysctl.d/x.conf:3: the kernel refuses '3': expected 0 to "
                        "2; a port in TIME_WAIT remains blocked for its destination");
    last()->value.number = 1;
    (void)judged();
    assert_true(of("tcp_tw_reuse")->unsaved);
    assert_string_equal(of("tcp_tw_reuse")->why,
                        "/etc/sysctl.d/x.conf:3: the kernel refuses '3': expected 0 to "
                        "2; set at run time only: no file sets it at boot, a reboot "
                        "changes it to 2");
    last()->value.number = 0;
    assert_int_equal(judged()->measure.part, 1);
    assert_non_null(strstr(of("tcp_tw_reuse")->why, "refuses '3'"));
}

static void test_measure_names_a_refused_line_where_all_is_well(void **state)
{
    (void)state;

    given_setting(&seen, "tcp_timestamps", 1);
    given_refused();
    (void)judged();

    assert_int_equal(of("tcp_timestamps")->state, SETTING_STATE_RECOMMENDED);
    assert_string_equal(of("tcp_timestamps")->why,
                        "/etc/sysctl.d/x.conf:3: the kernel refuses '3': expected 0 to "
                        "2");
}

static void test_measure_keeps_its_reason_where_the_value_now_is_wrong(void **state)
{
    (void)state;

    given_setting(&seen, "tcp_timestamps", 0);
    given_file("/etc/sysctl.d/x.conf", 2);
    (void)judged();

    assert_string_equal(of("tcp_timestamps")->why,
                        "without timestamps tcp_tw_reuse has no effect");
}

static void test_measure_never_plans_for_a_setting_without_a_target(void **state)
{
    static const char json[] = "{ \"schema\": 1, \"settings\": { "
                               "\"net.ipv4.tcp_rfc1337\": { \"accepted\": \"0:1\" } } }";
    struct error err = { 0 };
    (void)state;

    if (!policy_apply_json(&policy, json, sizeof json - 1, &err))
        fail_msg("%s", err.message);
    given_setting(&seen, "net.ipv4.tcp_rfc1337", 1);
    given_file("/etc/sysctl.d/x.conf", 0);
    (void)judged();

    assert_int_equal(of("net.ipv4.tcp_rfc1337")->state, SETTING_STATE_WRONG);
    assert_false(of("net.ipv4.tcp_rfc1337")->advised);
    assert_false(of("net.ipv4.tcp_rfc1337")->unsaved);
}

static void test_measure_notes_a_good_value_that_no_file_keeps(void **state)
{
    const struct result *result;
    (void)state;

    given_setting_range(&seen, "ip_local_port_range", 10000, 65535);
    last()->boot = BOOT_UNSET;
    result = judged();

    assert_int_equal(result->measure.part, 0);
    assert_int_equal(of("ip_local_port_range")->state, SETTING_STATE_RECOMMENDED);
    assert_true(of("ip_local_port_range")->unsaved);
    assert_string_equal(
        of("ip_local_port_range")->why,
        "set at run time only: no file sets it at boot, a reboot changes it to "
        "32768-60999");
}

static void assert_nothing_to_keep(const char *setting)
{
    (void)judged();

    assert_false(of(setting)->unsaved);
    assert_null(strstr(of(setting)->why, "run time"));
}

static void test_measure_needs_no_file_for_the_value_of_the_kernel(void **state)
{
    (void)state;

    given_setting_range(&seen, "ip_local_port_range", 32768, 60999);
    last()->boot = BOOT_UNSET;

    assert_nothing_to_keep("ip_local_port_range");
}

static void test_measure_keeps_no_value_that_the_kernel_betters(void **state)
{
    (void)state;

    given_setting(&seen, "tcp_fin_timeout", 15);
    last()->boot = BOOT_UNSET;

    assert_nothing_to_keep("tcp_fin_timeout");
}

static void test_measure_keeps_nothing_where_no_file_was_read(void **state)
{
    (void)state;

    given_setting_range(&seen, "ip_local_port_range", 10000, 65535);

    assert_nothing_to_keep("ip_local_port_range");
}

static void test_measure_passes_over_files_for_a_key_that_is_gone(void **state)
{
    (void)state;

    given_setting_absent(&seen, "tcp_tw_recycle", SETTING_MISSING, "");
    given_file("/etc/sysctl.d/x.conf", 1);
    (void)judged();

    assert_int_equal(of("tcp_tw_recycle")->state, SETTING_STATE_RECOMMENDED);
    assert_string_equal(of("tcp_tw_recycle")->why, "");
}

static void test_measure_counts_what_waits_for_a_reboot(void **state)
{
    const struct result *result;
    (void)state;

    given_windows(&seen);
    given_setting(&seen, "TcpTimedWaitDelay", 30);
    last()->waiting_since_s = GIVEN_TIME_S;
    result = judged();

    assert_int_equal(result->measure.part, 1);
    assert_int_equal(of("TcpTimedWaitDelay")->state, SETTING_STATE_WRONG);
    assert_false(of("TcpTimedWaitDelay")->advised);
    assert_string_equal(of("TcpTimedWaitDelay")->why,
                        "applied, waiting for a reboot (since 2025-10-09T08:53:20Z)");
    last()->waiting_since_s = 1; /* a clock that stood at 1970 */
    assert_int_equal(judged()->measure.part, 1);
}

static void test_measure_lets_a_value_taken_away_wait_too(void **state)
{
    (void)state;

    given_windows(&seen);
    given_setting_absent(&seen, "MaxUserPort", SETTING_OS_DEFAULT, "");
    last()->waiting_since_s = GIVEN_TIME_S;
    (void)judged();

    assert_int_equal(of("MaxUserPort")->state, SETTING_STATE_WRONG);
    assert_false(of("MaxUserPort")->advised);
}

static void test_measure_blames_the_value_before_the_wait(void **state)
{
    (void)state;

    given_windows(&seen);
    given_setting(&seen, "StrictTimeWaitSeqCheck", 0);
    last()->waiting_since_s = GIVEN_TIME_S;
    (void)judged();

    assert_true(of("StrictTimeWaitSeqCheck")->advised);
    assert_null(strstr(of("StrictTimeWaitSeqCheck")->why, "reboot"));
}

static void test_measure_counts_an_interrupted_remediation_as_one_more(void **state)
{
    const struct result *result;
    (void)state;

    given_linux_settings(&seen);
    seen.settings[2].value.number = 0;
    seen.interrupted_since_s = GIVEN_TIME_S;
    result = judged();

    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 2);
    assert_int_equal(result->state, CHECK_WARNING);
}

#define BOOT_TEST(test) cmocka_unit_test_setup(test, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOOT_TEST(test_measure_judges_what_a_file_brings_at_boot),
        BOOT_TEST(test_measure_counts_and_names_what_the_next_boot_sets),
        BOOT_TEST(test_measure_counts_no_file_that_brings_the_recommended_value),
        BOOT_TEST(test_measure_counts_no_file_that_widens_the_range),
        BOOT_TEST(test_measure_counts_a_file_that_moves_the_range),
        BOOT_TEST(test_measure_names_a_line_that_the_kernel_refuses),
        BOOT_TEST(test_measure_names_a_refused_line_where_all_is_well),
        BOOT_TEST(test_measure_keeps_its_reason_where_the_value_now_is_wrong),
        BOOT_TEST(test_measure_never_plans_for_a_setting_without_a_target),
        BOOT_TEST(test_measure_notes_a_good_value_that_no_file_keeps),
        BOOT_TEST(test_measure_needs_no_file_for_the_value_of_the_kernel),
        BOOT_TEST(test_measure_keeps_no_value_that_the_kernel_betters),
        BOOT_TEST(test_measure_keeps_nothing_where_no_file_was_read),
        BOOT_TEST(test_measure_passes_over_files_for_a_key_that_is_gone),
        BOOT_TEST(test_measure_counts_what_waits_for_a_reboot),
        BOOT_TEST(test_measure_lets_a_value_taken_away_wait_too),
        BOOT_TEST(test_measure_blames_the_value_before_the_wait),
        BOOT_TEST(test_measure_counts_an_interrupted_remediation_as_one_more),
    };

    return cmocka_run_group_tests_name("checks/misconfigured_boot", tests, NULL, NULL);
}
