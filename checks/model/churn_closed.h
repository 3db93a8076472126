/* SPDX-License-Identifier: MIT */
/* How many connections to one destination were closed in a span of time, by the ages of
 * what is in TIME_WAIT at several looks. Pure. */
#ifndef CHECKS_MODEL_CHURN_CLOSED_H
#define CHECKS_MODEL_CHURN_CLOSED_H

#include <stdint.h>

/* Zeroed but for `begin_ms` = nothing seen. */
struct churn_closed {
    int64_t begin_ms; /* of the span, on any clock of at least some minutes */
    int64_t end_ms;   /* of what is counted now, on the same; at each look later */
    uint32_t count;
    uint32_t entered[65536]; /* by local port: when the last one entered; 0 = none seen */
};

/*
 * A socket in TIME_WAIT, which entered it then, as far as its age tells: some
 * milliseconds more or less at each look. Counted is who entered it within the span,
 * once.
 */
void churn_closed_see(struct churn_closed *closed, uint16_t local_port,
                      int64_t entered_ms);

#endif
