/* SPDX-License-Identifier: MIT */
/* Files of a newer version, what the sum of a file says, and a site's file that does not
 * hold. */
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

static void look(struct policy *policy, const char *json)
{
    struct error err = { 0 };

    if (!policy_apply_newer_json(policy, json, strlen(json), &err))
        fail_msg("%s: %s", json, err.message);
}

struct row {
    const char *json;
    const char *words;
};

/* Each kind of place where a newer version may know more. */
static void test_policy_apply_newer_json_names_what_it_leaves_out(void **state)
{
    static const struct row rows[] = {
        { "{\"schema\":2}", "" },
        { "{\"schema\":2,\"new\":[1]}", "2 new" },
        { "{\"schema\":2,\"reserve\":{\"max\":1}}", "2 reserve.max" },
        { "{\"schema\":9007199254740993,\"a\":1}", "9007199254740993 a" },
        { "{\"schema\":3,\"a\":1,\"b\":2}", "3 a, b" },
        { "{\"schema\":2,\"thresholds\":{\"bsd\":{}}}", "2 thresholds.bsd" },
        { "{\"schema\":2,\"thresholds\":{\"linux\":{\"new\":{\"warning\":1}}}}",
          "2 thresholds.linux.new" },
        { "{\"schema\":2,\"thresholds\":{\"linux\":{\"port_usage\":{\"page\":1}}}}",
          "2 thresholds.linux.port_usage.page" },
        { "{\"schema\":2,\"settings\":{\"tcp_tw_reuse\":{\"why\":\"x\"}}}",
          "2 settings.tcp_tw_reuse.why" },
        { "{\"schema\":2,\"settings\":{\"NewOne\":{\"accepted\":1}}}",
          "2 settings.NewOne" },
        { "{\"schema\":2,\"settings\":{\"NewOne\":null}}", "2 settings.NewOne" },
        { "{\"schema\":2,\"remediation\":{\"page\":\"audit\"}}", "2 remediation.page" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct policy *policy = *state;
        const char *keys = strchr(rows[i].words, ' ');
        char wanted[ERR_TEXT_SIZE] = "";

        if (keys)
            (void)snprintf(wanted, sizeof wanted,
                           "the policy's schema %.*s is newer than this version, which "
                           "does not know "
                           "and leaves out: %s",
                           (int)(keys - rows[i].words), rows[i].words, keys + 1);
        policy_init(policy);
        look(policy, rows[i].json);
        assert_string_equal(policy->origin.skipped, wanted);
    }
}

static void test_policy_apply_newer_json_applies_the_rest(void **state)
{
    struct policy *policy = *state;

    look(policy,
         "{\"schema\":2,\"new\":{},\"ask\":false,"
         "\"settings\":{\"New\":1,\"tcp_tw_reuse\":{\"new\":1,\"accepted\":1},"
         "\"tcp_fin_timeout\":null},"
         "\"thresholds\":{\"new\":0,\"linux\":{\"port_usage\":{\"critical\":7}}}}");

    assert_false(policy->ask);
    assert_true(policy_find(policy, "tcp_tw_reuse")->accepted.end == 1);
    assert_null(policy_find(policy, "tcp_fin_timeout"));
    assert_null(policy_find(policy, "New"));
    assert_true(policy->limits[OS_LINUX][METRIC_PORT_USAGE].critical.end == 7);
}

/* What this version knows must be right in a newer file too. */
static void test_policy_apply_newer_json_refuses_what_it_knows_better(void **state)
{
    static const struct row rows[] = {
        { "{\"schema\":2,\"ask\":1}", "ask: expected true or false, not a number" },
        { "{\"schema\":2,\"settings\":[]}",
          "settings: expected an object, not an array" },
        { "{\"schema\":2,\"settings\":{\"net.ipv4.tcp_rfc1337\":{}}}",
          "settings.net.ipv4.tcp_rfc1337.accepted: missing; a new setting needs it" },
        { "{\"schema\":2,\"new\":1,\"settings\":{\"tcp_tw_reuse\":{\"recommended\":5}}}",
          "settings.tcp_tw_reuse.recommended: 5 is outside accepted 1:2" },
        { "{\"schema\":1,\"new\":1}",
          "new: unknown key (schema, settings, thresholds, ask, owners, reserve, "
          "reserve_users, remediation)" },
        { "{\"schema\":0}", "schema: expected 1, the only one that this version reads" },
        { "{\"schema\":-2}", "schema: expected 1, the only one that this version reads" },
        { "{\"schema\":2.0}",
          "schema: expected 1, the only one that this version reads" },
        { "{\"schema\":\"2\"}",
          "schema: expected 1, the only one that this version reads" },
        { "{\"new\":1}", "schema: missing; expected 1" },
        { "[2]", "expected an object, not an array" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };

        assert_false(
            policy_apply_newer_json(*state, rows[i].json, strlen(rows[i].json), &err));
        assert_string_equal(err.message, rows[i].words);
    }
}

static void test_policy_apply_json_refuses_a_newer_schema(void **state)
{
    static const char *const rows[] = { "{\"schema\":2}", "{\"schema\":2,\"new\":1}" };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };

        assert_false(policy_apply_json(*state, rows[i], strlen(rows[i]), &err));
        assert_string_equal(err.message,
                            "schema: expected 1, the only one that this version reads");
    }
}

static void test_policy_apply_newer_json_cuts_a_long_list(void **state)
{
    struct policy *policy = *state;
    struct text json = { 0 };

    text_add(&json, "{\"schema\":2");
    for (int i = 0; i < 200; i++)
        text_addf(&json, ",\"\u00fc\u00fc%d\":1", i);
    text_add(&json, "}");
    look(policy, text_string(&json));
    text_clear(&json);

    assert_int_equal(
        strncmp(policy->origin.skipped, "the policy's schema 2 is newer", 30), 0);
    assert_true(strlen(policy->origin.skipped) < sizeof policy->origin.skipped);
    assert_non_null(strstr(policy->origin.skipped, "\u00fc\u00fc7"));
}

static void test_policy_apply_json_takes_the_sum_of_all_bytes(void **state)
{
    struct policy *policy = *state;
    const char json[] = "\xEF\xBB\xBF{\"schema\":1}\n";

    assert_false(policy->origin.summed);
    look(policy, json);

    assert_true(policy->origin.summed);
    /* python3 -c 'import zlib; print(hex(zlib.crc32(b"\xef\xbb\xbf{\"schema\":1}\n")))'
     */
    assert_int_equal(policy->origin.crc32, 0xFC2CD0F3U);
}

static void test_policy_apply_json_reads_whether_to_ask(void **state)
{
    struct policy *policy = *state;

    assert_true(policy->ask);
    look(policy, "{\"schema\":1,\"ask\":false}");
    assert_false(policy->ask);
    look(policy, "{\"schema\":1}");
    assert_false(policy->ask);
    look(policy, "{\"schema\":1,\"ask\":true}");
    assert_true(policy->ask);
}

static void test_policy_init_without_site_pages_nobody(void **state)
{
    struct policy *policy = *state;
    struct policy *built_in = malloc(sizeof *built_in);

    assert_non_null(built_in);
    policy_init(built_in);
    memset(policy, 0xA5, sizeof *policy);
    policy_init_without_site(policy, "policy x: y");

    assert_string_equal(policy->origin.error, "policy x: y");
    assert_int_equal(policy->count, built_in->count);
    for (size_t os = 0; os < OS_KIND_COUNT; os++)
        for (size_t id = 0; id < METRIC_COUNT; id++) {
            assert_true(policy->limits[os][id].at_most_warning);
            assert_false(built_in->limits[os][id].at_most_warning);
            assert_true(policy->limits[os][id].critical.end ==
                        built_in->limits[os][id].critical.end);
        }
    free(built_in);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, given_policy, free_policy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_policy_apply_newer_json_names_what_it_leaves_out),
        TEST(test_policy_apply_newer_json_applies_the_rest),
        TEST(test_policy_apply_newer_json_refuses_what_it_knows_better),
        TEST(test_policy_apply_json_refuses_a_newer_schema),
        TEST(test_policy_apply_newer_json_cuts_a_long_list),
        TEST(test_policy_apply_json_takes_the_sum_of_all_bytes),
        TEST(test_policy_apply_json_reads_whether_to_ask),
        TEST(test_policy_init_without_site_pages_nobody),
    };

    return cmocka_run_group_tests_name("model/policy_newer", tests, NULL, NULL);
}
