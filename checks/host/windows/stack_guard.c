/* SPDX-License-Identifier: MIT */
/* What the code that -fstack-protector and _FORTIFY_SOURCE make calls for. libssp has it
 * too, but draws its random number before main() from a provider that Windows loads by
 * name: on Windows 7 a cryptsp.dll in the program's own directory would be taken for it.
 */
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/host/windows/entropy.h"
#include "checks/host/windows/win.h"

/* The compiler's names. */
extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __chk_fail(void);

uintptr_t __stack_chk_guard;

/* The zero byte is one that no string copied over the end can bring along, as glibc has
 * it. */
NO_STACK_PROTECTOR __attribute__((constructor)) static void draw(void)
{
    __stack_chk_guard = (uintptr_t)(entropy_draw() & ~UINT64_C(0xFF));
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
