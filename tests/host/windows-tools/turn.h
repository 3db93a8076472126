/* SPDX-License-Identifier: MIT */
/* Doubles of netsh run at the same time, and write to the same log. */
#ifndef TESTS_HOST_WINDOWS_TOOLS_TURN_H
#define TESTS_HOST_WINDOWS_TOOLS_TURN_H

#include "checks/host/windows/win.h"

/* Waits until none of the others has its turn. */
static inline HANDLE turn_begin(void)
{
    HANDLE turn = CreateMutexW(NULL, FALSE, L"port-exhaustion netsh double");

    if (turn)
        (void)WaitForSingleObject(turn, INFINITE);
    return turn;
}

static inline void turn_end(HANDLE turn)
{
    if (!turn)
        return;
    (void)ReleaseMutex(turn);
    (void)CloseHandle(turn);
}

#endif
