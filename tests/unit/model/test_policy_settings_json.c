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

static const struct refused refused_settings[] = {
    { "\"tcp_tw_reuse\":{\"acepted\":1}",
      "settings.tcp_tw_reuse.acepted: unknown key (accepted, absent, recommended, "
      "advise)" },
    { "\"tcp_tw_reuse\":1", "settings.tcp_tw_reuse: expected an object, not a number" },
    { "\"tcp_tw_reuse\":{\"accepted\":\"abc\"}",
      "settings.tcp_tw_reuse.accepted: 'abc' is not a range "
      "(like 10, 10:, ~:10, 10:20, @10:20)" },
    { "\"tcp_tw_reuse\":{\"accepted\":null}",
      "settings.tcp_tw_reuse.accepted: expected a range such as \"30:60\", or an "
      "integer" },
    { "\"tcp_tw_reuse\":{\"accepted\":1.5}",
      "settings.tcp_tw_reuse.accepted: expected a range such as \"30:60\", or an "
      "integer" },
    { "\"ip_local_port_range\":{\"accepted\":28232}",
      "settings.ip_local_port_range.accepted: expected a range for the number of ports, "
      "such as \"28232:\"" },
    { "\"tcp_tw_reuse\":{\"absent\":true}",
      "settings.tcp_tw_reuse.absent: expected \"accepted\" or \"wrong\"" },
    { "\"tcp_tw_reuse\":{\"advise\":\"never\"}",
      "settings.tcp_tw_reuse.advise: expected \"short\" or \"wrong\"" },
    { "\"tcp_tw_reuse\":{\"recommended\":\"1\"}",
      "settings.tcp_tw_reuse.recommended: expected an integer or null" },
    { "\"TcpTimedWaitDelay\":{\"recommended\":\"30\"}",
      "settings.TcpTimedWaitDelay.recommended: expected an integer, \"absent\" or null" },
    { "\"ip_local_port_range\":{\"recommended\":10000}",
      "settings.ip_local_port_range.recommended: expected a range of ports such as "
      "\"32768-65535\", or null" },
    { "\"tcp_tw_reuse\":{\"recommended\":\"absent\"}",
      "settings.tcp_tw_reuse.recommended: only a registry value can be removed" },
    { "\"DynamicPortRangeTcp\":{\"recommended\":\"absent\"}",
      "settings.DynamicPortRangeTcp.recommended: only a registry value can be removed" },
    { "\"tcp_tw_reuse\":{\"recommended\":5}",
      "settings.tcp_tw_reuse.recommended: 5 is outside accepted 1:2" },
    { "\"tcp_fin_timeout\":{\"recommended\":90}",
      "settings.tcp_fin_timeout.recommended: 90 is outside accepted 0:60" },
    { "\"ip_local_port_range\":{\"recommended\":\"40000-65535\"}",
      "settings.ip_local_port_range.recommended: 40000-65535 (25536 ports) is outside "
      "accepted 28232:" },
    { "\"TcpTimedWaitDelay\":{\"accepted\":\"60:120\"}",
      "settings.TcpTimedWaitDelay.accepted: 60:120 excludes the recommended 30; give "
      "\"recommended\" as well" },
    { "\"TcpTimedWaitDelay\":{\"accepted\":\"0:400\",\"recommended\":1}",
      "settings.TcpTimedWaitDelay.recommended: 1 is not possible; Windows accepts 2 to "
      "300" },
    { "\"TcpTimedWaitDelay\":{\"accepted\":\"0:400\",\"recommended\":301}",
      "settings.TcpTimedWaitDelay.recommended: 301 is not possible; Windows accepts 2 to "
      "300" },
    { "\"MaxUserPort\":{\"accepted\":\"1:65535\",\"recommended\":65535}",
      "settings.MaxUserPort.recommended: 65535 is not possible; Windows accepts 5000 to "
      "65534" },
    { "\"MaxUserPort\":{\"accepted\":\"1:65535\",\"recommended\":4999}",
      "settings.MaxUserPort.recommended: 4999 is not possible; Windows accepts 5000 to "
      "65534" },
    { "\"Tcpip\\\\Parameters\\\\X\":{\"accepted\":\"~:\",\"recommended\":-1}",
      "settings.Tcpip\\Parameters\\X.recommended: -1 is not possible; Windows accepts 0 "
      "to "
      "4294967295" },
    { "\"DynamicPortRangeUdp\":{\"recommended\":\"1024-65535\"}",
      "settings.DynamicPortRangeUdp.recommended: Windows accepts a range from 1025 on "
      "with "
      "255 ports or more" },
    { "\"DynamicPortRangeUdp\":{\"accepted\":\"1:\",\"recommended\":\"5000-5253\"}",
      "settings.DynamicPortRangeUdp.recommended: Windows accepts a range from 1025 on "
      "with "
      "255 ports or more" },
    { "\"MaxUserPort\":{\"absent\":\"wrong\"}",
      "settings.MaxUserPort.absent: \"wrong\" excludes the recommended \"absent\"; "
      "give \"recommended\" as well" },
    { "\"TcpTimedWaitDelay\":{\"recommended\":\"absent\"}",
      "settings.TcpTimedWaitDelay.recommended: \"absent\" needs \"absent\": "
      "\"accepted\"" },
    { "\"tcp_max_tw_buckets\":{\"recommended\":262144}",
      "settings.tcp_max_tw_buckets.accepted: missing; a setting that is only noted needs "
      "it before it can be recommended" },
    { "\"net.ipv4.tcp_rfc1337\":{\"recommended\":1}",
      "settings.net.ipv4.tcp_rfc1337.accepted: missing; a new setting needs it" },
    { "\"net.ipv4.tcp_tw_reuse\":{\"accepted\":1}",
      "settings.net.ipv4.tcp_tw_reuse: is the same setting as 'tcp_tw_reuse'" },
    { "\"tcp_tw_reuse\":null,\"net.ipv4.tcp_tw_reuse\":{\"accepted\":1}",
      "settings.net.ipv4.tcp_tw_reuse: is the same setting as 'tcp_tw_reuse'" },
    { "\"Tcpip\\\\Parameters\\\\MAXUSERPORT\":{\"accepted\":1}",
      "settings.Tcpip\\Parameters\\MAXUSERPORT: is the same setting as 'MaxUserPort'" },
    { "\"Tcpip\\\\Parameters\\\\X\":{\"accepted\":1},\"Tcpip\\\\Parameters\\\\x\":"
      "{\"accepted\":1}",
      "settings.Tcpip\\Parameters\\x: is the same setting as 'Tcpip\\Parameters\\X'" },
    { "\"tcp_tw_resue\":null",
      "settings.tcp_tw_resue: there is no such setting, so it cannot be dropped" },
    { "\"vm.swappiness\":{\"accepted\":1}",
      "settings: 'vm.swappiness' is not a setting; expected a built-in name, a sysctl "
      "such "
      "as 'net.ipv4.tcp_rfc1337' or a registry value such as "
      "'Tcpip\\Parameters\\KeepAliveTime'" },
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

static void test_policy_apply_json_refuses_a_range_that_is_no_range(void **state)
{
    struct policy *policy = *state;
    const char *json = "{\"schema\":1,\"settings\":{\"ip_local_port_range\":"
                       "{\"recommended\":\"65535-10000\"}}}";
    struct error err = { 0 };

    assert_false(policy_apply_json(policy, json, strlen(json), &err));

    assert_memory_equal(err.message, "settings.ip_local_port_range.recommended: ", 42);
    assert_non_null(strstr(err.message, "'65535-10000'"));
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
        TEST(test_policy_apply_json_refuses_a_range_that_is_no_range),
        TEST(test_policy_apply_json_refuses_more_settings_than_fit),
    };

    return cmocka_run_group_tests_name("model/policy_settings_json", tests, NULL, NULL);
}
