/* SPDX-License-Identifier: MIT */
/* The words that several formats share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/setting_words.h"
#include "plugin/report_words.h"
#include "tests/support/given.h"
#include "tests/support/judged.h"

static struct judged scene;
static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void test_words_accepted_reads_like_language(void **state)
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

static void test_words_accepted_of_a_noted_setting_is_a_dash(void **state)
{
    const struct policy_setting rule = { .noted_only = true, .absent_accepted = true };
    (void)state;

    setting_words_accepted(&rule, &out);

    assert_string_equal(text_string(&out), "-");
}

static void test_words_recommended_has_a_word_for_each_target(void **state)
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

static void test_words_order_keeps_the_usual_order_among_equals(void **state)
{
    const enum metric_id expected[] = { METRIC_DESTINATION_USAGE, METRIC_PORT_USAGE,
                                        METRIC_TIME_WAIT, METRIC_UDP_PORT_USAGE,
                                        METRIC_MISCONFIGURED };
    enum metric_id order[METRIC_COUNT];
    (void)state;

    given_linux(&scene.seen);
    given_linux_settings(&scene.seen);
    judged_by_default(&scene);

    assert_int_equal(words_order(&scene.report, order), METRIC_COUNT);
    assert_memory_equal(order, expected, sizeof expected);
}

static void test_words_order_prefers_critical_to_unknown(void **state)
{
    enum metric_id order[METRIC_COUNT];
    (void)state;

    given_linux(&scene.seen);
    given_unread(&scene.seen.tcp.reading, "denied");
    given_udp_ports(&scene.seen, 28232);
    judged_by_default(&scene);

    assert_int_equal(words_order(&scene.report, order), METRIC_COUNT);
    assert_int_equal(order[0], METRIC_UDP_PORT_USAGE);
    assert_int_equal(order[1], METRIC_DESTINATION_USAGE);
}

static void test_words_needs_reboot_for_added_registry_values(void **state)
{
    const struct policy_setting registry = { .location.store = STORE_REGISTRY };
    const struct policy_setting sysctl = { .location.store = STORE_SYSCTL };
    (void)state;

    assert_true(setting_words_needs_reboot(&registry));
    assert_false(setting_words_needs_reboot(&sysctl));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(test_words_accepted_reads_like_language),
        TEST(test_words_accepted_of_a_noted_setting_is_a_dash),
        TEST(test_words_recommended_has_a_word_for_each_target),
        TEST(test_words_order_keeps_the_usual_order_among_equals),
        TEST(test_words_order_prefers_critical_to_unknown),
        TEST(test_words_needs_reboot_for_added_registry_values),
    };

    return cmocka_run_group_tests_name("plugin/report_words", tests, NULL, NULL);
}
