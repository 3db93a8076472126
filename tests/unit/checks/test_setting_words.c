/* SPDX-License-Identifier: MIT */
/* The words of a setting: its value now, at boot, accepted and recommended. */
#include "checks/setting_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void test_setting_words_accepted_reads_like_language(void **state)
{
    static const struct {
        const char *name;
        const char *range;
        enum setting_kind kind;
        bool absent;
        const char *expected;
    } rows[] = {
        { "both ends", "30:60", SETTING_NUMBER, false, "30 to 60" },
        { "one value", "1:1", SETTING_NUMBER, false, "1" },
        { "zero", "0:0", SETTING_NUMBER, false, "0" },
        { "upper end", "60", SETTING_NUMBER, false, "60 or less" },
        { "upper end, any start", "~:60", SETTING_NUMBER, false, "60 or less" },
        { "lower end", "1024:", SETTING_NUMBER, false, "1024 or more" },
        { "no end", "~:", SETTING_NUMBER, false, "any" },
        { "from zero on", "0:", SETTING_NUMBER, false, "any" },
        { "inside", "@2:5", SETTING_NUMBER, false, "not 2 to 5" },
        { "ports", "28232:", SETTING_PORT_RANGE, false, "28232 ports or more" },
        { "absent too", "32768:65534", SETTING_NUMBER, true, "absent or 32768 to 65534" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct policy_setting rule = { .kind = rows[i].kind,
                                       .absent_accepted = rows[i].absent };

        assert_true(threshold_parse(rows[i].range, &rule.accepted, NULL));
        text_clear(&out);
        setting_words_accepted(&rule, &out);
        if (strcmp(text_string(&out), rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&out));
    }
}

static void test_setting_words_accepted_of_a_noted_setting_is_a_dash(void **state)
{
    const struct policy_setting rule = { .noted_only = true, .absent_accepted = true };
    (void)state;

    setting_words_accepted(&rule, &out);

    assert_string_equal(text_string(&out), "-");
}

static void test_setting_words_recommended_has_a_word_for_each_target(void **state)
{
    struct policy_setting rule = { .target = TARGET_VALUE, .recommended.number = 30 };
    (void)state;

    setting_words_recommended(&rule, &out);
    rule.target = TARGET_ABSENT;
    setting_words_recommended(&rule, &out);
    rule.target = TARGET_NONE;
    setting_words_recommended(&rule, &out);

    assert_string_equal(text_string(&out), "30absent-");
}

static void test_setting_words_needs_reboot_for_added_registry_values(void **state)
{
    const struct policy_setting registry = { .place.kind = PLACE_REGISTRY };
    const struct policy_setting sysctl = { .place.kind = PLACE_SYSCTL };
    (void)state;

    assert_true(setting_words_needs_reboot(&registry));
    assert_false(setting_words_needs_reboot(&sysctl));
}

static void test_setting_words_value_has_words_for_each_presence(void **state)
{
    static const struct {
        const char *name;
        struct observed_setting seen;
        const char *expected;
    } rows[] = {
        { "number", { .presence = SETTING_SET, .value.number = -3 }, "-3" },
        { "range",
          { .presence = SETTING_SET,
            .value = { .kind = SETTING_PORT_RANGE, .range = { 1024, 65535 } } },
          "1024-65535" },
        { "default", { .presence = SETTING_OS_DEFAULT, .value.number = 7 }, "not set" },
        { "missing", { .presence = SETTING_MISSING }, "absent" },
        { "wrong type", { .presence = SETTING_WRONG_TYPE }, "wrong type" },
        { "unread", { .presence = SETTING_UNREAD }, "unread" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct setting_result result = { .seen = &rows[i].seen };

        text_clear(&out);
        setting_words_value(&result, &out);
        if (strcmp(text_string(&out), rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&out));
    }
}

static void test_setting_words_value_of_a_setting_not_observed_is_unread(void **state)
{
    const struct setting_result result = { 0 };
    (void)state;

    setting_words_value(&result, &out);

    assert_string_equal(text_string(&out), "unread");
}

static void test_setting_words_boot_has_words_for_each_case(void **state)
{
    static const struct {
        const char *name;
        struct observed_setting seen;
        const char *expected;
    } rows[] = {
        { "unknown", { .boot = BOOT_UNKNOWN, .boot_value.number = 5 }, "-" },
        { "unset", { .boot = BOOT_UNSET, .boot_value.number = 5 }, "not set" },
        { "number", { .boot = BOOT_SET, .boot_value.number = 5 }, "5" },
        { "range",
          { .boot = BOOT_SET,
            .boot_value = { .kind = SETTING_PORT_RANGE, .range = { 1024, 65535 } } },
          "1024-65535" },
    };
    const struct setting_result nothing = { 0 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct setting_result result = { .seen = &rows[i].seen };

        text_clear(&out);
        setting_words_boot(&result, &out);
        if (strcmp(text_string(&out), rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&out));
    }
    text_clear(&out);
    setting_words_boot(&nothing, &out);
    assert_string_equal(text_string(&out), "-");
}

static void test_setting_words_needs_reboot_asks_the_table_first(void **state)
{
    const struct policy_setting range = { .known = setting_find("DynamicPortRangeTcp"),
                                          .place.kind = PLACE_REGISTRY };
    const struct policy_setting delay = { .known = setting_find("TcpTimedWaitDelay") };
    (void)state;

    assert_false(setting_words_needs_reboot(&range));
    assert_true(setting_words_needs_reboot(&delay));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(test_setting_words_accepted_reads_like_language),
        TEST(test_setting_words_accepted_of_a_noted_setting_is_a_dash),
        TEST(test_setting_words_recommended_has_a_word_for_each_target),
        TEST(test_setting_words_value_has_words_for_each_presence),
        TEST(test_setting_words_value_of_a_setting_not_observed_is_unread),
        TEST(test_setting_words_boot_has_words_for_each_case),
        TEST(test_setting_words_needs_reboot_for_added_registry_values),
        TEST(test_setting_words_needs_reboot_asks_the_table_first),
    };

    return cmocka_run_group_tests_name("checks/setting_words", tests, NULL, NULL);
}
