/* SPDX-License-Identifier: MIT */
/* Every connect() toward one destination, on every processor, as the kernel tells of it
 * through a tracepoint: perf_event_open(2), for root alone. */
#ifndef CHECKS_HOST_LINUX_CHURN_EVENTS_H
#define CHECKS_HOST_LINUX_CHURN_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/perf_ring.h"
#include "checks/decode/trace_event.h"
#include "checks/model/destination_table.h"

struct churn_cpu;

/* Zeroed = closed. */
struct churn_events {
    struct trace_fields fields;
    bool cgroups;           /* samples tell the control group of version 2 */
    struct churn_cpu *cpus; /* owned */
    size_t count;
};

/*
 * Counting begins. The kernel filters by the destination's port, and by its address where
 * it can: others may come. Any code says that it cannot be done here, or by this user;
 * the message says why.
 */
MUST_CHECK bool churn_events_open(struct churn_events *events,
                                  const struct destination *to, struct error *err);

/* Visits what came since; adds what found no room to *lost. ERR_MALFORMED; false without
 * an error when the visitor stopped it. */
MUST_CHECK bool churn_events_read(struct churn_events *events, perf_sample_visitor *visit,
                                  void *context, uint64_t *lost, struct error *err);

/* Counting ends; what came before can still be read. */
void churn_events_stop(struct churn_events *events);

/* Safe on zeroed, safe twice. */
void churn_events_close(struct churn_events *events);

#endif
