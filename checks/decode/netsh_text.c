/* SPDX-License-Identifier: MIT */
/* Reading netsh's tables whatever language they are in. */
#include "checks/decode/netsh_text.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* A part of the text; bytes, since nobody knows its code page. */
struct slice {
    const char *at;
    const char *end;
};

/* Takes the next line, without its end, off *rest. False at the end of the text. */
static bool next_line(struct slice *rest, struct slice *line)
{
    const char *newline;

    if (rest->at == rest->end)
        return false;
    newline = memchr(rest->at, '\n', (size_t)(rest->end - rest->at));
    line->at = rest->at;
    line->end = newline ? newline : rest->end;
    rest->at = newline ? newline + 1 : rest->end;
    return true;
}

static void skip_blanks(struct slice *line)
{
    while (line->at < line->end &&
           (*line->at == ' ' || *line->at == '\t' || *line->at == '\r'))
        line->at++;
}

/* Takes decimal digits; a number beyond 32 bits stays at UINT32_MAX. */
static bool take_number(struct slice *line, uint32_t *out)
{
    const char *start = line->at;
    uint64_t value = 0;

    for (; line->at < line->end && *line->at >= '0' && *line->at <= '9'; line->at++) {
        value = value * 10 + (uint64_t)(*line->at - '0');
        if (value > UINT32_MAX)
            value = UINT32_MAX;
    }
    *out = (uint32_t)value;
    return line->at > start;
}

static bool is_blank(struct slice line)
{
    skip_blanks(&line);
    return line.at == line.end;
}

/* "label : number", where the label has no colon. */
static bool read_labelled_number(struct slice line, uint32_t *out)
{
    const char *colon = memchr(line.at, ':', (size_t)(line.end - line.at));

    if (!colon)
        return false;
    line.at = colon + 1;
    skip_blanks(&line);
    return take_number(&line, out) && is_blank(line);
}

static bool refuse_silence(const char *text, size_t length, struct error *err)
{
    struct slice all = { text, text + length };
    struct slice line;

    while (next_line(&all, &line))
        if (!is_blank(line))
            return true;
    return error_set(err, ERR_MALFORMED, "netsh printed nothing");
}

bool netsh_text_dynamic_range(const char *text, size_t length, struct port_range *out,
                              struct error *err)
{
    struct slice rest = { text, text + length };
    struct slice line;
    uint32_t numbers[2] = { 0 };
    uint32_t number;
    size_t found = 0;

    if (!refuse_silence(text, length, err))
        return false;
    while (next_line(&rest, &line))
        if (read_labelled_number(line, &number) && found++ < ARRAY_COUNT(numbers))
            numbers[found - 1] = number;
    if (found != ARRAY_COUNT(numbers))
        return error_set(err, ERR_MALFORMED,
                         "netsh's answer has %zu lines 'label : number', expected 2",
                         found);
    if (numbers[0] < 1 || numbers[1] < 1 || numbers[0] > PORT_MAX ||
        numbers[1] > PORT_MAX + 1 - numbers[0])
        return error_set(err, ERR_MALFORMED,
                         "netsh's answer '%" PRIu32 ", %" PRIu32
                         "' is not a first port and a number of ports",
                         numbers[0], numbers[1]);
    out->first = (uint16_t)numbers[0];
    out->last = (uint16_t)(numbers[0] + numbers[1] - 1);
    return true;
}

/* "first last" and perhaps a star: an administered exclusion. */
static bool read_exclusion(struct slice line, uint32_t *first, uint32_t *last)
{
    const char *gap;

    skip_blanks(&line);
    if (!take_number(&line, first))
        return false;
    gap = line.at;
    skip_blanks(&line);
    if (line.at == gap || !take_number(&line, last))
        return false;
    skip_blanks(&line);
    if (line.at < line.end && *line.at == '*')
        line.at++;
    return is_blank(line);
}

/* The rule under the column heads: groups of dashes, the same in every language. */
static bool is_rule(struct slice line)
{
    if (is_blank(line))
        return false;
    for (; line.at < line.end; line.at++)
        if (!strchr("- \t\r", *line.at) || *line.at == '\0')
            return false;
    return true;
}

bool netsh_text_excluded_ranges(const char *text, size_t length, struct port_set *out,
                                struct error *err)
{
    struct slice rest = { text, text + length };
    struct slice line;
    struct port_set found = { 0 };
    bool table = false;
    uint32_t first;
    uint32_t last;

    if (!refuse_silence(text, length, err))
        return false;
    while (next_line(&rest, &line)) {
        table = table || is_rule(line);
        if (!read_exclusion(line, &first, &last))
            continue;
        if (first < 1 || first > last || last > PORT_MAX)
            return error_set(err, ERR_MALFORMED,
                             "netsh's answer '%" PRIu32 " %" PRIu32
                             "' is not a range of ports",
                             first, last);
        table = true;
        port_set_add_range(&found,
                           (struct port_range){ (uint16_t)first, (uint16_t)last });
    }
    if (!table)
        return error_set(err, ERR_MALFORMED,
                         "netsh's answer has no table of excluded ports");
    for (size_t i = 0; i < ARRAY_COUNT(found.words); i++)
        out->words[i] |= found.words[i];
    return true;
}
