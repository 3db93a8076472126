/* SPDX-License-Identifier: MIT */
/* The number of a word, for tools that take words of the product's enums. */
#ifndef TESTS_SUPPORT_WORD_H
#define TESTS_SUPPORT_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* False when it is none of the `count` words; *number is then unchanged. */
static inline bool word_number(const char *const *words, size_t count, const char *word,
                               size_t *number)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0) {
            *number = i;
            return true;
        }
    return false;
}

#endif
