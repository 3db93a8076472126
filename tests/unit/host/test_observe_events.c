/* SPDX-License-Identifier: MIT */
/* Who asks for the System log, and what a log that does not answer becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "tests/support/observed.h"

enum { BY_NAME = 1 << METRIC_EXHAUSTION_EVENTS };

static struct error failure;
static int reads;

static bool read_events(void *self, int64_t now_s, const struct deadline *deadline,
                        struct observed_events *out, struct error *err)
{
    (void)self;
    (void)deadline;
    reads++;
    if (failure.code != ERR_NONE) {
        *err = failure;
        return false;
    }
    out->reading.known = true;
    out->newest_id = 4231;
    out->newest_s = now_s;
    return true;
}

static int set_up(void **state)
{
    (void)state;
    given_fixture(METRICS_ALL);
    fixture.os = (struct os_version){ OS_WINDOWS, 10, 0, 20348 };
    error_clear(&failure);
    reads = 0;
    return 0;
}

/* As the fixture, with a log. */
static void observe_log(uint32_t metrics, bool has_log)
{
    struct host host = fixture_host_open(&fixture);
    struct host_ops ops = *host.ops;
    struct error err = { 0 };

    request.metrics = metrics;
    ops.read_events = has_log ? read_events : NULL;
    host.ops = &ops;
    if (!observe(&host, &request, &seen, &err))
        fail_msg("%s", err.message);
}

static bool has_note(const char *text)
{
    for (size_t i = 0; i < seen.note_count; i++)
        if (strcmp(seen.notes[i], text) == 0)
            return true;
    return false;
}

static void test_events_are_read_by_the_clock_of_the_observation(void **state)
{
    (void)state;

    observe_log(METRICS_ALL, true);

    assert_true(seen.events.reading.known);
    assert_int_equal(seen.events.newest_s, seen.time_s);
}

static void test_events_are_read_for_their_metric_alone(void **state)
{
    (void)state;

    observe_log(1U << METRIC_PORT_USAGE, true);
    assert_int_equal(reads, 0);
    observe_log(BY_NAME, true);
    assert_int_equal(reads, 1);
}

static void test_a_log_that_is_denied_is_a_note(void **state)
{
    (void)state;

    (void)error_set(&failure, ERR_DENIED, "the System log may not be read: no");
    observe_log(METRICS_ALL, true);

    assert_false(seen.events.reading.known);
    assert_string_equal(seen.events.reading.reason, "the System log may not be read: no");
    assert_true(
        has_note("exhaustion_events is not known: the System log may not be read: "
                 "no"));
}

static void test_a_log_that_is_denied_is_no_note_where_it_was_named(void **state)
{
    (void)state;

    (void)error_set(&failure, ERR_DENIED, "the System log may not be read: no");
    observe_log(BY_NAME, true);

    assert_string_equal(seen.events.reading.reason, "the System log may not be read: no");
    assert_int_equal(seen.note_count, 0);
}

static void test_a_windows_that_does_not_tell_is_silent(void **state)
{
    (void)state;

    (void)error_set(&failure, ERR_UNSUPPORTED, "this Windows does not tell its events");
    observe_log(METRICS_ALL, true);

    assert_string_equal(seen.events.reading.reason, "");
    assert_false(has_note("exhaustion_events is not known: this Windows does not tell "
                          "its events"));
    observe_log(BY_NAME, true);
    assert_string_equal(seen.events.reading.reason,
                        "this Windows does not tell its events");
}

static void test_another_system_has_no_such_log(void **state)
{
    (void)state;

    observe_log(METRICS_ALL, false);
    assert_string_equal(seen.events.reading.reason, "");
    observe_log(BY_NAME, false);
    assert_string_equal(seen.events.reading.reason, "only Windows has it");
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_events_are_read_by_the_clock_of_the_observation),
        TEST(test_events_are_read_for_their_metric_alone),
        TEST(test_a_log_that_is_denied_is_a_note),
        TEST(test_a_log_that_is_denied_is_no_note_where_it_was_named),
        TEST(test_a_windows_that_does_not_tell_is_silent),
        TEST(test_another_system_has_no_such_log),
    };

    return cmocka_run_group_tests_name("host/observe_events", tests, NULL, NULL);
}
