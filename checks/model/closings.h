/* SPDX-License-Identifier: MIT */
/* How long ago connections were closed that are in TIME_WAIT: closes per second of the
 * last minute. */
#ifndef CHECKS_MODEL_CLOSINGS_H
#define CHECKS_MODEL_CLOSINGS_H

#include <stdbool.h>
#include <stdint.h>

/* One count for each CLOSINGS_AGE_MS; in a minute a TIME_WAIT of Linux is over. */
enum { CLOSINGS_AGES = 12, CLOSINGS_AGE_MS = 5000, CLOSINGS_AGE_S = 5 };

/* Sockets in TIME_WAIT on usable ports; those of inbound connections aside. */
struct closings {
    /* Those that stay for a minute, by age, the youngest first. */
    uint32_t by_age[CLOSINGS_AGES];
    /* Of those that a new connection may take over: younger than the reuse delay. Older
     * ones are not counted: some of them are gone. */
    uint32_t young;
};

/* What a system tells of them. Zeroed = nothing: Windows, or an old recording. */
struct observed_closings {
    bool known;
    struct closings all;
    bool busiest_known;      /* it was among the first destinations that the pass met */
    struct closings busiest; /* those toward the busiest destination */
    uint32_t young_ms;       /* of `young`; 0 = no TIME_WAIT is taken over */
    uint32_t limit; /* TIME_WAIT that the system keeps (tcp_max_tw_buckets); 0 = unread */
};

/* Counts a socket of that age; `reused`: a new connection may take it over once it is
 * older than `young_ms`. */
static inline void closings_add(struct closings *closings, uint32_t age_ms, bool reused,
                                uint32_t young_ms)
{
    if (reused)
        closings->young += age_ms < young_ms;
    else if (age_ms < CLOSINGS_AGES * CLOSINGS_AGE_MS)
        closings->by_age[age_ms / CLOSINGS_AGE_MS]++;
}

#endif
