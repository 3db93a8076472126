/* SPDX-License-Identifier: MIT */
/* A setting as JSON: numbers are numbers, and what is not there is null. */
#include "checks/setting_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checks/model/policy.h"

static struct policy policy;
static struct observed_setting seen;
static struct setting_result result;

/* A setting of the built-in policy that nothing is known of. */
static void given(const char *name)
{
    policy_init(&policy);
    seen = (struct observed_setting){ 0 };
    result = (struct setting_result){ .rule = policy_find(&policy, name), .seen = &seen };
    assert_non_null(result.rule);
}

static void assert_json(const char *expected)
{
    json_t *object = json_fields_new(&setting_result_table, &result, &result);
    char *text = json_dumps(object, JSON_COMPACT);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    json_decref(object);
}

static void test_setting_json_has_numbers_as_numbers(void **state)
{
    (void)state;
    given("tcp_tw_reuse");
    seen.presence = SETTING_SET;
    seen.value.number = 2;
    seen.boot = BOOT_SET;
    seen.boot_value.number = 0;
    result.state = SETTING_STATE_ACCEPTED;
    (void)snprintf(result.why, sizeof result.why, "a reason");

    assert_json(
        "{\"name\":\"tcp_tw_reuse\",\"value\":2,\"at_boot\":0,"
        "\"waiting_since\":null,\"accepted\":{\"min\":1,\"max\":2},\"recommended\":1,"
        "\"state\":\"accepted\",\"reboot\":false,\"why\":\"a reason\"}");
}

static void test_setting_json_has_ranges_as_the_policy_writes_them(void **state)
{
    (void)state;
    given("ip_local_port_range");
    seen.presence = SETTING_SET;
    seen.value.kind = SETTING_PORT_RANGE;
    seen.value.range = (struct port_range){ 32768, 60999 };
    seen.boot = BOOT_UNSET;
    result.state = SETTING_STATE_ACCEPTED;

    assert_json("{\"name\":\"ip_local_port_range\",\"value\":\"32768-60999\","
                "\"at_boot\":null,\"waiting_since\":null,\"accepted\":{\"min\":28232,"
                "\"max\":null},"
                "\"recommended\":\"10000-65535\",\"state\":\"accepted\","
                "\"reboot\":false,\"why\":null}");
}

static void test_setting_json_has_the_ends_of_each_kind_of_accepted_range(void **state)
{
    static const struct {
        const char *accepted;
        const char *json;
    } rows[] = {
        { "60", "{\"min\":0,\"max\":60}" },
        { "~:-3", "{\"min\":null,\"max\":-3}" },
        { "0.5:1.25", "{\"min\":0.5,\"max\":1.25}" },
        { "9007199254740992:", "{\"min\":9007199254740992,\"max\":null}" },
        { "@5:7", "{\"min\":5,\"max\":7,\"outside\":true}" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct policy_setting rule = { .target = TARGET_NONE };
        json_t *object;
        char *text;

        assert_true(threshold_parse(rows[i].accepted, &rule.accepted, NULL));
        result = (struct setting_result){ .rule = &rule };
        object = json_fields_new(&setting_result_table, &result, &result);
        text = json_dumps(json_object_get(object, "accepted"), JSON_COMPACT);
        assert_string_equal(text, rows[i].json);
        free(text);
        json_decref(object);
    }
}

static void test_setting_json_has_null_for_what_is_not_there(void **state)
{
    (void)state;
    given("tcp_max_tw_buckets");
    result.seen = NULL;

    assert_json("{\"name\":\"tcp_max_tw_buckets\",\"value\":null,\"at_boot\":null,"
                "\"waiting_since\":null,\"accepted\":null,\"recommended\":null,"
                "\"state\":\"unread\",\"reboot\":false,\"why\":null}");
}

static void test_setting_json_tells_what_waits_for_a_reboot(void **state)
{
    (void)state;
    given("MaxUserPort");
    seen.presence = SETTING_OS_DEFAULT;
    seen.waiting_since_s = 86400;
    result.state = SETTING_STATE_RECOMMENDED;

    assert_json("{\"name\":\"MaxUserPort\",\"value\":null,\"at_boot\":null,"
                "\"waiting_since\":\"1970-01-02T00:00:00Z\","
                "\"accepted\":{\"min\":32768,\"max\":65534},\"recommended\":\"absent\","
                "\"state\":\"recommended\",\"reboot\":true,\"why\":null}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setting_json_has_numbers_as_numbers),
        cmocka_unit_test(test_setting_json_has_ranges_as_the_policy_writes_them),
        cmocka_unit_test(test_setting_json_has_the_ends_of_each_kind_of_accepted_range),
        cmocka_unit_test(test_setting_json_has_null_for_what_is_not_there),
        cmocka_unit_test(test_setting_json_tells_what_waits_for_a_reboot),
    };

    return cmocka_run_group_tests_name("checks/setting_json", tests, NULL, NULL);
}
