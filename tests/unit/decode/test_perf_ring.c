/* SPDX-License-Identifier: MIT */
/* The ring of a tracepoint: recorded, wrapped around its end, with losses, and cut. */
#include "checks/decode/perf_ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/decode/trace_event.h"
#include "tests/support/fixture_file.h"

enum { RECORDED_TAIL = 3432, RECORDED_HEAD = 4160, SAMPLES_MAX = 8, PID = 18407 };

struct seen {
    struct perf_sample samples[SAMPLES_MAX];
    uint8_t raw[SAMPLES_MAX][128];
    size_t count;
    size_t stop_after; /* 0 = never */
};

static bool keep(void *context, const struct perf_sample *sample)
{
    struct seen *seen = context;

    assert_true(seen->count < SAMPLES_MAX);
    assert_true(sample->raw_length <= sizeof seen->raw[0]);
    seen->samples[seen->count] = *sample;
    memcpy(seen->raw[seen->count], sample->raw, sample->raw_length);
    seen->count++;
    return seen->count != seen->stop_after;
}

struct recording {
    struct text bytes;
    struct perf_ring ring;
};

static void given_ring(const char *name, uint64_t tail, uint64_t head,
                       struct recording *out)
{
    fixture_read(name, &out->bytes);
    out->ring = (struct perf_ring){ .data = (const uint8_t *)out->bytes.data,
                                    .size = out->bytes.length,
                                    .tail = tail,
                                    .head = head,
                                    .cgroups = true };
}

static void given_connects(struct recording *out)
{
    given_ring("perf_ring/connects/ring.bin", RECORDED_TAIL, RECORDED_HEAD, out);
}

/* The last record begins before the ring's end and ends at its start. */
static void test_perf_ring_read_goes_around_the_end(void **state)
{
    static const enum trace_kind kinds[] = { TRACE_CONNECT, TRACE_CONNECT, TRACE_CONNECT,
                                             TRACE_CONNECT, TRACE_CONNECT, TRACE_CONNECT,
                                             TRACE_NO_PORT };
    struct recording recording = { 0 };
    struct text format = { 0 };
    struct trace_fields fields;
    struct seen seen = { 0 };
    uint64_t lost = 0;
    (void)state;

    given_connects(&recording);
    fixture_read("perf_ring/connects/format", &format);
    assert_true(trace_fields_decode(format.data, &fields, NULL));

    assert_true(perf_ring_read(&recording.ring, keep, &seen, &lost, NULL));

    assert_int_equal(seen.count, 7);
    assert_int_equal(lost, 0);
    assert_true(recording.ring.tail == RECORDED_HEAD);
    for (size_t i = 0; i < seen.count; i++) {
        struct trace_event event;

        assert_int_equal(seen.samples[i].pid, PID);
        assert_int_equal(seen.samples[i].tid, PID);
        assert_true(seen.samples[i].cgroup == 1);
        assert_true(
            trace_event_decode(&fields, seen.raw[i], seen.samples[i].raw_length, &event));
        assert_int_equal(event.kind, kinds[i]);
        assert_int_equal(event.remote_port, 9000);
    }
    text_clear(&format);
    text_clear(&recording.bytes);
}

static void test_perf_ring_read_counts_what_was_lost(void **state)
{
    struct recording recording = { 0 };
    struct seen seen = { 0 };
    uint64_t lost = 1;
    (void)state;

    given_ring("perf_ring/lost/ring.bin", 8216, 8448, &recording);

    assert_true(perf_ring_read(&recording.ring, keep, &seen, &lost, NULL));

    assert_int_equal(seen.count, 2);
    assert_int_equal(lost, 1 + 21);
    text_clear(&recording.bytes);
}

static void test_perf_ring_read_without_control_groups(void **state)
{
    struct recording recording = { 0 };
    struct seen seen = { 0 };
    struct error err = { 0 };
    uint64_t lost = 0;
    (void)state;

    given_connects(&recording);
    recording.ring.cgroups = false; /* then the last 8 bytes are not expected */

    assert_false(perf_ring_read(&recording.ring, keep, &seen, &lost, &err));

    assert_string_equal(err.message,
                        "perf sample of 104 bytes with an event of 76, expected 84");
    assert_true(recording.ring.tail == RECORDED_HEAD);
    text_clear(&recording.bytes);
}

static void test_perf_ring_read_ends_where_the_visitor_does(void **state)
{
    struct recording recording = { 0 };
    struct seen seen = { .stop_after = 2 };
    struct error err = { 0 };
    uint64_t lost = 0;
    (void)state;

    given_connects(&recording);

    assert_false(perf_ring_read(&recording.ring, keep, &seen, &lost, &err));

    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(seen.count, 2);
    assert_true(recording.ring.tail == RECORDED_TAIL + 2 * 104);
    text_clear(&recording.bytes);
}

static void test_perf_ring_read_of_an_empty_ring(void **state)
{
    struct recording recording = { 0 };
    struct seen seen = { 0 };
    uint64_t lost = 0;
    (void)state;

    given_ring("perf_ring/connects/ring.bin", RECORDED_HEAD, RECORDED_HEAD, &recording);

    assert_true(perf_ring_read(&recording.ring, keep, &seen, &lost, NULL));

    assert_int_equal(seen.count, 0);
    text_clear(&recording.bytes);
}

/* Where the tail lies, and what stands in a record. */
static void test_perf_ring_read_refuses_what_is_cut(void **state)
{
    static const struct {
        const char *name;
        uint64_t head;
        size_t at; /* byte from the tail on that is changed */
        uint8_t to;
        const char *message;
    } rows[] = {
        { "a header that is cut", RECORDED_TAIL + 7, 0, 9,
          "perf record of 0 bytes in 7 of a ring of 4096" },
        { "a record that is cut", RECORDED_TAIL + 103, 0, 9,
          "perf record of 104 bytes in 103 of a ring of 4096" },
        { "a head beyond the ring", RECORDED_TAIL + 4097, 0, 9,
          "perf record of 0 bytes in 4097 of a ring of 4096" },
        { "a record of no bytes", RECORDED_HEAD, 6, 0,
          "perf record of 0 bytes in 728 of a ring of 4096" },
        { "a sample without an event", RECORDED_HEAD, 6, 16,
          "perf sample of 16 bytes, expected 28 or more" },
        { "a long sample", RECORDED_HEAD, 7, 2, "perf record of type 9 with 616 bytes" },
        { "a short loss", RECORDED_HEAD, 0, 2, NULL },
        { "an event that is too long", RECORDED_HEAD, 16, 80,
          "perf sample of 104 bytes with an event of 80, expected 76" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct recording recording = { 0 };
        struct seen seen = { 0 };
        struct error err = { 0 };
        uint64_t lost = 0;
        bool ok;

        given_ring("perf_ring/connects/ring.bin", RECORDED_TAIL, rows[i].head,
                   &recording);
        recording.bytes.data[RECORDED_TAIL + rows[i].at] = (char)rows[i].to;
        ok = perf_ring_read(&recording.ring, keep, &seen, &lost, &err);
        if (ok != (rows[i].message == NULL) ||
            (rows[i].message && strcmp(err.message, rows[i].message) != 0) ||
            recording.ring.tail != rows[i].head)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        text_clear(&recording.bytes);
    }
}

/* Others that the kernel may write, as when it slows down an event. */
static void test_perf_ring_read_passes_other_records_over(void **state)
{
    struct recording recording = { 0 };
    struct seen seen = { 0 };
    uint64_t lost = 0;
    (void)state;

    given_connects(&recording);
    recording.bytes.data[RECORDED_TAIL] = 5;

    assert_true(perf_ring_read(&recording.ring, keep, &seen, &lost, NULL));

    assert_int_equal(seen.count, 6);
    text_clear(&recording.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_perf_ring_read_goes_around_the_end),
        cmocka_unit_test(test_perf_ring_read_counts_what_was_lost),
        cmocka_unit_test(test_perf_ring_read_without_control_groups),
        cmocka_unit_test(test_perf_ring_read_ends_where_the_visitor_does),
        cmocka_unit_test(test_perf_ring_read_of_an_empty_ring),
        cmocka_unit_test(test_perf_ring_read_refuses_what_is_cut),
        cmocka_unit_test(test_perf_ring_read_passes_other_records_over),
    };

    return cmocka_run_group_tests_name("decode/perf_ring", tests, NULL, NULL);
}
