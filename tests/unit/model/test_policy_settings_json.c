/* SPDX-License-Identifier: MIT */
/* Settings of a policy file that make no sense are refused, each with its path. */
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

struct refused {
    const char *json;
    const char *message;
};

/* Those that tests/bad-input/table does not try through the programs. */
static const struct refused refused_settings[] = {
    { "\"tcp_tw_reuse\":{\"accepted\":1.5}",
      "settings.tcp_tw_reuse.accepted: expected a range such as \"30:60\", or an "
      "integer" },
    { "\"tcp_fin_timeout\":{\"recommended\":90}",
      "settings.tcp_fin_timeout.recommended: 90 is outside accepted 0:60" },
    { "\"MaxUserPort\":{\"accepted\":\"1:65535\",\"recommended\":4999}",
      "settings.MaxUserPort.recommended: 4999 is not possible; Windows accepts 5000 to "
      "65534" },
    { "\"DynamicPortRangeUdp\":{\"recommended\":\"1024-65535\"}",
      "settings.DynamicPortRangeUdp.recommended: Windows accepts a range from 1025 on "
      "with "
      "255 ports or more" },
    { "\"DynamicPortRangeUdp\":{\"accepted\":\"1:\",\"recommended\":\"5000-5253\"}",
      "settings.DynamicPortRangeUdp.recommended: Windows accepts a range from 1025 on "
      "with "
      "255 ports or more" },
    { "\"tcp_tw_reuse\":null,\"net.ipv4.tcp_tw_reuse\":{\"accepted\":1}",
      "settings.net.ipv4.tcp_tw_reuse: is the same setting as 'tcp_tw_reuse'" },
    { "\"Tcpip\\\\Parameters\\\\MAXUSERPORT\":{\"accepted\":1}",
      "settings.Tcpip\\Parameters\\MAXUSERPORT: is the same setting as 'MaxUserPort'" },
    { "\"Tcpip\\\\Parameters\\\\X\":{\"accepted\":1},\"Tcpip\\\\Parameters\\\\x\":"
      "{\"accepted\":1}",
      "settings.Tcpip\\Parameters\\x: is the same setting as 'Tcpip\\Parameters\\X'" },
    { "\"a\\u0007b\":{\"acc\":1}",
      "settings.a b.acc: unknown key (accepted, absent, recommended, advise)" },
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

static void test_policy_apply_json_refuses_settings_with_their_path(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(refused_settings); i++) {
        struct text json = { 0 };

        text_addf(&json, "{\"schema\":1,\"settings\":{%s}}", refused_settings[i].json);
        expect_refused(*state, text_string(&json), refused_settings[i].message);
        text_clear(&json);
    }
}

/* The first and the last that Windows takes; those beyond are refused above. */
static void test_policy_apply_json_takes_what_windows_takes(void **state)
{
    static const char *const settings[] = {
        "\"MaxUserPort\":{\"accepted\":\"1:65535\",\"recommended\":5000}",
        "\"MaxUserPort\":{\"accepted\":\"1:65535\",\"recommended\":65534}",
        "\"TcpTimedWaitDelay\":{\"accepted\":\"0:400\",\"recommended\":2}",
        "\"TcpTimedWaitDelay\":{\"accepted\":\"0:400\",\"recommended\":300}",
        "\"DynamicPortRangeUdp\":{\"accepted\":\"1:\",\"recommended\":\"5000-5254\"}",
        "\"DynamicPortRangeUdp\":{\"recommended\":\"1025-65535\"}",
    };

    for (size_t i = 0; i < ARRAY_COUNT(settings); i++) {
        struct text json = { 0 };
        struct error err = { 0 };

        text_addf(&json, "{\"schema\":1,\"settings\":{%s}}", settings[i]);
        if (!policy_apply_json(*state, text_string(&json), json.length, &err))
            fail_msg("%s: %s", settings[i], err.message);
        text_clear(&json);
    }
}

static void test_policy_apply_json_refuses_more_settings_than_fit(void **state)
{
    struct policy *policy = *state;
    struct text json = { 0 };
    struct error err = { 0 };
    const size_t room = SETTINGS_MAX - policy->count;
    char expected[80];

    text_add(&json, "{\"schema\":1,\"settings\":{");
    for (size_t i = 0; i <= room; i++)
        text_addf(&json, "%s\"net.x%zu\":{\"accepted\":1}", i > 0 ? "," : "", i);
    text_add(&json, "}}");
    assert_false(policy_apply_json(policy, text_string(&json), json.length, &err));

    (void)snprintf(expected, sizeof expected,
                   "settings.net.x%zu: a policy has at most 64 settings", room);
    assert_string_equal(err.message, expected);
    assert_int_equal(err.code, ERR_LIMIT);
    text_clear(&json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_policy, free_policy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_policy_apply_json_refuses_settings_with_their_path),
        TEST(test_policy_apply_json_takes_what_windows_takes),
        TEST(test_policy_apply_json_refuses_more_settings_than_fit),
    };

    return cmocka_run_group_tests_name("model/policy_settings_json", tests, NULL, NULL);
}
