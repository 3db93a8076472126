/* SPDX-License-Identifier: MIT */
/* The grammar of proc_do_large_bitmap, proc_get_long and strtoul_lenient with base 0
 * (kernel/sysctl.c, lib/kstrtox.c), compared with a kernel 6.18. */
#include "checks/base/port_list.h"

#include <inttypes.h>
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

/* All of a word that is not empty; a value beyond every port stays so. */
static bool parse_number(const char *word, uint32_t *out)
{
    const char *at = word;
    const uint32_t base = take_base(&at);
    uint32_t value = 0;

    for (; *at; at++) {
        const int digit = hex_digit(ascii_lower(*at), 'a');

        if (digit < 0 || (uint32_t)digit >= base)
            return false;
        if (value <= UINT16_MAX)
            value = value * base + (uint32_t)digit;
    }
    *out = value;
    return *word != '\0';
}

/* The port before the next of `separators`; moves *at there. */
static bool take_port(const char **at, const char *separators, uint16_t *out,
                      struct error *err)
{
    const size_t length = strcspn(*at, separators);
    char word[ERR_QUOTE_SIZE + 1]; /* room for one that is quoted as cut */
    char quoted[ERR_QUOTE_SIZE];
    uint32_t value;

    (void)snprintf(word, sizeof word, "%.*s",
                   (int)(length < sizeof word ? length : sizeof word - 1), *at);
    if (length > NUMBER_MAX || !parse_number(word, &value))
        return error_set(err, ERR_MALFORMED, "'%s' is not a whole number",
                         error_quote(word, quoted));
    if (value > UINT16_MAX)
        return error_set(err, ERR_LIMIT, "'%s' is above %d", word, UINT16_MAX);
    *at += length;
    *out = (uint16_t)value;
    return true;
}

/* "8080" or "9000-9010", and the separator behind it. */
static bool take_ports(const char **at, uint64_t ports[PORT_LIST_WORDS],
                       struct error *err)
{
    uint16_t first = 0;
    uint16_t last = 0;

    if (!take_port(at, ",-\n", &first, err))
        return false;
    last = first;
    if (**at == '-') {
        ++*at;
        if (!take_port(at, ",\n", &last, err))
            return false;
    }
    if (first > last)
        return error_set(err, ERR_MALFORMED,
                         "'%" PRIu16 "-%" PRIu16
                         "' is not a range, expected the lower first",
                         first, last);
    for (uint32_t port = first; port <= last; port++)
        ports[port / 64] |= UINT64_C(1) << port % 64;
    *at += **at != '\0';
    return true;
}

bool port_list_parse(const char *text, uint64_t ports[PORT_LIST_WORDS], struct error *err)
{
    uint64_t read[PORT_LIST_WORDS] = { 0 };

    for (text += strspn(text, "\n"); *text; text += strspn(text, "\n"))
        if (!take_ports(&text, read, err))
            return false;
    memcpy(ports, read, sizeof read);
    return true;
}
