/* SPDX-License-Identifier: MIT */
/* The monotonic clock of Windows. */
#include "checks/host/deadline.h"

#include "checks/host/windows/win.h"

/* Not winpthreads' clock_gettime: it brings an import of SetSystemTime into a program
 * that changes nothing. */
int64_t deadline_now_ns(void)
{
    LARGE_INTEGER ticks;
    LARGE_INTEGER per_second;

    (void)QueryPerformanceCounter(&ticks); /* cannot fail from Windows XP on */
    (void)QueryPerformanceFrequency(&per_second);
    return ticks.QuadPart / per_second.QuadPart * 1000000000 +
           ticks.QuadPart % per_second.QuadPart * 1000000000 / per_second.QuadPart;
}

void deadline_wait(const struct deadline *deadline)
{
    for (int64_t ms = deadline_left_ms(deadline); ms > 0; ms = deadline_left_ms(deadline))
        Sleep(ms > 1000 ? 1000 : (DWORD)ms);
}
