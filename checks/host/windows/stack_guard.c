/* SPDX-License-Identifier: MIT */
/* What the code that -fstack-protector and _FORTIFY_SOURCE make calls for. libssp has it
 * too, but draws its random number before main() from a provider that Windows loads by
 * name: on Windows 7 a cryptsp.dll in the program's own directory would be taken for it.
 */
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/host/windows/win.h"

/* The compiler's names. */
extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __chk_fail(void);

uintptr_t __stack_chk_guard;

/* What MSVC's __security_init_cookie draws from: nothing has to be loaded for it. */
NO_STACK_PROTECTOR __attribute__((constructor)) static void draw(void)
{
    LARGE_INTEGER ticks = { 0 };
    FILETIME time = { 0 };
    uint64_t word;

    GetSystemTimeAsFileTime(&time);
    (void)QueryPerformanceCounter(&ticks);
    word = ((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) ^
           (uint64_t)ticks.QuadPart << 16 ^ (uint64_t)GetCurrentProcessId() << 40 ^
           (uint64_t)GetCurrentThreadId() << 8 ^ GetTickCount64() << 24 ^
           (uint64_t)(uintptr_t)&word ^ (uint64_t)(uintptr_t)&__stack_chk_guard << 20;
    /* The finalizer of splitmix64: each bit depends on all of them. */
    word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
    word ^= word >> 31;
    /* A zero byte that no string copied over the end can bring along, as glibc has it. */
    __stack_chk_guard = (uintptr_t)(word & ~UINT64_C(0xFF));
}

/* Nothing of this process can be trusted any more, not even to print a line. */
_Noreturn void __stack_chk_fail(void)
{
    (void)TerminateProcess(GetCurrentProcess(), (UINT)STATUS_STACK_BUFFER_OVERRUN);
    for (;;)
        __builtin_trap();
}

_Noreturn void __chk_fail(void)
{
    __stack_chk_fail();
}
