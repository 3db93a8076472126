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

enum { DEADLINE_NS_PER_MS = 1000000 };

/* The monotonic clock now, ns; a wall clock that steps does not move it. Implemented in
 * program.c on Linux and in clock.c on Windows, where a program waits for WMI, which
 * looks at the clock. */
int64_t deadline_now_ns(void);

/* Sleeps until it has passed; at once where the system does not let it. Implemented
 * beside deadline_now_ns. */
void deadline_wait(const struct deadline *deadline);

/* A deadline `ms` milliseconds from now. */
static inline struct deadline deadline_in_ms(int64_t ms)
{
    return (struct deadline){ .at_ns = deadline_now_ns() + ms * DEADLINE_NS_PER_MS };
}

/* Milliseconds left, rounded up, never below 0. */
static inline int64_t deadline_left_ms(const struct deadline *deadline)
{
    int64_t left_ns = deadline->at_ns - deadline_now_ns();

    return left_ns <= 0 ? 0 : (left_ns + DEADLINE_NS_PER_MS - 1) / DEADLINE_NS_PER_MS;
}

static inline bool deadline_passed(const struct deadline *deadline)
{
    return deadline_left_ms(deadline) == 0;
}

#endif
