/* SPDX-License-Identifier: MIT */
/* Arithmetic on the monotonic clock, which each system has its own way to read. */
#include "checks/host/deadline.h"

enum { NS_PER_MS = 1000000 };

struct deadline deadline_in_ms(int64_t ms)
{
    return (struct deadline){ .at_ns = deadline_now_ns() + ms * NS_PER_MS };
}

int64_t deadline_left_ms(const struct deadline *deadline)
{
    int64_t left_ns = deadline->at_ns - deadline_now_ns();

    return left_ns <= 0 ? 0 : (left_ns + NS_PER_MS - 1) / NS_PER_MS;
}

bool deadline_passed(const struct deadline *deadline)
{
    return deadline_left_ms(deadline) == 0;
}
