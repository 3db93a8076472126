/* SPDX-License-Identifier: MIT */
/* A moment on the monotonic clock after which work is given up. */
#ifndef CHECKS_HOST_DEADLINE_H
#define CHECKS_HOST_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed = already passed. Never compared across processes. */
struct deadline {
    int64_t at_ns; /* monotonic clock, ns */
};

/* The monotonic clock now, ns; a wall clock that steps does not move it. Implemented
 * in clock.c, one per system. */
int64_t deadline_now_ns(void);

/* A deadline `ms` milliseconds from now. */
struct deadline deadline_in_ms(int64_t ms);

/* Milliseconds left, rounded up, never below 0. */
int64_t deadline_left_ms(const struct deadline *deadline);

bool deadline_passed(const struct deadline *deadline);

#endif
