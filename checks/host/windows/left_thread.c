/* SPDX-License-Identifier: MIT */
/* One flag: only the main thread leaves others alone, and only it asks. */
#include "checks/host/windows/left_thread.h"

static bool any;

void left_thread_note(void)
{
    any = true;
}

bool left_thread_any(void)
{
    return any;
}
