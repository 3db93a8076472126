/* SPDX-License-Identifier: MIT */
/* Arithmetic on port numbers, both ends always included; lists of ports. */
#include "checks/model/port_range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/kernel_number.h"
#include "checks/base/number.h"
#include "checks/base/text.h"

uint32_t port_range_size(struct port_range range)
{
    return range.first == 0 ? 0 : (uint32_t)range.last - range.first + 1;
}

bool port_range_contains(struct port_range range, uint16_t port)
{
    return range.first != 0 && port >= range.first && port <= range.last;
}

bool port_range_covers(struct port_range outer, struct port_range inner)
{
    return outer.first != 0 && inner.first >= outer.first && inner.last <= outer.last;
}

struct port_range port_range_hull(struct port_range a, struct port_range b)
{
    return (struct port_range){ .first = a.first < b.first ? a.first : b.first,
                                .last = a.last > b.last ? a.last : b.last };
}

bool port_range_parse(const char *text, struct port_range *out, struct error *err)
{
    char first_text[16];
    uint32_t first;
    uint32_t last;
    const char *dash = strchr(text, '-');
    size_t length = dash ? (size_t)(dash - text) : 0;
    char quoted[ERR_QUOTE_SIZE];

    (void)error_quote(text, quoted);
    if (!dash || length == 0 || length >= sizeof first_text || dash[1] == '\0' ||
        strchr(dash + 1, '-'))
        return error_set(err, ERR_MALFORMED, "'%s' is not FIRST-LAST, two ports", quoted);
    memcpy(first_text, text, length);
    first_text[length] = '\0';
    if (!number_parse_u32(first_text, UINT16_MAX, &first, err) ||
        !number_parse_u32(dash + 1, UINT16_MAX, &last, err))
        return error_prefix(err, "'%s'", quoted);
    if (first == 0 || first > last)
        return error_set(err, ERR_MALFORMED, "'%s': a range needs 1 <= FIRST <= LAST",
                         quoted);
    *out = (struct port_range){ .first = (uint16_t)first, .last = (uint16_t)last };
    return true;
}

void port_range_format(struct port_range range, char out[PORT_RANGE_TEXT_SIZE])
{
    (void)snprintf(out, PORT_RANGE_TEXT_SIZE, "%" PRIu16 "-%" PRIu16, range.first,
                   range.last);
}

void port_set_add_range(struct port_set *set, struct port_range range)
{
    for (uint32_t port = range.first; port_range_size(range) && port <= range.last;
         port++)
        port_set_add(set, (uint16_t)port);
}

void port_set_unite(struct port_set *set, const struct port_set *other)
{
    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        set->words[i] |= other->words[i];
}

void port_set_intersect(struct port_set *set, const struct port_set *other)
{
    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        set->words[i] &= other->words[i];
}

/* The run of ports from *port on, which goes to the one behind it; false at the end. */
static bool next_run(const struct port_set *set, uint32_t *port, uint32_t *first,
                     uint32_t *last)
{
    while (*port <= UINT16_MAX && !port_set_has(set, (uint16_t)*port))
        *port += set->words[*port >> 6] == 0 ? 64 - (*port & 63) : 1;
    *first = *port;
    while (*port <= UINT16_MAX && port_set_has(set, (uint16_t)*port))
        ++*port;
    *last = *port - 1;
    return *first <= UINT16_MAX;
}

/* kernel/sysctl.c, proc_do_large_bitmap */
void port_set_format(const struct port_set *set, struct text *out)
{
    const size_t start = out->length;
    uint32_t port = 0;
    uint32_t first;
    uint32_t last;

    while (next_run(set, &port, &first, &last)) {
        text_addf(out, "%s%" PRIu32, out->length > start ? "," : "", first);
        if (last > first)
            text_addf(out, "-%" PRIu32, last);
    }
}

static size_t digits_of(uint32_t number)
{
    size_t digits = 1;

    for (; number > 9; number /= 10)
        digits++;
    return digits;
}

size_t port_set_text_length(const struct port_set *set)
{
    size_t length = 0;
    uint32_t port = 0;
    uint32_t first;
    uint32_t last;

    while (next_run(set, &port, &first, &last))
        length +=
            (length > 0) + digits_of(first) + (last > first ? 1 + digits_of(last) : 0);
    return length;
}

void port_set_remove(struct port_set *set, const struct port_set *other)
{
    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        set->words[i] &= ~other->words[i];
}

uint32_t port_set_count(const struct port_set *set)
{
    uint32_t count = 0;

    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        if (set->words[i] != 0) /* counting is a call on some targets */
            count += COUNT_BITS_64(set->words[i]);
    return count;
}

uint32_t port_set_count_odd(const struct port_set *set, uint16_t first)
{
    const uint64_t even_ports = UINT64_C(0x5555555555555555);
    const uint64_t mask = first % 2 == 0 ? ~even_ports : even_ports;
    uint32_t count = 0;

    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        if ((set->words[i] & mask) != 0)
            count += COUNT_BITS_64(set->words[i] & mask);
    return count;
}

/* The grammar of proc_do_large_bitmap (kernel/sysctl.c), compared with a kernel 6.18. */

/* The port before the next of `separators`; moves *at there. */
static bool take_port(const char **at, const char *separators, uint16_t *out,
                      struct error *err)
{
    const char *word = *at;
    struct kernel_number number;

    if (!kernel_number_take(at, separators, &number, err))
        return false;
    if (number.negative)
        return error_set(err, ERR_MALFORMED, "'%.*s' is negative", (int)(*at - word),
                         word);
    if (number.magnitude > UINT16_MAX)
        return error_set(err, ERR_LIMIT, "'%.*s' is above %d", (int)(*at - word), word,
                         UINT16_MAX);
    *out = (uint16_t)number.magnitude;
    return true;
}

/* "8080" or "9000-9010", and the separator behind it. */
static bool take_ports(const char **at, struct port_set *ports, struct error *err)
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
        port_set_add(ports, (uint16_t)port);
    *at += **at != '\0';
    return true;
}

bool port_list_parse(const char *text, struct port_set *ports, struct error *err)
{
    struct port_set read = { 0 };

    for (text += strspn(text, "\n"); *text; text += strspn(text, "\n"))
        if (!take_ports(&text, &read, err))
            return false;
    *ports = read;
    return true;
}
