/* SPDX-License-Identifier: MIT */
/* Letters and digits of ASCII, whatever the locale: the C library's would follow it. */
#ifndef CHECKS_BASE_ASCII_H
#define CHECKS_BASE_ASCII_H

#include <stdbool.h>

/* A letter A..Z in lower case; any other byte as it is. */
static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What follows `prefix` in `string`, in any case of the letters; NULL when it does not
 * begin so. */
const char *ascii_after(const char *string, const char *prefix);

/* Whether the strings are equal but for the case of their letters. */
bool ascii_same(const char *a, const char *b);

/*
 * Value 0..15 of a hexadecimal digit whose letters start with `ten`, 'a' or 'A'; -1 for
 * any other byte. For both cases: hex_digit(ascii_lower(c), 'a').
 */
static inline int hex_digit(char c, char ten)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= ten && c <= ten + 5 ? c - ten + 10 : -1;
}

#endif
