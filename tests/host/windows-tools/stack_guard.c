/* SPDX-License-Identifier: MIT */
/* The stack protector as both programs have it.
 *   stack_guard.exe print   the guard of this process, in hexadecimal
 *   stack_guard.exe stack   writes past the end of an array on the stack
 *   stack_guard.exe copy    copies more than fits, through a checked function */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler's name. */
extern uintptr_t __stack_chk_guard;

/* Not inlined, and out of the optimizer's sight: the write must happen. */
static __attribute__((noinline)) void fill(volatile char *start, size_t length)
{
    for (size_t i = 0; i < length; i++)
        start[i] = 'x';
}

static __attribute__((noinline)) void smash_stack(size_t length)
{
    char small[16];

    fill(small, length);
    (void)printf("%.1s was written\n", small);
}

static __attribute__((noinline)) void copy_too_much(const char *from, size_t length)
{
    char small[16];

    memcpy(small, from, length);
    (void)printf("%.1s was copied\n", small);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    static const char many[64] = "y";
    volatile size_t length = sizeof many;

    if (strcmp(what, "print") == 0)
        (void)printf("%016" PRIxPTR "\n", __stack_chk_guard);
    else if (strcmp(what, "stack") == 0)
        smash_stack(length);
    else if (strcmp(what, "copy") == 0)
        copy_too_much(many, length);
    else
        return EXIT_FAILURE;
    (void)printf("still here\n");
    return EXIT_SUCCESS;
}
