/* SPDX-License-Identifier: MIT */
/* What a policy file overrides, adds and drops, and the files that we ship. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/policy.h"
#include "tests/support/given_policy.h"

static size_t built_in_count(void)
{
    size_t count;

    (void)setting_table(&count);
    return count;
}

static void apply(struct policy *policy, const char *json)
{
    struct error err = { 0 };

    if (!policy_apply_json(policy, json, strlen(json), &err))
        fail_msg("%s", err.message);
}

/* Applies {"schema":1,"settings":{...}}. */
static void apply_settings(struct policy *policy, const char *settings)
{
    struct text json = { 0 };

    text_addf(&json, "{\"schema\":1,\"settings\":{%s}}", settings);
    apply(policy, text_string(&json));
    text_clear(&json);
}

/* "accepted | absent | recommended | advise" of a rule. */
static void expect_rule(const struct policy *policy, const char *name,
                        const char *expected)
{
    const struct policy_setting *rule = policy_find(policy, name);
    struct text out = { 0 };

    assert_non_null(rule);
    if (rule->noted_only)
        text_add(&out, "noted");
    threshold_format(&rule->accepted, &out);
    text_addf(&out, " | %s | ", rule->absent_accepted ? "accepted" : "wrong");
    if (rule->target == TARGET_VALUE)
        setting_value_format(&rule->recommended, &out);
    else
        text_add(&out, rule->target == TARGET_ABSENT ? "absent" : "never");
    text_addf(&out, " | %s", rule->advice == ADVISE_SHORT ? "short" : "wrong");
    assert_string_equal(text_string(&out), expected);
    text_clear(&out);
}

static void expect_threshold(const struct threshold *threshold, const char *expected)
{
    struct text out = { 0 };

    threshold_format(threshold, &out);
    assert_string_equal(text_string(&out), expected);
    text_clear(&out);
}

static void test_policy_apply_json_changes_nothing_with_schema_alone(void **state)
{
    struct policy *policy = *state;
    struct policy *before = malloc(sizeof *before);

    assert_non_null(before);
    memcpy(before, policy, sizeof *before);
    apply(policy, "{\"schema\":1}");

    memcpy(&before->origin, &policy->origin, sizeof before->origin);
    assert_memory_equal(policy, before, sizeof *before);
    free(before);
}

static void test_policy_apply_json_overrides_only_what_is_given(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"TcpTimedWaitDelay\":{\"accepted\":\"20:120\"}");

    expect_rule(policy, "TcpTimedWaitDelay", "20:120 | wrong | 30 | short");
    expect_rule(policy, "tcp_tw_reuse", "1:2 | wrong | 1 | short");
    assert_int_equal(policy->count, built_in_count());
}

static void test_policy_apply_json_overrides_everything_of_a_setting(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy,
                   "\"TcpTimedWaitDelay\":{\"accepted\":\"2:10\",\"absent\":\"accepted\","
                   "\"recommended\":5,\"advise\":\"wrong\"}");

    expect_rule(policy, "TcpTimedWaitDelay", "2:10 | accepted | 5 | wrong");
}

static void test_policy_apply_json_takes_an_accepted_number_as_that_value(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"tcp_tw_reuse\":{\"accepted\":1}");

    expect_rule(policy, "tcp_tw_reuse", "1:1 | wrong | 1 | short");
}

static void test_policy_apply_json_overrides_a_range(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"ip_local_port_range\":{\"recommended\":\"20000-65535\"}");

    expect_rule(policy, "ip_local_port_range", "28232: | wrong | 20000-65535 | short");
}

static void test_policy_apply_json_recommends_nothing_for_null(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy,
                   "\"tcp_tw_reuse\":{\"accepted\":\"0:2\",\"recommended\":null}");

    expect_rule(policy, "tcp_tw_reuse", "2 | wrong | never | short");
}

static void test_policy_apply_json_recommends_to_take_a_registry_value_away(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"StrictTimeWaitSeqCheck\":{\"absent\":\"accepted\","
                           "\"recommended\":\"absent\"}");

    expect_rule(policy, "StrictTimeWaitSeqCheck", "1:1 | accepted | absent | short");
}

static void
test_policy_apply_json_judges_a_noted_setting_once_it_is_accepted(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"tcp_max_tw_buckets\":{\"accepted\":\"262144:\","
                           "\"recommended\":262144}");

    expect_rule(policy, "tcp_max_tw_buckets", "262144: | accepted | 262144 | short");
}

static void test_policy_apply_json_drops_a_setting_and_keeps_the_order(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"DynamicPortRangeTcp\":null");

    assert_null(policy_find(policy, "DynamicPortRangeTcp"));
    assert_int_equal(policy->count, built_in_count() - 1);
    assert_string_equal(policy->settings[2].name, "DynamicPortRangeUdp");
    assert_string_equal(policy->settings[policy->count - 1].name, "tcp_max_tw_buckets");
}

static void test_policy_apply_json_brings_a_dropped_setting_back_as_built_in(void **state)
{
    struct policy *policy = *state;

    apply_settings(policy, "\"tcp_tw_reuse\":null");
    apply_settings(policy, "\"tcp_tw_reuse\":{\"advise\":\"wrong\"}");

    expect_rule(policy, "tcp_tw_reuse", "1:2 | wrong | 1 | wrong");
    assert_ptr_equal(policy_find(policy, "tcp_tw_reuse")->known,
                     setting_find("tcp_tw_reuse"));
}

static void test_policy_apply_json_adds_a_sysctl_that_is_never_changed(void **state)
{
    struct policy *policy = *state;
    const struct policy_setting *added;

    apply_settings(policy, "\"net.ipv4.tcp_rfc1337\":{\"accepted\":\"0:1\"}");

    expect_rule(policy, "net.ipv4.tcp_rfc1337", "1 | wrong | never | short");
    added = policy_find(policy, "net.ipv4.tcp_rfc1337");
    assert_ptr_equal(added, &policy->settings[built_in_count()]);
    assert_int_equal(added->os, OS_LINUX);
    assert_string_equal(added->place.path, "net/ipv4/tcp_rfc1337");
    assert_null(added->known);
}

static void test_policy_apply_json_adds_a_registry_value(void **state)
{
    struct policy *policy = *state;
    const struct policy_setting *added;

    apply_settings(policy, "\"Tcpip\\\\Parameters\\\\KeepAliveTime\":{\"accepted\":"
                           "\"1000:\",\"recommended\":4294967295}");

    added = policy_find(policy, "Tcpip\\Parameters\\KeepAliveTime");
    assert_non_null(added);
    assert_int_equal(added->os, OS_WINDOWS);
    assert_string_equal(added->place.value, "KeepAliveTime");
    assert_int_equal(added->recommended.number, 4294967295);
}

static void test_policy_apply_json_sets_thresholds_of_one_system(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"thresholds\":{\"linux\":{\"port_usage\":{\"warning\":"
                  "70.5,\"critical\":\"@10:20\"},\"destination_usage\":{\"warning\":null}"
                  "}}}");

    expect_threshold(&policy->limits[OS_LINUX][METRIC_PORT_USAGE].warning, "70.5");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_PORT_USAGE].critical, "@10:20");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_DESTINATION_USAGE].warning, "");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_DESTINATION_USAGE].critical, "80");
    expect_threshold(&policy->limits[OS_WINDOWS][METRIC_PORT_USAGE].warning, "50");
}

static void test_policy_apply_json_sets_the_gate(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"remediation\":{\"act_on\":\"WARNING\",\"cool_down\":0,"
                  "\"confirm\":false}}");

    assert_string_equal(policy->gate.act_on, "WARNING");
    assert_int_equal(policy->gate.cool_down_s, 0);
    assert_false(policy->gate.confirm);
}

static void test_policy_apply_json_keeps_the_gate_that_is_not_given(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"remediation\":{\"cool_down\":604800}}");

    assert_string_equal(policy->gate.act_on, "CRITICAL");
    assert_int_equal(policy->gate.cool_down_s, 604800);
    assert_true(policy->gate.confirm);
}

static void test_policy_apply_json_skips_a_byte_order_mark(void **state)
{
    struct policy *policy = *state;

    apply(policy, "\xEF\xBB\xBF{\"schema\":1,\"remediation\":{\"cool_down\":5}}");

    assert_int_equal(policy->gate.cool_down_s, 5);
}

struct refused {
    const char *json;
    const char *message;
};

static void expect_refused(struct policy *policy, const char *json, const char *message)
{
    struct policy *before = malloc(sizeof *before);
    struct error err = { 0 };

    assert_non_null(before);
    memcpy(before, policy, sizeof *before);
    if (policy_apply_json(policy, json, strlen(json), &err))
        fail_msg("accepted: %s", json);
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_memory_equal(policy, before, sizeof *before);
    free(before);
}

/* Those that tests/bad-input/table does not try through the programs. */
static void test_policy_apply_json_refuses_the_rest_with_its_path(void **state)
{
    static const struct refused rows[] = {
        { "{\"schema\":1,\"thresholds\":{\"windows\":{\"port_usage\":{\"warn\":1}}}}",
          "thresholds.windows.port_usage.warn: unknown key (warning, critical)" },
        { "{\"schema\":1,\"thresholds\":{\"windows\":{\"port_usage\":{\"warning\":true}"
          "}}}",
          "thresholds.windows.port_usage.warning: expected a range such as \"10:80\", a "
          "number or null" },
        { "{\"schema\":1,\"remediation\":{\"force\":true}}",
          "remediation.force: unknown key (mode, act_on, cool_down, confirm)" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        expect_refused(*state, rows[i].json, rows[i].message);
}

static void test_policy_apply_json_names_line_and_column_of_broken_json(void **state)
{
    static const struct refused rows[] = {
        { "{\n\"schema\": 1,\n\"settings\": {,}\n}",
          "line 3, column 14: string or '}' expected near ','" },
        { "{\"schema\":1,\n\"a\n\":1}",
          "line 2, column 2: unexpected newline near '\"a'" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        expect_refused(*state, rows[i].json, rows[i].message);
}

static void test_policy_apply_json_refuses_a_file_that_is_too_large(void **state)
{
    struct policy *policy = *state;
    struct error err = { 0 };

    assert_false(policy_apply_json(policy, "{}", POLICY_FILE_MAX + 1, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "the policy is larger than 262144 bytes");
}

/* Tests run in the root of the tree. */
static void apply_file(struct policy *policy, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(POLICY_FILE_MAX);
    struct error err = { 0 };
    size_t length;

    if (!file || !bytes)
        fail_msg("cannot read '%s'; run the test in the root of the tree", path);
    length = fread(bytes, 1, POLICY_FILE_MAX, file);
    (void)fclose(file);
    if (!policy_apply_json(policy, bytes, length, &err))
        fail_msg("%s: %s", path, err.message);
    free(bytes);
}

static void test_windows_classic_asks_for_the_values_of_the_articles(void **state)
{
    struct policy *policy = *state;

    apply_file(policy, "packaging/policy/windows-classic.json");

    expect_rule(policy, "TcpTimedWaitDelay", "30:30 | wrong | 30 | short");
    expect_rule(policy, "StrictTimeWaitSeqCheck", "1:1 | wrong | 1 | short");
    expect_rule(policy, "MaxUserPort", "32768:65534 | wrong | 65534 | short");
    assert_null(policy_find(policy, "DynamicPortRangeTcp"));
    assert_null(policy_find(policy, "DynamicPortRangeUdp"));
    assert_int_equal(policy->count, built_in_count() - 2);
}

static void test_windows_example_shows_override_drop_and_add(void **state)
{
    struct policy *policy = *state;

    apply_file(policy, "packaging/policy/windows-example.json");

    expect_rule(policy, "TcpTimedWaitDelay", "30:120 | wrong | 60 | short");
    assert_null(policy_find(policy, "StrictTimeWaitSeqCheck"));
    expect_rule(policy, "DynamicPortRangeTcp", "16384: | wrong | 20000-65535 | short");
    expect_rule(policy, "Tcpip\\Parameters\\KeepAliveTime",
                "60000:7200000 | accepted | 300000 | wrong");
    expect_threshold(&policy->limits[OS_WINDOWS][METRIC_PORT_USAGE].warning, "60");
    expect_threshold(&policy->limits[OS_WINDOWS][METRIC_PORT_USAGE].critical, "85");
    expect_threshold(&policy->limits[OS_WINDOWS][METRIC_MISCONFIGURED].warning, "");
    assert_int_equal(policy->gate.cool_down_s, 86400);
}

static void test_linux_example_shows_override_drop_and_add(void **state)
{
    struct policy *policy = *state;

    apply_file(policy, "packaging/policy/linux-example.json");

    expect_rule(policy, "ip_local_port_range", "45000: | wrong | 15000-65535 | short");
    expect_rule(policy, "tcp_tw_reuse", "1:1 | wrong | 1 | short");
    assert_null(policy_find(policy, "tcp_fin_timeout"));
    expect_rule(policy, "net.ipv4.tcp_rfc1337", "1 | wrong | never | short");
    expect_rule(policy, "net.core.somaxconn", "1024: | wrong | 4096 | wrong");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_DESTINATION_USAGE].critical, "70");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_PORT_USAGE].warning, "80");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_PORT_USAGE].critical, "95");
    expect_threshold(&policy->limits[OS_LINUX][METRIC_TIME_WAIT].warning, "200000");
    assert_string_equal(policy->gate.act_on, "WARNING");
    assert_int_equal(policy->gate.cool_down_s, 1800);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_policy, free_policy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_policy_apply_json_changes_nothing_with_schema_alone),
        TEST(test_policy_apply_json_overrides_only_what_is_given),
        TEST(test_policy_apply_json_overrides_everything_of_a_setting),
        TEST(test_policy_apply_json_takes_an_accepted_number_as_that_value),
        TEST(test_policy_apply_json_overrides_a_range),
        TEST(test_policy_apply_json_recommends_nothing_for_null),
        TEST(test_policy_apply_json_recommends_to_take_a_registry_value_away),
        TEST(test_policy_apply_json_judges_a_noted_setting_once_it_is_accepted),
        TEST(test_policy_apply_json_drops_a_setting_and_keeps_the_order),
        TEST(test_policy_apply_json_brings_a_dropped_setting_back_as_built_in),
        TEST(test_policy_apply_json_adds_a_sysctl_that_is_never_changed),
        TEST(test_policy_apply_json_adds_a_registry_value),
        TEST(test_policy_apply_json_sets_thresholds_of_one_system),
        TEST(test_policy_apply_json_sets_the_gate),
        TEST(test_policy_apply_json_keeps_the_gate_that_is_not_given),
        TEST(test_policy_apply_json_skips_a_byte_order_mark),
        TEST(test_policy_apply_json_refuses_the_rest_with_its_path),
        TEST(test_policy_apply_json_names_line_and_column_of_broken_json),
        TEST(test_policy_apply_json_refuses_a_file_that_is_too_large),
        TEST(test_windows_classic_asks_for_the_values_of_the_articles),
        TEST(test_windows_example_shows_override_drop_and_add),
        TEST(test_linux_example_shows_override_drop_and_add),
    };

    return cmocka_run_group_tests_name("model/policy_json", tests, NULL, NULL);
}
