/* SPDX-License-Identifier: MIT */
/* struct perf_event_header { u32 type; u16 misc, size; } and what follows it (man 2
 * perf_event_open), by byte offsets. A record may begin at the ring's end and go on at
 * its start. */
#include "checks/decode/perf_ring.h"

#include <inttypes.h>
#include <string.h>

/* linux/perf_event.h: PERF_RECORD_LOST, PERF_RECORD_SAMPLE */
enum { RECORD_LOST = 2, RECORD_SAMPLE = 9 };

/* Of a sample: pid, tid, size of the raw bytes, these, the control group. Of what was
 * lost: id, how many. */
enum {
    SIZE_AT = 6,
    HEADER_SIZE = 8,
    PID_AT = 8,
    TID_AT = 12,
    RAW_SIZE_AT = 16,
    RAW_AT = 20,
    CGROUP_SIZE = 8,
    LOST_AT = 16,
    LOST_SIZE = 24
};

/* A sample has some 100 bytes. */
enum { RECORD_MAX = 512 };

static uint32_t load_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value); /* in host byte order */
    return value;
}

static uint64_t load_u64(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

/* -1 is a task that is being reaped (perf_event_pid_type). */
static uint32_t load_pid(const uint8_t *at)
{
    const uint32_t pid = load_u32(at);

    return pid == UINT32_MAX ? 0 : pid;
}

static void copy(const struct perf_ring *ring, uint64_t from, uint8_t *out, size_t length)
{
    const size_t at = (size_t)(from & (ring->size - 1));
    const size_t first = length < ring->size - at ? length : ring->size - at;

    memcpy(out, ring->data + at, first);
    memcpy(out + first, ring->data, length - first);
}

static bool decode_sample(const struct perf_ring *ring, const uint8_t *record,
                          size_t length, struct perf_sample *out, struct error *err)
{
    const size_t tail = ring->cgroups ? CGROUP_SIZE : 0;
    size_t raw;

    if (length < RAW_AT + tail)
        return error_set(err, ERR_MALFORMED,
                         "perf sample of %zu bytes, expected %zu or more", length,
                         RAW_AT + tail);
    raw = load_u32(record + RAW_SIZE_AT);
    if (raw != length - RAW_AT - tail)
        return error_set(err, ERR_MALFORMED,
                         "perf sample of %zu bytes with an event of %zu, expected %zu",
                         length, raw, length - RAW_AT - tail);
    *out = (struct perf_sample){
        .pid = load_pid(record + PID_AT),
        .tid = load_pid(record + TID_AT),
        .cgroup = ring->cgroups ? load_u64(record + RAW_AT + raw) : 0,
        .raw = record + RAW_AT,
        .raw_length = raw,
    };
    return true;
}

/* Where the samples of one ring go. */
struct sink {
    perf_sample_visitor *visit;
    void *context;
    uint64_t *lost;
};

/* False without an error when the visitor stopped it. */
static bool read_record(const struct perf_ring *ring, size_t length,
                        const struct sink *sink, struct error *err)
{
    uint8_t record[RECORD_MAX];
    struct perf_sample sample;
    uint32_t type;

    copy(ring, ring->tail, record, length < RECORD_MAX ? length : RECORD_MAX);
    type = load_u32(record);
    if (type == RECORD_LOST && length >= LOST_SIZE && length <= RECORD_MAX)
        *sink->lost += load_u64(record + LOST_AT);
    else if (type == RECORD_LOST || (type == RECORD_SAMPLE && length > RECORD_MAX))
        return error_set(err, ERR_MALFORMED,
                         "perf record of type %" PRIu32 " with %zu bytes", type, length);
    else if (type == RECORD_SAMPLE)
        return decode_sample(ring, record, length, &sample, err) &&
               sink->visit(sink->context, &sample);
    return true;
}

/* The size of the next record; 0 with an error when it is cut. */
static size_t next_size(const struct perf_ring *ring, struct error *err)
{
    const uint64_t left = ring->head - ring->tail;
    uint8_t header[HEADER_SIZE] = { 0 };
    uint16_t size = 0;

    if (left >= HEADER_SIZE && left <= ring->size) {
        copy(ring, ring->tail, header, sizeof header);
        memcpy(&size, header + SIZE_AT, sizeof size);
    }
    if (size >= HEADER_SIZE && size <= left)
        return size;
    (void)error_set(err, ERR_MALFORMED,
                    "perf record of %u bytes in %" PRIu64 " of a ring of %zu",
                    (unsigned int)size, left, ring->size);
    return 0;
}

static bool read_all(struct perf_ring *ring, const struct sink *sink, struct error *err)
{
    struct error broken = { 0 };

    while (ring->tail != ring->head) {
        const size_t size = next_size(ring, &broken);
        const bool ok = size > 0 && read_record(ring, size, sink, &broken);

        ring->tail = broken.code == ERR_NONE ? ring->tail + size : ring->head;
        if (broken.code != ERR_NONE)
            return error_set(err, broken.code, "%s", broken.message);
        if (!ok)
            return false;
    }
    return true;
}

bool perf_ring_read(struct perf_ring *ring, perf_sample_visitor *visit, void *context,
                    uint64_t *lost, struct error *err)
{
    uint64_t counted = 0;
    const struct sink sink = { .visit = visit, .context = context, .lost = &counted };
    const bool ok = read_all(ring, &sink, err);

    *lost += counted;
    return ok;
}
