/* SPDX-License-Identifier: MIT */
/* Two layouts: lines of "PROTOCOL: name number name number ...", whose names grew over
 * the years (sockstat), and names in one line, numbers at the same places of the next one
 * (netstat). */
#include "checks/decode/proc_net_counters.h"

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
static bool copy_word(const char **line, char *word, size_t size)
{
    const char *start = *line + strspn(*line, " \t");
    const size_t length = strcspn(start, " \t\n");

    *line = start + length;
    (void)snprintf(word, size, "%.*s", (int)(length < size ? length : size - 1), start);
    return length > 0;
}

bool sockstat_number(const char *text, const char *label, const char *name, uint32_t *out,
                     struct error *err)
{
    const char *line = find_line(text, label);
    char word[32];
    char number[32];

    if (!line)
        return error_set(err, ERR_MALFORMED, "no line '%s'", label);
    while (copy_word(&line, word, sizeof word) &&
           copy_word(&line, number, sizeof number)) {
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

    if (!sockstat_number(text, "TCP:", "inuse", &seen.inuse, err) ||
        !sockstat_number(text, "TCP:", "tw", &seen.time_wait, err) ||
        !sockstat_number(text, "TCP:", "alloc", &seen.alloc, err))
        return false;
    *out = seen;
    return true;
}

bool sockstat6_decode(const char *text, struct sockstat *out, struct error *err)
{
    return sockstat_number(text, "TCP6:", "inuse", &out->inuse6, err);
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

/* The line after `at`, or the final NUL. */
static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return *at ? at + 1 : at;
}

/* Whether the line begins with "GROUP:"; *after is then what follows. */
static bool line_is_of(const char *line, const char *group, const char **after)
{
    const size_t length = strlen(group);

    if (strncmp(line, group, length) != 0 || line[length] != ':')
        return false;
    *after = line + length + 1;
    return true;
}

/* Moves *at to the next word of the line and tells its length; 0 at the end of the line.
 */
static size_t next_word(const char **at)
{
    *at += strspn(*at, " ");
    return strcspn(*at, " \n");
}

static bool parse_counter(const char *digits, size_t length, uint64_t *out)
{
    uint64_t value = 0;

    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        const uint64_t digit = (uint64_t)(unsigned char)digits[i] - '0';

        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

/* Walks both lines side by side. */
static bool find_in_lines(const char *names, const char *numbers, const char *counter,
                          uint64_t *out, struct error *err)
{
    size_t length;

    while ((length = next_word(&names)) > 0) {
        const size_t digits = next_word(&numbers);
        const bool wanted =
            length == strlen(counter) && strncmp(names, counter, length) == 0;

        if (wanted && !parse_counter(numbers, digits, out))
            return error_set(err, ERR_MALFORMED, "'%.*s' of '%s' is not a counter",
                             (int)(digits < 40 ? digits : 40), numbers, counter);
        if (wanted)
            return true;
        names += length;
        numbers += digits;
    }
    return error_set(err, ERR_UNSUPPORTED, "this kernel does not count '%s'", counter);
}

bool proc_netstat_counter(const char *text, const char *group, const char *counter,
                          uint64_t *out, struct error *err)
{
    const char *names;
    const char *numbers;

    for (; *text; text = next_line(text)) {
        if (!line_is_of(text, group, &names))
            continue;
        if (!line_is_of(next_line(text), group, &numbers))
            return error_set(err, ERR_MALFORMED, "no line of numbers after '%s:'", group);
        return find_in_lines(names, numbers, counter, out, err);
    }
    return error_set(err, ERR_UNSUPPORTED, "this kernel does not count '%s'", counter);
}
