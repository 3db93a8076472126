/* SPDX-License-Identifier: MIT */
/* The ring in which Linux' perf_event_open(2) leaves samples of a tracepoint. */
#ifndef CHECKS_DECODE_PERF_RING_H
#define CHECKS_DECODE_PERF_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Bits of attr.sample_type that the samples have; PERF_RING_CGROUP where the kernel knows
 * it (5.7 and later). */
enum { PERF_RING_TID = 1 << 1, PERF_RING_RAW = 1 << 10, PERF_RING_CGROUP = 1 << 21 };

/* What the kernel wrote and nobody read yet. */
struct perf_ring {
    const uint8_t *data;
    size_t size;   /* bytes; a power of two */
    uint64_t head; /* where the kernel writes next; both count on beyond `size` */
    uint64_t tail; /* where the reader reads next */
    bool cgroups;  /* the samples tell the control group */
};

struct perf_sample {
    uint32_t pid;       /* of the process, in the pid namespace of the reader; 0 = it is
                           not there, or ends */
    uint32_t tid;       /* the same of the thread */
    uint64_t cgroup;    /* 0 = not told */
    const uint8_t *raw; /* the event; borrowed until the next sample */
    size_t raw_length;  /* bytes, padding included */
};

/* Gets each sample. Returning false stops the reading. */
typedef bool perf_sample_visitor(void *context, const struct perf_sample *sample);

/*
 * Visits all samples and moves ring->tail; adds those that found no room in the ring to
 * *lost. ERR_MALFORMED for bytes that break the format: the tail then is the head; false
 * without an error when the visitor stopped it.
 */
MUST_CHECK bool perf_ring_read(struct perf_ring *ring, perf_sample_visitor *visit,
                               void *context, uint64_t *lost, struct error *err);

#endif
