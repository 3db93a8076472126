/* SPDX-License-Identifier: MIT */
/* Connection tracking: what is known of it, what a failure becomes, and how it grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "checks/host/observe_owners.h"
#include "tests/support/observed.h"

enum { ONLY = 1 << METRIC_CONNTRACK_USAGE };

/* A Linux that tracks 50 connections. */
static int given_tracking(void **state)
{
    (void)state;
    given_fixture(ONLY | METRICS_AS_FOUND);
    fixture.conntrack = (struct observed_conntrack){ .reading.known = true,
                                                     .entries = 50,
                                                     .limit = 1000,
                                                     .counters_known = true,
                                                     .insert_failed = 20,
                                                     .dropped = 30 };
    return 0;
}

static void given_failure(enum error_code code)
{
    fixture.conntrack_failure.code = code;
    (void)snprintf(fixture.conntrack_failure.message,
                   sizeof fixture.conntrack_failure.message, "cannot read it");
}

static void test_observe_keeps_what_is_tracked(void **state)
{
    (void)state;

    must_observe_fixture();

    assert_memory_equal(&seen.conntrack, &fixture.conntrack, sizeof seen.conntrack);
    assert_int_equal(fixture.conntrack_reads, 1);
    assert_int_equal(seen.note_count, 0);
}

static void test_observe_reads_it_only_if_it_is_asked_for(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_TIME_WAIT | METRICS_AS_FOUND;
    must_observe_fixture();

    assert_int_equal(fixture.conntrack_reads, 0);
    assert_false(seen.conntrack.reading.known);
}

static void test_observe_of_a_host_that_tracks_nothing_says_nothing(void **state)
{
    (void)state;

    fixture.conntrack = (struct observed_conntrack){ 0 };
    must_observe_fixture();

    assert_false(seen.conntrack.reading.known);
    assert_string_equal(seen.conntrack.reading.reason, "");
    assert_int_equal(seen.note_count, 0);
}

static void test_observe_says_so_to_who_asked_by_name(void **state)
{
    (void)state;

    fixture.conntrack = (struct observed_conntrack){ 0 };
    request.metrics = ONLY;
    must_observe_fixture();

    assert_string_equal(seen.conntrack.reading.reason,
                        "this kernel tracks no connections (nf_conntrack)");
}

static void test_observe_of_what_cannot_be_read_leaves_a_note(void **state)
{
    (void)state;

    given_failure(ERR_DENIED);
    must_observe_fixture();

    assert_string_equal(seen.conntrack.reading.reason, "cannot read it");
    assert_int_equal(seen.note_count, 1);
    assert_string_equal(seen.notes[0], "conntrack_usage is not known: cannot read it");
}

static void test_observe_of_what_cannot_be_read_needs_no_note_by_name(void **state)
{
    (void)state;

    given_failure(ERR_DENIED);
    request.metrics = ONLY;
    must_observe_fixture();

    assert_string_equal(seen.conntrack.reading.reason, "cannot read it");
    assert_int_equal(seen.note_count, 0);
}

static void test_observe_ends_without_memory(void **state)
{
    struct error err = { 0 };
    (void)state;

    given_failure(ERR_MEMORY);

    assert_false(observe_fixture(&err));
    assert_int_equal(err.code, ERR_MEMORY);
}

/* Looks for that long. */
static void look(uint32_t ms)
{
    const struct owners_request wanted = { .depth = OWNERS_OF_ALL,
                                           .look_ms = ms,
                                           .deadline = request.deadline };
    struct host host = fixture_host_open(&fixture);
    struct error err = { 0 };

    must_observe_fixture();
    assert_true(observe_owners(&host, &wanted, &seen, &err));
    host_close(&host);
}

/* Twice more: one when the look begins, one when it ends. */
static void test_look_tells_how_counters_grow(void **state)
{
    (void)state;

    fixture.conntrack_grows = 7;
    look(20);

    assert_int_equal(fixture.conntrack_reads, 3);
    assert_true(seen.conntrack.look.span_ms >= 20);
    assert_int_equal(seen.conntrack.look.insert_failed, 7);
    assert_int_equal(seen.conntrack.look.dropped, 7);
    assert_int_equal(seen.conntrack.insert_failed, 34);
    assert_int_equal(seen.conntrack.dropped, 44);
    assert_int_equal(seen.conntrack.entries, 50);
}

static void test_look_of_nothing_that_is_counted_reads_nothing(void **state)
{
    (void)state;

    fixture.conntrack.counters_known = false;
    look(20);

    assert_int_equal(fixture.conntrack_reads, 1);
    assert_int_equal(seen.conntrack.look.span_ms, 0);
}

static void test_no_look_reads_nothing(void **state)
{
    (void)state;

    look(0);

    assert_int_equal(fixture.conntrack_reads, 1);
    assert_int_equal(seen.conntrack.look.span_ms, 0);
}

/* What was known stays. */
static void expect_no_look(int reads)
{
    const struct observed_conntrack known = fixture.conntrack;

    fixture.conntrack_reads_before_failure = reads;
    given_failure(ERR_IO);
    look(20);

    assert_memory_equal(&seen.conntrack, &known, sizeof known);
}

static void test_look_that_cannot_begin_is_none(void **state)
{
    (void)state;

    expect_no_look(1);
    assert_int_equal(fixture.conntrack_reads, 2);
}

static void test_look_that_cannot_end_is_none(void **state)
{
    (void)state;

    expect_no_look(2);
    assert_int_equal(fixture.conntrack_reads, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_observe_keeps_what_is_tracked, given_tracking),
        cmocka_unit_test_setup(test_observe_reads_it_only_if_it_is_asked_for,
                               given_tracking),
        cmocka_unit_test_setup(test_observe_of_a_host_that_tracks_nothing_says_nothing,
                               given_tracking),
        cmocka_unit_test_setup(test_observe_says_so_to_who_asked_by_name, given_tracking),
        cmocka_unit_test_setup(test_observe_of_what_cannot_be_read_leaves_a_note,
                               given_tracking),
        cmocka_unit_test_setup(test_observe_of_what_cannot_be_read_needs_no_note_by_name,
                               given_tracking),
        cmocka_unit_test_setup(test_observe_ends_without_memory, given_tracking),
        cmocka_unit_test_setup(test_look_tells_how_counters_grow, given_tracking),
        cmocka_unit_test_setup(test_look_of_nothing_that_is_counted_reads_nothing,
                               given_tracking),
        cmocka_unit_test_setup(test_no_look_reads_nothing, given_tracking),
        cmocka_unit_test_setup(test_look_that_cannot_begin_is_none, given_tracking),
        cmocka_unit_test_setup(test_look_that_cannot_end_is_none, given_tracking),
    };

    return cmocka_run_group_tests_name("host/observe_conntrack", tests, NULL, NULL);
}
