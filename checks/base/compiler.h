/* SPDX-License-Identifier: MIT */
/* The one place where compilers and targets differ. */
#ifndef CHECKS_BASE_COMPILER_H
#define CHECKS_BASE_COMPILER_H

/* Checks printf arguments; mingw needs its own format name or it rejects a correct %zu.
 */
#if defined(__MINGW32__)
#include <stdio.h>
#define PRINTF_LIKE(format_at, first_at)                                                 \
    __attribute__((format(__MINGW_PRINTF_FORMAT, format_at, first_at)))
#else
#define PRINTF_LIKE(format_at, first_at)                                                 \
    __attribute__((format(printf, format_at, first_at)))
#endif

/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* For what runs before the stack protector's guard is drawn. */
#define NO_STACK_PROTECTOR __attribute__((no_stack_protector))

/* Number of elements of an array (never of a pointer). */
#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Number of bits set in a uint64_t. */
#define COUNT_BITS_64(word) ((unsigned int)__builtin_popcountll(word))

#endif
