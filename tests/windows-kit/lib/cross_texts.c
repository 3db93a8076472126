/* SPDX-License-Identifier: MIT */
/* By numbers, types and tags, never by a label. */
#include "tests/windows-kit/lib/cross_texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/number.h"
#include "tests/windows-kit/lib/cross_lines.h"

/* The number behind the last colon of a line; labels are words of any language. */
static bool labelled_number(const char *line, uint32_t *out)
{
    const char *colon = strrchr(line, ':');

    if (!colon)
        return false;
    colon += 1 + strspn(colon + 1, " \t");
    return number_parse_u32(colon, UINT16_MAX, out, NULL);
}

bool cross_netsh_range(const char *text, struct port_range *out, struct error *err)
{
    struct cross_lines lines = { .rest = text };
    uint32_t numbers[2] = { 0 };
    uint32_t number;
    size_t found = 0;

    while (cross_next_line(&lines))
        if (labelled_number(lines.line, &number) && found++ < ARRAY_COUNT(numbers))
            numbers[found - 1] = number;
    if (found != ARRAY_COUNT(numbers) || numbers[0] == 0 || numbers[1] == 0 ||
        numbers[0] + numbers[1] > UINT16_MAX + 1)
        return error_set(err, ERR_MALFORMED,
                         "netsh's text is no dynamic range: %zu numbers, %" PRIu32
                         " and %" PRIu32,
                         found, numbers[0], numbers[1]);
    *out = (struct port_range){ (uint16_t)numbers[0],
                                (uint16_t)(numbers[0] + numbers[1] - 1) };
    return true;
}

static bool is_rule(const char *line)
{
    return strspn(line, "- \t") == strlen(line);
}

static bool read_excluded(char *line, struct port_range *out)
{
    char *words[4];
    const size_t count = cross_split(line, words, ARRAY_COUNT(words));
    uint32_t first;
    uint32_t last;

    if (count < 2 || count > 3 || (count == 3 && strcmp(words[2], "*") != 0) ||
        !number_parse_u32(words[0], UINT16_MAX, &first, NULL) ||
        !number_parse_u32(words[1], UINT16_MAX, &last, NULL) || first > last)
        return false;
    *out = (struct port_range){ (uint16_t)first, (uint16_t)last };
    return true;
}

bool cross_netsh_excluded(const char *text, struct port_set *out, struct error *err)
{
    struct cross_lines lines = { .rest = text };
    struct port_range range;
    bool is_table = false;

    while (cross_next_line(&lines)) {
        if (is_rule(lines.line))
            is_table = true;
        else if (is_table && read_excluded(lines.line, &range))
            port_set_add_range(out, range);
    }
    return is_table ||
           error_set(err, ERR_MALFORMED, "netsh's text is no table of excluded ports");
}

/* "    Name    REG_TYPE    data": reg.exe parts its columns by four blanks, and a name
 * may have blanks. Returns where the type begins, NULL for another line. */
static char *split_value(char *line)
{
    char *type = strstr(line, "    REG_");

    if (!type)
        return NULL;
    *type = '\0';
    return type + 4;
}

static bool value_words(char *type, char *out, size_t size, struct error *err)
{
    char *columns[2] = { NULL, NULL };
    const size_t count = cross_split(type, columns, ARRAY_COUNT(columns));
    char *end = NULL;
    unsigned long number;

    if (strcmp(columns[0], "REG_DWORD") != 0) {
        (void)snprintf(out, size, "%s", columns[0]);
        return true;
    }
    number = count == 2 ? strtoul(columns[1], &end, 16) : 0;
    if (!end || end == columns[1] || *end)
        return error_set(err, ERR_MALFORMED, "reg's DWORD '%.40s' is no number",
                         count == 2 ? columns[1] : "");
    (void)snprintf(out, size, "REG_DWORD %lu", number);
    return true;
}

bool cross_reg_value(const char *text, const char *name, char *out, size_t size,
                     struct error *err)
{
    struct cross_lines lines = { .rest = text };
    size_t values = 0;
    char *type;

    while (cross_next_line(&lines)) {
        type = split_value(lines.line);
        values += type != NULL;
        if (type && ascii_same(lines.line, name))
            return value_words(type, out, size, err);
    }
    if (values == 0)
        return error_set(err, ERR_MALFORMED, "reg's text has no value");
    (void)snprintf(out, size, "absent");
    return true;
}

/* "<EventID Qualifiers='32768'>4231</EventID>": the number behind the tag's end. */
static bool next_event(const char **rest, uint32_t *id)
{
    const char *tag = strstr(*rest, "<EventID");
    const char *end = tag ? strchr(tag, '>') : NULL;

    if (!end)
        return false;
    *id = (uint32_t)strtoul(end + 1, NULL, 10);
    *rest = end + 1;
    return true;
}

uint64_t cross_events_count(const char *text, const uint32_t *ids, size_t count)
{
    uint64_t found = 0;
    uint32_t id;

    while (next_event(&text, &id))
        for (size_t i = 0; i < count; i++)
            found += id == ids[i];
    return found;
}
