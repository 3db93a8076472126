/* SPDX-License-Identifier: MIT */
/* Clocks, ids and addresses, mixed. */
#include "checks/host/windows/entropy.h"

#include "checks/base/compiler.h"
#include "checks/host/windows/win.h"

NO_STACK_PROTECTOR uint64_t entropy_draw(void)
{
    static const char here = 0;
    LARGE_INTEGER ticks = { 0 };
    FILETIME time = { 0 };
    uint64_t word;

    GetSystemTimeAsFileTime(&time);
    (void)QueryPerformanceCounter(&ticks);
    word = ((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) ^
           (uint64_t)ticks.QuadPart << 16 ^ (uint64_t)GetCurrentProcessId() << 40 ^
           (uint64_t)GetCurrentThreadId() << 8 ^ GetTickCount64() << 24 ^
           (uint64_t)(uintptr_t)&word ^ (uint64_t)(uintptr_t)&here << 20;
    /* The finalizer of splitmix64: each bit depends on all of them. */
    word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
    return word ^ word >> 31;
}
