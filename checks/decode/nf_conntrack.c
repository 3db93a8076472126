/* SPDX-License-Identifier: MIT */
/* Names in the first line, numbers at the same places of all others; each number has 32
 * bits (net/netfilter/nf_conntrack_standalone.c). */
#include "checks/decode/nf_conntrack.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "checks/base/compiler.h"

enum { COLUMN_ENTRIES, COLUMN_INSERT_FAILED, COLUMN_DROP, COLUMN_COUNT };

static const char *const column_names[] = {
    [COLUMN_ENTRIES] = "entries",
    [COLUMN_INSERT_FAILED] = "insert_failed",
    [COLUMN_DROP] = "drop",
};
static_assert(ARRAY_COUNT(column_names) == COLUMN_COUNT, "every column has a name");

/* Moves *at to the next word of the line and tells its length; 0 at the end of the line.
 */
static size_t next_word(const char **at)
{
    *at += strspn(*at, " \t");
    return strcspn(*at, " \t\n");
}

/* Where the column is: 1 is the first one, 0 none. */
static size_t find_column(const char *names, const char *name)
{
    size_t length;

    for (size_t place = 1; (length = next_word(&names)) > 0; place++) {
        if (length == strlen(name) && strncmp(names, name, length) == 0)
            return place;
        names += length;
    }
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const char *digits, size_t length, uint32_t *out)
{
    uint32_t value = 0;

    if (length == 0 || length > 8)
        return false;
    for (size_t i = 0; i < length; i++) {
        const int digit = hex_digit(digits[i]);

        if (digit < 0)
            return false;
        value = value * 16 + (uint32_t)digit;
    }
    *out = value;
    return true;
}

/* The number in that column of the line. */
static bool read_column(const char *line, size_t place, uint32_t *out)
{
    size_t length = next_word(&line);

    for (size_t at = 1; at < place && length > 0; at++) {
        line += length;
        length = next_word(&line);
    }
    return parse_hex(line, length, out);
}

static bool find_columns(const char *names, size_t places[COLUMN_COUNT],
                         struct error *err)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        places[i] = find_column(names, column_names[i]);
        if (places[i] == 0)
            return error_set(err, ERR_UNSUPPORTED, "this kernel does not count '%s'",
                             column_names[i]);
    }
    return true;
}

static bool read_row(const char *line, const size_t places[COLUMN_COUNT],
                     uint32_t row[COLUMN_COUNT], struct error *err)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (!read_column(line, places[i], &row[i]))
            return error_set(err, ERR_MALFORMED, "no number in column '%s'",
                             column_names[i]);
    return true;
}

/* The line after `at`, or the final NUL. */
static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return *at ? at + 1 : at;
}

bool nf_conntrack_decode(const char *text, struct nf_conntrack *out, struct error *err)
{
    struct nf_conntrack seen = { 0 };
    size_t places[COLUMN_COUNT] = { 0 };
    uint32_t row[COLUMN_COUNT] = { 0 };
    const char *line = next_line(text);

    if (!find_columns(text, places, err))
        return false;
    if (*line == '\0')
        return error_set(err, ERR_MALFORMED, "no line of numbers");
    for (; *line; line = next_line(line)) {
        if (!read_row(line, places, row, err))
            return false;
        seen.entries = row[COLUMN_ENTRIES]; /* of all processors, in each line */
        seen.insert_failed += row[COLUMN_INSERT_FAILED];
        seen.drop += row[COLUMN_DROP];
    }
    *out = seen;
    return true;
}
