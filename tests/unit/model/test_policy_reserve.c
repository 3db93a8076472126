/* SPDX-License-Identifier: MIT */
/* What a policy file says of ports to keep free and of users to trust, and what it may
 * not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/policy.h"
#include "tests/support/given_policy.h"

static void apply(struct policy *policy, const char *json)
{
    struct error err = { 0 };

    if (!policy_apply_json(policy, json, strlen(json), &err))
        fail_msg("%s", err.message);
}

static void test_policy_init_reserves_what_is_built_in(void **state)
{
    const struct policy *policy = *state;

    assert_true(policy->reserve.built_in);
    assert_int_equal(policy->reserve.node_ports, POLICY_NODE_PORTS_AUTO);
    assert_int_equal(port_set_count(&policy->reserve.add), 0);
    assert_int_equal(port_set_count(&policy->reserve.drop), 0);
    assert_int_equal(policy->reserve.user_count, 0);
    assert_int_equal(policy->gate.mode, POLICY_ACT);
}

static void test_policy_apply_json_reads_reserve(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"reserve\":{\"add\":\"8443, 9000-9010 ,1,65535\","
                  "\"drop\":\"10050\",\"built_in\":false,\"node_ports\":\"always\"}}");

    assert_int_equal(port_set_count(&policy->reserve.add), 14);
    assert_true(port_set_has(&policy->reserve.add, 1));
    assert_true(port_set_has(&policy->reserve.add, 8443));
    assert_true(port_set_has(&policy->reserve.add, 9000));
    assert_true(port_set_has(&policy->reserve.add, 9010));
    assert_true(port_set_has(&policy->reserve.add, 65535));
    assert_int_equal(port_set_count(&policy->reserve.drop), 1);
    assert_true(port_set_has(&policy->reserve.drop, 10050));
    assert_false(policy->reserve.built_in);
    assert_int_equal(policy->reserve.node_ports, POLICY_NODE_PORTS_ALWAYS);
}

static void test_policy_apply_json_takes_the_whole_port_space(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"reserve\":{\"add\":\"1-65535\",\"drop\":\"\","
                  "\"node_ports\":\"never\"}}");

    assert_int_equal(port_set_count(&policy->reserve.add), 65535);
    assert_int_equal(policy->reserve.node_ports, POLICY_NODE_PORTS_NEVER);
    assert_true(policy->reserve.built_in);
}

static void test_policy_apply_json_reads_users(void **state)
{
    struct policy *policy = *state;
    const struct policy_user *users = policy->reserve.users;

    apply(policy,
          "{\"schema\":1,\"reserve_users\":[1000,\"app\",0,4294967294,\"_a.b-C9\"]}");

    assert_int_equal(policy->reserve.user_count, 5);
    assert_string_equal(users[0].name, "");
    assert_int_equal(users[0].uid, 1000);
    assert_string_equal(users[1].name, "app");
    assert_int_equal(users[1].uid, 0);
    assert_int_equal(users[2].uid, 0);
    assert_int_equal(users[3].uid, UINT32_MAX - 1);
    assert_string_equal(users[4].name, "_a.b-C9");
}

static void test_policy_apply_json_takes_another_list_of_users_whole(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"reserve_users\":[1000,\"app\"]}");
    apply(policy, "{\"schema\":1,\"reserve_users\":[7]}");

    assert_int_equal(policy->reserve.user_count, 1);
    assert_int_equal(policy->reserve.users[0].uid, 7);
    assert_string_equal(policy->reserve.users[0].name, "");
}

static void test_policy_apply_json_reads_each_mode(void **state)
{
    struct policy *policy = *state;

    apply(policy, "{\"schema\":1,\"remediation\":{\"mode\":\"live-only\"}}");
    assert_int_equal(policy->gate.mode, POLICY_LIVE_ONLY);
    apply(policy, "{\"schema\":1,\"remediation\":{\"mode\":\"audit\"}}");
    assert_int_equal(policy->gate.mode, POLICY_AUDIT);
    apply(policy, "{\"schema\":1,\"remediation\":{\"mode\":\"act\"}}");
    assert_int_equal(policy->gate.mode, POLICY_ACT);
}

struct refused {
    const char *json; /* behind "schema" */
    const char *message;
};

#define NAME                                                                             \
    "a user's name has 1 to 32 letters, digits, '.', '_' and '-', and does not begin "   \
    "with '-'"

/* Those that tests/bad-input/table does not try through the programs. */
static void test_policy_apply_json_refuses_the_rest_of_reserve(void **state)
{
    static const struct refused rows[] = {
        { "\"reserve\":null", "reserve: expected an object, not null" },
        { "\"reserve\":{\"add\":\"1-3\",\"drop\":\"1\"}",
          "reserve.drop: port 1 is in \"add\" as well" },
        { "\"reserve\":{\"ad\":\"1\"}",
          "reserve.ad: unknown key (add, drop, built_in, node_ports)" },
        { "\"reserve\":{\"add\":\"1,65536\"}", "reserve.add: '65536' is above 65535" },
        { "\"reserve\":{\"add\":\"1-65536\"}",
          "reserve.add: '1-65536': '65536' is above 65535" },
        { "\"reserve\":{\"add\":\"9-3\"}",
          "reserve.add: '9-3': a range needs 1 <= FIRST <= LAST" },
        { "\"reserve\":{\"add\":\" \"}", "reserve.add: an entry of the list is empty" },
        { "\"reserve\":{\"add\":\"1,,2\"}",
          "reserve.add: an entry of the list is empty" },
        { "\"reserve\":{\"add\":\"1,\"}", "reserve.add: an entry of the list is empty" },
        { "\"reserve\":{\"add\":\"1;2\"}",
          "reserve.add: '1;2' is neither a port nor FIRST-LAST" },
        { "\"reserve\":{\"add\":\"one of the many ports\"}",
          "reserve.add: 'one of the many ports' is neither a port nor FIRST-LAST" },
        { "\"reserve\":{\"drop\":\"1-2-3\"}",
          "reserve.drop: '1-2-3' is not FIRST-LAST, two ports" },
        { "\"reserve\":{\"drop\":\"65535\",\"add\":\"60000-65535\"}",
          "reserve.drop: port 65535 is in \"add\" as well" },
        { "\"reserve\":{\"built_in\":1}",
          "reserve.built_in: expected true or false, not a number" },
        { "\"reserve\":{\"node_ports\":\"Auto\"}",
          "reserve.node_ports: expected \"auto\", \"always\" or \"never\"" },
        { "\"reserve_users\":{}", "reserve_users: expected an array, not an object" },
        { "\"reserve_users\":[1,4294967295]",
          "reserve_users[1]: expected an integer from 0 to 4294967294" },
        { "\"reserve_users\":[1.5]",
          "reserve_users[0]: expected the number or the name of a user" },
        { "\"reserve_users\":[\"\"]", "reserve_users[0]: " NAME },
        { "\"reserve_users\":[\"-a\"]", "reserve_users[0]: " NAME },
        { "\"reserve_users\":[\"a b\"]", "reserve_users[0]: " NAME },
        { "\"reserve_users\":[\"a\\nb\"]", "reserve_users[0]: " NAME },
        { "\"reserve_users\":[\"m\u00fcller\"]", "reserve_users[0]: " NAME },
        { "\"reserve_users\":[\"abcdefghijklmnopqrstuvwxyzabcdefg\"]",
          "reserve_users[0]: " NAME },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct policy *policy = *state;
        struct policy *before = malloc(sizeof *before);
        struct error err = { 0 };
        char json[256];

        assert_non_null(before);
        memcpy(before, policy, sizeof *before);
        (void)snprintf(json, sizeof json, "{\"schema\":1,%s}", rows[i].json);
        if (policy_apply_json(policy, json, strlen(json), &err))
            fail_msg("accepted: %s", json);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_memory_equal(policy, before, sizeof *before);
        free(before);
    }
}

static void test_policy_apply_json_bounds_the_users(void **state)
{
    struct policy *policy = *state;
    struct text json = { 0 };
    struct error err = { 0 };

    text_add(&json, "{\"schema\":1,\"reserve_users\":[0");
    for (int i = 1; i < POLICY_USERS_MAX; i++)
        text_addf(&json, ",%d", i);
    text_add(&json, "]}");
    apply(policy, text_string(&json));
    assert_int_equal(policy->reserve.user_count, POLICY_USERS_MAX);
    text_cut(&json, json.length - 2);
    text_add(&json, ",64]}");
    assert_false(policy_apply_json(policy, text_string(&json), json.length, &err));
    assert_string_equal(err.message,
                        "reserve_users: 65 entries, at most 64 are possible");
    text_clear(&json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_policy, free_policy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_policy_init_reserves_what_is_built_in),
        TEST(test_policy_apply_json_reads_reserve),
        TEST(test_policy_apply_json_takes_the_whole_port_space),
        TEST(test_policy_apply_json_reads_users),
        TEST(test_policy_apply_json_takes_another_list_of_users_whole),
        TEST(test_policy_apply_json_reads_each_mode),
        TEST(test_policy_apply_json_refuses_the_rest_of_reserve),
        TEST(test_policy_apply_json_bounds_the_users),
    };

    return cmocka_run_group_tests_name("model/policy_reserve", tests, NULL, NULL);
}
