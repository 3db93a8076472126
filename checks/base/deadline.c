/* SPDX-License-Identifier: MIT */
/* The monotonic clock; mingw-w64's winpthreads has clock_gettime too. */
#include "checks/base/deadline.h"

#include <time.h>

enum { NS_PER_MS = 1000000 };

int64_t deadline_now_ns(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

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
