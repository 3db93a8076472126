/* SPDX-License-Identifier: MIT */
/* The built-in policy is the table of the documentation. */
#include "checks/model/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given_policy.h"

/* "accepted | absent | recommended | advise" of a rule. */
static void describe(const struct policy_setting *rule, struct text *out)
{
    if (rule->noted_only)
        text_add(out, "noted");
    threshold_format(&rule->accepted, out);
    text_addf(out, " | %s | ", rule->absent_accepted ? "accepted" : "wrong");
    if (rule->target == TARGET_VALUE)
        setting_value_format(&rule->recommended, out);
    else
        text_add(out, rule->target == TARGET_ABSENT ? "absent" : "never");
    text_addf(out, " | %s", rule->advice == ADVISE_SHORT ? "short" : "wrong");
}

static void test_policy_init_holds_the_documented_rules(void **state)
{
    static const struct {
        const char *name;
        const char *rule;
    } rows[] = {
        { "TcpTimedWaitDelay", "30:60 | wrong | 30 | short" },
        { "StrictTimeWaitSeqCheck", "1:1 | wrong | 1 | short" },
        { "DynamicPortRangeTcp", "32768: | wrong | 32768-65535 | short" },
        { "DynamicPortRangeUdp", "32768: | wrong | 32768-65535 | short" },
        { "MaxUserPort", "32768:65534 | accepted | absent | wrong" },
        { "ip_local_port_range", "28232: | wrong | 10000-65535 | short" },
        { "tcp_tw_reuse", "1:2 | wrong | 1 | short" },
        { "tcp_timestamps", "1:2 | wrong | 1 | short" },
        { "tcp_fin_timeout", "60 | wrong | 60 | wrong" },
        { "tcp_tw_recycle", "0 | accepted | 0 | short" },
        { "tcp_max_tw_buckets", "noted | accepted | never | short" },
    };
    const struct policy *policy = *state;

    assert_int_equal(policy->count, ARRAY_COUNT(rows));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text rule = { 0 };

        assert_string_equal(policy->settings[i].name, rows[i].name);
        describe(&policy->settings[i], &rule);
        if (strcmp(text_string(&rule), rows[i].rule) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&rule));
        text_clear(&rule);
    }
}

static void test_policy_init_takes_places_and_kinds_from_the_setting_table(void **state)
{
    const struct policy *policy = *state;
    size_t count = 0;
    const struct setting *table = setting_table(&count);

    assert_int_equal(policy->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct policy_setting *rule = &policy->settings[i];

        assert_ptr_equal(rule->known, &table[i]);
        assert_int_equal(rule->os, table[i].os);
        assert_int_equal(rule->kind, table[i].kind);
        assert_int_equal(rule->recommended.kind, table[i].kind);
        assert_string_equal(rule->place.path, table[i].place.path);
    }
}

static void test_policy_init_recommends_only_what_it_accepts(void **state)
{
    const struct policy *policy = *state;

    for (size_t i = 0; i < policy->count; i++) {
        const struct policy_setting *rule = &policy->settings[i];
        double judged = rule->kind == SETTING_PORT_RANGE
                            ? (double)port_range_size(rule->recommended.range)
                            : (double)rule->recommended.number;

        if (rule->target == TARGET_VALUE && threshold_alerts(&rule->accepted, judged))
            fail_msg("%s", rule->name);
    }
}

static void test_policy_init_takes_the_default_thresholds_of_each_system(void **state)
{
    const struct policy *policy = *state;

    for (size_t os = OS_LINUX; os <= OS_WINDOWS; os++) {
        struct metric_limits limits[METRIC_COUNT];

        metric_default_limits((enum os_kind)os, limits);
        for (size_t i = 0; i < METRIC_COUNT; i++) {
            assert_true(policy->limits[os][i].warning.set == limits[i].warning.set);
            assert_true(policy->limits[os][i].warning.end == limits[i].warning.end);
            assert_true(policy->limits[os][i].critical.set == limits[i].critical.set);
            assert_true(policy->limits[os][i].critical.end == limits[i].critical.end);
        }
    }
}

static void
test_policy_init_opens_the_gate_for_confirmed_critical_once_an_hour(void **state)
{
    const struct policy *policy = *state;

    assert_string_equal(policy->gate.act_on, "CRITICAL");
    assert_int_equal(policy->gate.cool_down_s, 3600);
    assert_true(policy->gate.confirm);
}

static void test_policy_find_finds_by_name(void **state)
{
    const struct policy *policy = *state;

    assert_ptr_equal(policy_find(policy, "StrictTimeWaitSeqCheck"), &policy->settings[1]);
    assert_null(policy_find(policy, "stricttimewaitseqcheck"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_policy, free_policy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_policy_init_holds_the_documented_rules),
        TEST(test_policy_init_takes_places_and_kinds_from_the_setting_table),
        TEST(test_policy_init_recommends_only_what_it_accepts),
        TEST(test_policy_init_takes_the_default_thresholds_of_each_system),
        TEST(test_policy_init_opens_the_gate_for_confirmed_critical_once_an_hour),
        TEST(test_policy_find_finds_by_name),
    };

    return cmocka_run_group_tests_name("model/policy", tests, NULL, NULL);
}
