/* SPDX-License-Identifier: MIT */
/* The ring of a tracepoint. The last byte chooses where the ring begins, in 16ths of it,
 * whether samples tell control groups, and the sample that stops it. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/perf_ring.h"
#include "checks/decode/trace_event.h"
#include "tests/fuzz/lib/fuzz.h"

enum { RING_MAX = 4096, PARTS = 16 };

struct seen {
    uint64_t count;
    uint64_t stop_at; /* 0 = never */
};

/* Of Linux 6.18. */
static const struct trace_fields fields = { .id = 1,
                                            .old_state = 16,
                                            .new_state = 20,
                                            .local_port = 24,
                                            .remote_port = 26,
                                            .local = 40,
                                            .remote = 56 };

static bool visit(void *context, const struct perf_sample *sample)
{
    struct seen *seen = context;
    uint8_t *raw = fuzz_copy(sample->raw, sample->raw_length);
    struct trace_event event;

    FUZZ_MUST(trace_event_decode(&fields, raw, sample->raw_length, &event) ==
              (sample->raw_length >= 72));
    free(raw);
    return ++seen->count != seen->stop_at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t choice = fuzz_last_byte(data, &size);
    struct seen seen = { .stop_at = choice >> 5 & 7 };
    struct perf_ring ring = { .size = RING_MAX, .cgroups = (choice & 16) != 0 };
    struct error err = { 0 };
    uint64_t lost = 0;
    uint8_t *bytes;
    bool ok;

    while (ring.size > size && ring.size > PARTS)
        ring.size /= 2;
    if (ring.size > size)
        return 0;
    bytes = fuzz_copy(data, ring.size);
    ring.data = bytes;
    ring.tail = ring.size * (choice & (PARTS - 1)) / PARTS + UINT64_MAX - RING_MAX;
    ring.head = ring.tail + size; /* beyond the ring where there is more */
    ok = perf_ring_read(&ring, visit, &seen, &lost, &err);
    FUZZ_MUST(!ok || err.code == ERR_NONE);
    FUZZ_MUST(ok || err.code != ERR_NONE || seen.count == seen.stop_at);
    FUZZ_MUST(seen.stop_at != 0 || ring.tail == ring.head);
    free(bytes);
    return 0;
}
