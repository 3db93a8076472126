/* SPDX-License-Identifier: MIT */
/* The grammar of proc_get_long and of strtoul_lenient with base 0 (kernel/sysctl.c,
 * lib/kstrtox.c), compared with a kernel 6.18. */
#include "checks/base/kernel_number.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"

/* proc_get_long copies a number into 22 bytes, and takes none that fills them. */
enum { NUMBER_MAX = 20 };

/* Behind the "0x" or "0" that says so. */
static uint32_t take_base(const char **digits)
{
    const char *at = *digits;

    if (at[0] != '0')
        return 10;
    if (ascii_lower(at[1]) != 'x' || hex_digit(ascii_lower(at[2]), 'a') < 0)
        return 8;
    *digits = at + 2;
    return 16;
}

/* All of the `length` bytes, at least one. Beyond 64 bits the kernel refuses a number, as
 * every key refuses the greatest one. */
static bool parse(const char *digits, size_t length, uint64_t *out)
{
    const char *at = digits;
    const uint32_t base = take_base(&at);
    uint64_t value = 0;

    for (; at < digits + length; at++) {
        const int digit = hex_digit(ascii_lower(*at), 'a');

        if (digit < 0 || (uint32_t)digit >= base)
            return false;
        value = value > (UINT64_MAX - (uint32_t)digit) / base
                    ? UINT64_MAX
                    : value * base + (uint32_t)digit;
    }
    *out = value;
    return length > 0;
}

bool kernel_number_take(const char **at, const char *separators,
                        struct kernel_number *out, struct error *err)
{
    const size_t length = strcspn(*at, separators);
    const bool negative = **at == '-' && length > 1;
    char word[ERR_QUOTE_SIZE + 1]; /* room for one that is quoted as cut */
    char quoted[ERR_QUOTE_SIZE];
    uint64_t magnitude = 0;

    (void)snprintf(word, sizeof word, "%.*s",
                   (int)(length < sizeof word ? length : sizeof word - 1), *at);
    if (length > NUMBER_MAX || !parse(word + negative, length - negative, &magnitude))
        return error_set(err, ERR_MALFORMED, "'%s' is not a whole number",
                         error_quote(word, quoted));
    *at += length;
    *out = (struct kernel_number){ .negative = negative, .magnitude = magnitude };
    return true;
}
