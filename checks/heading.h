/* SPDX-License-Identifier: MIT */
/* Where a usage is heading: the level that a steady rate of closes leads to, or how fast
 * held sockets grow. Words only, nothing to alert on. Pure. */
#ifndef CHECKS_HEADING_H
#define CHECKS_HEADING_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"

enum heading_kind {
    HEADING_NOTHING = 0, /* nothing can be said: why */
    HEADING_LEVEL,       /* closes at a steady rate: `level` a minute later */
    HEADING_FULL,        /* the same, and that level is more than there is */
    HEADING_GROWING,     /* a second look: more sockets are held */
    HEADING_BURSTY       /* closes come in bursts: no level, no time */
};

extern const char *const heading_kind_names[HEADING_BURSTY + 1];

struct heading {
    enum heading_kind kind;
    uint32_t per_s;     /* closes; GROWING: ports by which it grows */
    uint64_t level;     /* ports, of LEVEL */
    uint32_t full_in_s; /* of FULL and GROWING; UINT32_MAX = never */
    const char *why;    /* of NOTHING; static */
};

/* Where a usage of the busiest destination is heading. */
void heading_of(const struct observation *seen, const struct measure *usage,
                struct heading *out);

/* Whether closes per second are known, of all sockets on usable ports; then *per_s is
 * that of the last 15 seconds, or where TIME_WAIT is reused of the last one. */
bool heading_close_rate(const struct observation *seen, double *per_s);

/* Closes per second toward one destination that the range sustains without reuse of
 * TIME_WAIT; false where the range is not known, or how long a TIME_WAIT lasts. */
bool heading_sustainable_rate(const struct observation *seen, double *per_s);

#endif
