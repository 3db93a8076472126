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
#include "tests/support/judged.h"

static struct judged scene;
static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void gather(void *context, const char *note)
{
    (void)context;
    text_addf(&out, "%s\n", note);
}

static void test_words_each_note_begins_with_an_interrupted_remediation(void **state)
{
    (void)state;

    given_linux(&scene.seen);
    scene.seen.interrupted_since_s = GIVEN_TIME_S;
    observation_note(&scene.seen, "another");
    judged_by_default(&scene);
    words_each_note(&scene.report, gather, NULL);

    assert_string_equal(text_string(&out), "the remediation of 2025-10-09T08:53:20Z is "
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

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(test_words_order_keeps_the_usual_order_among_equals),
        TEST(test_words_order_prefers_critical_to_unknown),
        TEST(test_words_each_note_begins_with_an_interrupted_remediation),
    };

    return cmocka_run_group_tests_name("plugin/report_words", tests, NULL, NULL);
}
