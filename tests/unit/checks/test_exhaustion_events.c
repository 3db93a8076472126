/* SPDX-License-Identifier: MIT */
/* The count of events, its state, and where it is no metric. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { BY_NAME = 1 << METRIC_EXHAUSTION_EVENTS };

static int given_quiet(void **state)
{
    (void)given_idle_linux(state);
    given_windows(&scene.seen);
    scene.seen.events.reading.known = true;
    judged_defaults(&scene);
    return 0;
}

static const struct result *judged_as(uint32_t metrics)
{
    judged_by(&scene, metrics);
    return &scene.verdict.results[METRIC_EXHAUSTION_EVENTS];
}

static void test_no_event_is_ok(void **state)
{
    const struct result *result;
    (void)state;

    scene.seen.events.collided = 100;
    result = judged_as(METRICS_ALL);

    assert_true(result->judged);
    assert_int_equal(result->measure.part, 0);
    assert_int_equal(result->state, CHECK_OK);
}

static void test_one_event_of_either_protocol_is_a_warning(void **state)
{
    (void)state;

    scene.seen.events.tcp_exhausted = 1;
    assert_int_equal(judged_as(METRICS_ALL)->state, CHECK_WARNING);
    scene.seen.events.tcp_exhausted = 0;
    scene.seen.events.udp_exhausted = 1;
    assert_int_equal(judged_as(METRICS_ALL)->state, CHECK_WARNING);
}

static void test_events_of_both_protocols_are_added(void **state)
{
    (void)state;

    scene.seen.events.tcp_exhausted = UINT32_MAX;
    scene.seen.events.udp_exhausted = 3;

    assert_int_equal(judged_as(METRICS_ALL)->measure.part, UINT64_C(0x100000002));
}

static void test_a_log_that_was_not_read_is_left_out(void **state)
{
    (void)state;

    given_unread(&scene.seen.events.reading, "the System log may not be read: denied");

    assert_false(judged_as(BY_NAME | METRICS_AS_FOUND)->judged);
    assert_int_equal(scene.verdict.state, CHECK_OK);
}

static void test_a_log_that_was_not_read_is_unknown_by_name(void **state)
{
    const struct result *result;
    (void)state;

    given_unread(&scene.seen.events.reading, "the System log may not be read: denied");
    result = judged_as(BY_NAME);

    assert_true(result->judged);
    assert_int_equal(result->state, CHECK_UNKNOWN);
    assert_string_equal(result->measure.reason, "the System log may not be read: denied");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_quiet, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_event_is_ok),
        TEST(test_one_event_of_either_protocol_is_a_warning),
        TEST(test_events_of_both_protocols_are_added),
        TEST(test_a_log_that_was_not_read_is_left_out),
        TEST(test_a_log_that_was_not_read_is_unknown_by_name),
    };

    return cmocka_run_group_tests_name("checks/exhaustion_events", tests, NULL, NULL);
}
