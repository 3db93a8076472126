/* SPDX-License-Identifier: MIT */
/* The one place where compilers and targets differ. */
#ifndef CHECKS_BASE_COMPILER_H
#define CHECKS_BASE_COMPILER_H

#include <stdint.h>

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

/* The product's upper half and its lower half in one word: a good mixer of bits. */
static inline uint64_t multiply_folded(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 product_type;
    const product_type product = (product_type)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else /* a 32-bit system */
    const uint64_t low_a = a & UINT32_MAX, high_a = a >> 32;
    const uint64_t low_b = b & UINT32_MAX, high_b = b >> 32;
    const uint64_t low = low_a * low_b;
    const uint64_t middle = low_a * high_b + (low >> 32);
    const uint64_t other = high_a * low_b + (middle & UINT32_MAX);

    return (high_a * high_b + (middle >> 32) + (other >> 32)) ^
           (other << 32 | (low & UINT32_MAX));
#endif
}

/* Number of bits set in a uint64_t. */
#define COUNT_BITS_64(word) ((unsigned int)__builtin_popcountll(word))

#endif
