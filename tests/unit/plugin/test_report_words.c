/* SPDX-License-Identifier: MIT */
/* The words that several formats share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_words.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

static void gather(void *context, const char *note)
{
    (void)context;
    text_addf(&printed, "%s\n", note);
}

static void test_words_each_note_begins_with_an_interrupted_remediation(void **state)
{
    (void)state;

    given_linux(&scene.seen);
    scene.seen.interrupted_since_s = GIVEN_TIME_S;
    observation_note(&scene.seen, "another");
    judged_by_default(&scene);
    words_each_note(&scene.report, gather, NULL);

    assert_string_equal(text_string(&printed),
                        "the remediation of 2025-10-09T08:53:20Z is "
                        "in progress or was interrupted\nanother\n");
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

    assert_int_equal(words_order(&scene.report, order), ARRAY_COUNT(expected));
    assert_memory_equal(order, expected, sizeof expected);
}

static void test_words_order_of_windows_begins_with_the_ports(void **state)
{
    const enum metric_id expected[] = { METRIC_PORT_USAGE, METRIC_DESTINATION_USAGE,
                                        METRIC_TIME_WAIT };
    enum metric_id order[METRIC_COUNT];
    (void)state;

    given_windows(&scene.seen);
    judged_defaults(&scene);
    judged_by(&scene, 1U << METRIC_TIME_WAIT | 1U << METRIC_DESTINATION_USAGE |
                          1U << METRIC_PORT_USAGE);

    assert_int_equal(words_order(&scene.report, order), ARRAY_COUNT(expected));
    assert_memory_equal(order, expected, sizeof expected);
}

static void test_words_order_names_each_metric_once(void **state)
{
    enum metric_id order[METRIC_COUNT];
    uint32_t named = 0;
    (void)state;

    given_linux(&scene.seen);
    judged_by_default(&scene);
    for (size_t i = words_order(&scene.report, order); i > 0; i--)
        named |= 1U << order[i - 1];

    for (enum metric_id id = 0; id < METRIC_COUNT; id++)
        assert_int_equal((named & 1U << id) != 0, !metric_is_optional(id));
}

static void test_words_order_prefers_critical_to_unknown(void **state)
{
    enum metric_id order[METRIC_COUNT];
    (void)state;

    given_linux(&scene.seen);
    given_unread(&scene.seen.tcp.reading, "denied");
    given_udp_ports(&scene.seen, 28232);
    judged_by_default(&scene);

    assert_true(words_order(&scene.report, order) > 1);
    assert_int_equal(order[0], METRIC_UDP_PORT_USAGE);
    assert_int_equal(order[1], METRIC_DESTINATION_USAGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_words_order_keeps_the_usual_order_among_equals),
        TEST(test_words_order_of_windows_begins_with_the_ports),
        TEST(test_words_order_names_each_metric_once),
        TEST(test_words_order_prefers_critical_to_unknown),
        TEST(test_words_each_note_begins_with_an_interrupted_remediation),
    };

    return cmocka_run_group_tests_name("plugin/report_words", tests, NULL, NULL);
}
