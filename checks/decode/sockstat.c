/* SPDX-License-Identifier: MIT */
/* Lines of "PROTOCOL: name number name number ...", whose names grew over the years. */
#include "checks/decode/sockstat.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* The start of the line with that label, after the label; NULL when there is none. */
static const char *find_line(const char *text, const char *label)
{
    const size_t length = strlen(label);

    while (text) {
        if (strncmp(text, label, length) == 0)
            return text + length;
        text = strchr(text, '\n');
        if (text)
            text++;
    }
    return NULL;
}

/* Copies the next word of the line, cut to the size; false at its end. */
static bool next_word(const char **line, char *word, size_t size)
{
    const char *start = *line + strspn(*line, " \t");
    const size_t length = strcspn(start, " \t\n");

    *line = start + length;
    (void)snprintf(word, size, "%.*s", (int)(length < size ? length : size - 1), start);
    return length > 0;
}

static bool find_number(const char *text, const char *label, const char *name,
                        uint32_t *out, struct error *err)
{
    const char *line = find_line(text, label);
    char word[32];
    char number[32];

    if (!line)
        return error_set(err, ERR_MALFORMED, "no line '%s'", label);
    while (next_word(&line, word, sizeof word) &&
           next_word(&line, number, sizeof number)) {
        if (strcmp(word, name) != 0)
            continue;
        if (!number_parse_u32(number, UINT32_MAX, out, err))
            return error_prefix(err, "%s %s", label, name);
        return true;
    }
    return error_set(err, ERR_MALFORMED, "no '%s' in line '%s'", name, label);
}

bool sockstat_decode(const char *text, struct sockstat *out, struct error *err)
{
    struct sockstat seen = *out;

    if (!find_number(text, "TCP:", "inuse", &seen.inuse, err) ||
        !find_number(text, "TCP:", "tw", &seen.time_wait, err) ||
        !find_number(text, "TCP:", "alloc", &seen.alloc, err))
        return false;
    *out = seen;
    return true;
}

bool sockstat6_decode(const char *text, struct sockstat *out, struct error *err)
{
    return find_number(text, "TCP6:", "inuse", &out->inuse6, err);
}

uint32_t sockstat_bound_possible(const struct sockstat *totals)
{
    const uint64_t hashed = (uint64_t)totals->inuse + totals->inuse6;

    return totals->alloc > hashed ? (uint32_t)(totals->alloc - hashed) : 0;
}

bool sockstat_mostly_open(const struct sockstat *totals)
{
    /* a filtered-out socket saves 0.25 us, the walk of an empty table costs 200 us
     * (measured); more where another network namespace fills it: all share one table */
    const uint64_t worth_it = 4096;
    const uint64_t open = (uint64_t)totals->inuse + totals->inuse6;

    return open > totals->time_wait && open >= worth_it;
}
