/* SPDX-License-Identifier: MIT */
/* The monotonic clock of Linux. */
#include <time.h>

#include "checks/host/deadline.h"

int64_t deadline_now_ns(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
