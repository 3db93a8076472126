/* SPDX-License-Identifier: MIT */
/* The range grammar, scanned by hand: strtod alone takes blanks, hex, nan and more. */
#include "checks/base/threshold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/number.h"

/* What is being read, and how it went. */
struct scan {
    const char *at;
    bool beyond; /* a number too big for a double was seen */
};

/* mingw's isinf() narrows to float under -Wconversion. */
static bool is_infinite(double value)
{
    return value == INFINITY || value == -INFINITY;
}

static bool take(struct scan *scan, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(scan->at, word, length) != 0)
        return false;
    scan->at += length;
    return true;
}

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* ["-"] DIGITS ["." DIGITS]; nothing is taken when there is none. */
static bool take_number(struct scan *scan, double *out)
{
    const char *c = scan->at + (*scan->at == '-');
    size_t digits = count_digits(c);

    if (digits == 0)
        return false;
    c += digits;
    if (*c == '.') {
        digits = count_digits(c + 1);
        if (digits == 0)
            return false;
        c += 1 + digits;
    }
    /* strtod may read on ("0x10", "1e5"): then a letter stands at `c`, which the caller
     * refuses. */
    *out = strtod(scan->at, NULL);
    if (is_infinite(*out))
        scan->beyond = true;
    scan->at = c;
    return true;
}

/* START ":" [END] | ":" END; the NUMBER alone was no match. */
static bool take_pair(struct scan *scan, struct threshold *range)
{
    bool has_start = true;

    if (take(scan, "~") || take(scan, "-inf"))
        range->start = -INFINITY;
    else
        has_start = take_number(scan, &range->start);
    if (!take(scan, ":"))
        return false;
    if (take(scan, "inf") || take_number(scan, &range->end))
        return *scan->at == '\0';
    return has_start && *scan->at == '\0';
}

static bool take_range(struct scan *scan, struct threshold *range)
{
    const char *begin;

    range->inside = take(scan, "@") || take(scan, "inside:");
    begin = scan->at;
    range->end = INFINITY;
    if (take_number(scan, &range->end) && *scan->at == '\0')
        return true;
    scan->at = begin;
    range->end = INFINITY;
    return take_pair(scan, range);
}

bool threshold_parse(const char *text, struct threshold *out, struct error *err)
{
    struct threshold range = { .set = true };
    struct scan scan = { .at = text };
    char quoted[ERR_QUOTE_SIZE];

    (void)error_quote(text, quoted);
    if (!take_range(&scan, &range))
        return error_set(err, ERR_MALFORMED,
                         "'%s' is not a range (like 10, 10:, ~:10, 10:20, @10:20)",
                         quoted);
    if (scan.beyond)
        return error_set(err, ERR_LIMIT, "'%s' is too large for a number", quoted);
    if (range.start > range.end)
        return error_set(err, ERR_MALFORMED,
                         "'%s' is not a range: its start%s is above its end", quoted,
                         range.start == 0 ? " (0)" : "");
    *out = range;
    return true;
}

bool threshold_alerts(const struct threshold *threshold, double value)
{
    bool inside = value >= threshold->start && value <= threshold->end;

    return threshold->set && inside == threshold->inside;
}

bool threshold_is_plain(const struct threshold *threshold)
{
    return threshold->set && !threshold->inside && threshold->start == 0 &&
           !is_infinite(threshold->end);
}

static void add_number(double value, struct text *out)
{
    char number[NUMBER_TEXT_SIZE];

    number_format_double(value, number);
    text_add(out, number);
}

void threshold_format(const struct threshold *threshold, struct text *out)
{
    if (!threshold->set)
        return;
    if (threshold->inside)
        text_add(out, "@");
    if (is_infinite(threshold->start)) {
        text_add(out, "~:");
    } else if (threshold->start != 0 || is_infinite(threshold->end)) {
        add_number(threshold->start, out);
        text_add(out, ":");
    }
    if (!is_infinite(threshold->end))
        add_number(threshold->end, out);
}
