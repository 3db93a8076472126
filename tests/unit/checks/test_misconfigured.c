/* SPDX-License-Identifier: MIT */
/* Wrong, accepted or recommended: every setting of the built-in policy, and its advice.
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
static struct metric_limits limits[METRIC_COUNT];
static struct verdict verdict;

static int given_nothing(void **state)
{
    (void)state;
    policy_init(&policy);
    metric_default_limits(OS_LINUX, limits);
    return 0;
}

static const struct result *judged(void)
{
    judge(&seen, &policy, limits, 1U << METRIC_MISCONFIGURED, &verdict);
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

/* One setting alone: the host has no other. */
struct setting_case {
    const char *name; /* printed on failure */
    const char *setting;
    enum setting_presence presence;
    int64_t number;
    struct port_range range;
    enum setting_state state;
    bool advised;
};

static const struct setting_case cases[] = {
    { "time wait delay recommended",
      "TcpTimedWaitDelay",
      SETTING_SET,
      30,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "time wait delay accepted",
      "TcpTimedWaitDelay",
      SETTING_SET,
      60,
      { 0, 0 },
      SETTING_STATE_ACCEPTED,
      true },
    { "time wait delay too long",
      "TcpTimedWaitDelay",
      SETTING_SET,
      61,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "time wait delay too short",
      "TcpTimedWaitDelay",
      SETTING_SET,
      29,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "time wait delay absent",
      "TcpTimedWaitDelay",
      SETTING_OS_DEFAULT,
      0,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "time wait delay of wrong type",
      "TcpTimedWaitDelay",
      SETTING_WRONG_TYPE,
      0,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "time wait delay unread",
      "TcpTimedWaitDelay",
      SETTING_UNREAD,
      0,
      { 0, 0 },
      SETTING_STATE_UNREAD,
      false },
    { "strict check set",
      "StrictTimeWaitSeqCheck",
      SETTING_SET,
      1,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "strict check off",
      "StrictTimeWaitSeqCheck",
      SETTING_SET,
      0,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "dynamic range stock",
      "DynamicPortRangeTcp",
      SETTING_SET,
      0,
      { 49152, 65535 },
      SETTING_STATE_WRONG,
      true },
    { "dynamic range one port short",
      "DynamicPortRangeTcp",
      SETTING_SET,
      0,
      { 32769, 65535 },
      SETTING_STATE_WRONG,
      true },
    { "dynamic range recommended",
      "DynamicPortRangeTcp",
      SETTING_SET,
      0,
      { 32768, 65535 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "dynamic range one off but as wide",
      "DynamicPortRangeUdp",
      SETTING_SET,
      0,
      { 32767, 65534 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "dynamic range wider",
      "DynamicPortRangeTcp",
      SETTING_SET,
      0,
      { 1024, 65534 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "max user port absent",
      "MaxUserPort",
      SETTING_OS_DEFAULT,
      0,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "max user port legacy",
      "MaxUserPort",
      SETTING_SET,
      65534,
      { 0, 0 },
      SETTING_STATE_ACCEPTED,
      false },
    { "max user port too small",
      "MaxUserPort",
      SETTING_SET,
      5000,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "max user port out of range",
      "MaxUserPort",
      SETTING_SET,
      65535,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "port range stock",
      "ip_local_port_range",
      SETTING_SET,
      0,
      { 32768, 60999 },
      SETTING_STATE_ACCEPTED,
      true },
    { "port range one short",
      "ip_local_port_range",
      SETTING_SET,
      0,
      { 32769, 60999 },
      SETTING_STATE_WRONG,
      true },
    { "port range recommended",
      "ip_local_port_range",
      SETTING_SET,
      0,
      { 10000, 65535 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "port range wider",
      "ip_local_port_range",
      SETTING_SET,
      0,
      { 9000, 65499 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "reuse off", "tcp_tw_reuse", SETTING_SET, 0, { 0, 0 }, SETTING_STATE_WRONG, true },
    { "reuse on loopback",
      "tcp_tw_reuse",
      SETTING_SET,
      2,
      { 0, 0 },
      SETTING_STATE_ACCEPTED,
      true },
    { "reuse on",
      "tcp_tw_reuse",
      SETTING_SET,
      1,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "reuse key missing",
      "tcp_tw_reuse",
      SETTING_MISSING,
      0,
      { 0, 0 },
      SETTING_STATE_UNREAD,
      false },
    { "timestamps off",
      "tcp_timestamps",
      SETTING_SET,
      0,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "timestamps on",
      "tcp_timestamps",
      SETTING_SET,
      1,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "fin timeout stock",
      "tcp_fin_timeout",
      SETTING_SET,
      60,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "fin timeout shorter is left alone",
      "tcp_fin_timeout",
      SETTING_SET,
      15,
      { 0, 0 },
      SETTING_STATE_ACCEPTED,
      false },
    { "fin timeout too long",
      "tcp_fin_timeout",
      SETTING_SET,
      61,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "recycle gone",
      "tcp_tw_recycle",
      SETTING_MISSING,
      0,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "recycle off",
      "tcp_tw_recycle",
      SETTING_SET,
      0,
      { 0, 0 },
      SETTING_STATE_RECOMMENDED,
      false },
    { "recycle on",
      "tcp_tw_recycle",
      SETTING_SET,
      1,
      { 0, 0 },
      SETTING_STATE_WRONG,
      true },
    { "buckets are only noted",
      "tcp_max_tw_buckets",
      SETTING_SET,
      131072,
      { 0, 0 },
      SETTING_STATE_NOTED,
      false },
};

static void given_case(const struct setting_case *row)
{
    if (setting_find(row->setting)->os == OS_LINUX)
        given_linux(&seen);
    else
        given_windows(&seen);
    if (row->presence == SETTING_SET && row->range.first)
        given_setting_range(&seen, row->setting, row->range.first, row->range.last);
    else if (row->presence == SETTING_SET)
        given_setting(&seen, row->setting, row->number);
    else
        given_setting_absent(&seen, row->setting, row->presence, "");
}

static void test_measure_judges_each_value_of_each_setting(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct setting_result *result;

        given_case(&cases[i]);
        (void)judged();
        result = of(cases[i].setting);
        if (result->state != cases[i].state)
            fail_msg("%s: is %s", cases[i].name, setting_state_names[result->state]);
        if (result->advised != cases[i].advised)
            fail_msg("%s: advised is %d", cases[i].name, result->advised);
    }
}

static void test_measure_leaves_alone_what_a_policy_calls_good_and_is_better(void **state)
{
    static const char bytes[] =
        "{\"schema\":1,\"settings\":{"
        "\"net.core.somaxconn\":{\"accepted\":\"1024:\",\"recommended\":4096},"
        "\"net.ipv4.tcp_syn_retries\":{\"accepted\":\"0:6\",\"recommended\":4},"
        "\"net.ipv4.tcp_retries2\":{\"accepted\":\"8:15\",\"recommended\":10}}}";
    static const struct {
        const char *setting;
        int64_t number;
        bool advised;
    } rows[] = {
        { "net.core.somaxconn", 65535, false },   { "net.core.somaxconn", 4095, true },
        { "net.ipv4.tcp_syn_retries", 2, false }, { "net.ipv4.tcp_syn_retries", 5, true },
        { "net.ipv4.tcp_retries2", 9, true },     { "net.ipv4.tcp_retries2", 11, true },
    };
    (void)state;

    assert_true(policy_apply_json(&policy, bytes, sizeof bytes - 1, NULL));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        given_linux(&seen);
        given_setting(&seen, rows[i].setting, rows[i].number);
        (void)judged();
        if (of(rows[i].setting)->advised != rows[i].advised)
            fail_msg("%s %d: advised is %d", rows[i].setting, (int)rows[i].number,
                     !rows[i].advised);
    }
}

static void test_measure_counts_four_wrong_on_a_stock_windows(void **state)
{
    const struct result *result;
    (void)state;

    given_windows(&seen);
    given_windows_settings(&seen);
    result = judged();

    assert_true(result->measure.known);
    assert_int_equal(result->measure.part, 4);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_measure_counts_none_wrong_on_a_stock_linux_but_advises_two(void **state)
{
    const struct result *result;
    size_t advised = 0;
    (void)state;

    given_linux(&seen);
    given_linux_settings(&seen);
    result = judged();
    for (size_t i = 0; i < verdict.setting_count; i++)
        advised += verdict.settings[i].advised;

    assert_int_equal(result->measure.part, 0);
    assert_int_equal(result->state, CHECK_OK);
    assert_int_equal(advised, 2);
}

static void test_measure_with_unread_setting_is_unknown_and_names_it(void **state)
{
    const struct result *result;
    (void)state;

    given_linux(&seen);
    given_linux_settings(&seen);
    seen.settings[1].presence = SETTING_UNREAD;
    (void)snprintf(seen.settings[1].reason, sizeof seen.settings[1].reason, "denied");
    result = judged();

    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_string_equal(result->measure.reason, "tcp_tw_reuse: denied");
}

static void test_measure_with_unread_and_wrong_settings_still_warns(void **state)
{
    const struct result *result;
    (void)state;

    given_linux(&seen);
    given_linux_settings(&seen);
    seen.settings[1].presence = SETTING_UNREAD;
    seen.settings[2].value.number = 0;
    result = judged();

    assert_false(result->measure.known);
    assert_int_equal(result->measure.part, 1);
    assert_int_equal(result->state, CHECK_WARNING);
}

static void test_measure_says_when_a_setting_is_not_in_the_observation(void **state)
{
    (void)state;

    given_linux(&seen);
    (void)judged();

    assert_int_equal(of("tcp_tw_reuse")->state, SETTING_STATE_UNREAD);
    assert_string_equal(of("tcp_tw_reuse")->why, "not in the observation");
}

static void test_measure_refuses_what_that_windows_cannot_take(void **state)
{
    static const char lower[] = "{\"schema\": 1, \"settings\": {\"TcpTimedWaitDelay\": "
                                "{\"accepted\": \"10:60\"}}}";
    (void)state;

    given_windows(&seen);
    given_setting(&seen, "TcpTimedWaitDelay", 10);
    assert_true(policy_apply_json(&policy, lower, sizeof lower - 1, NULL));
    (void)judged();
    assert_int_equal(of("TcpTimedWaitDelay")->state, SETTING_STATE_ACCEPTED);
    seen.os.major = 6;
    seen.os.minor = 1;
    (void)judged();

    assert_int_equal(of("TcpTimedWaitDelay")->state, SETTING_STATE_WRONG);
    assert_string_equal(of("TcpTimedWaitDelay")->why,
                        "this Windows accepts only 30 to 300");
}

static void given_buckets(int64_t limit, uint64_t time_wait, uint64_t overflow)
{
    given_linux(&seen);
    given_setting(&seen, "tcp_max_tw_buckets", limit);
    seen.tcp.time_wait = time_wait;
    seen.time_wait_overflow_known = true;
    seen.time_wait_overflow = overflow;
    (void)judged();
}

static void test_measure_notes_buckets_nearly_full(void **state)
{
    (void)state;

    given_buckets(1000, 899, 0);
    assert_string_equal(of("tcp_max_tw_buckets")->why, "");
    given_buckets(1000, 900, 0);

    assert_string_equal(of("tcp_max_tw_buckets")->why,
                        "TIME_WAIT 900 is within 10 % of this limit");
}

static void test_measure_notes_buckets_overflowed(void **state)
{
    (void)state;

    given_buckets(1000, 0, 7);

    assert_string_equal(of("tcp_max_tw_buckets")->why,
                        "7 TIME_WAIT dropped over this limit since boot");
}

#define SETTINGS_TEST(test) cmocka_unit_test_setup(test, given_nothing)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SETTINGS_TEST(test_measure_judges_each_value_of_each_setting),
        SETTINGS_TEST(test_measure_leaves_alone_what_a_policy_calls_good_and_is_better),
        SETTINGS_TEST(test_measure_counts_four_wrong_on_a_stock_windows),
        SETTINGS_TEST(test_measure_counts_none_wrong_on_a_stock_linux_but_advises_two),
        SETTINGS_TEST(test_measure_with_unread_setting_is_unknown_and_names_it),
        SETTINGS_TEST(test_measure_with_unread_and_wrong_settings_still_warns),
        SETTINGS_TEST(test_measure_says_when_a_setting_is_not_in_the_observation),
        SETTINGS_TEST(test_measure_refuses_what_that_windows_cannot_take),
        SETTINGS_TEST(test_measure_notes_buckets_nearly_full),
        SETTINGS_TEST(test_measure_notes_buckets_overflowed),
    };

    return cmocka_run_group_tests_name("checks/misconfigured", tests, NULL, NULL);
}
