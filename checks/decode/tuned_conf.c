/* SPDX-License-Identifier: MIT */
/* The subset of Python's configparser that tuned's profiles use (tuned-profiles(7)). */
#include "checks/decode/tuned_conf.h"

#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"

static const char blanks[] = " \t\r";

/* A '#' behind a blank begins a comment. */
static void cut_comment(char *text)
{
    for (char *c = strchr(text, '#'); c; c = strchr(c + 1, '#'))
        if (c == text || strchr(blanks, c[-1])) {
            *c = '\0';
            return;
        }
}

static char *unquote(char *text)
{
    const size_t length = strlen(text);

    if (length < 2 || (*text != '"' && *text != '\'') || text[length - 1] != *text)
        return text;
    text[length - 1] = '\0';
    return text_trim(text + 1, blanks);
}

/* False when the line sets nothing; a head changes line->section. */
static bool parse_line(char *text, struct tuned_conf_line *line)
{
    char *equals;

    cut_comment(text);
    text = text_trim(text, blanks);
    if (*text == ';')
        return false;
    if (*text == '[') {
        char *end = strchr(text, ']');

        if (end) {
            *end = '\0';
            line->section = text_trim(text + 1, blanks);
        }
        return false;
    }
    equals = strchr(text, '=');
    if (!equals)
        return false;
    *equals = '\0';
    line->name = text_trim(text, blanks);
    line->value = unquote(text_trim(equals + 1, blanks));
    return *line->name != '\0';
}

bool tuned_conf_read(const char *bytes, size_t length,
                     bool (*visit)(void *context, const struct tuned_conf_line *line),
                     void *context, struct error *err)
{
    struct tuned_conf_line line = { .section = "" };
    char *copy = text_copy_bytes(bytes, length);
    bool ok = true;
    size_t at = 0;

    if (!copy)
        return error_set(err, ERR_MEMORY, "out of memory");
    while (ok && at < length) {
        const char *newline = memchr(copy + at, '\n', length - at);
        const size_t end = newline ? (size_t)(newline - copy) : length;

        copy[end] = '\0';
        line.number++;
        ok = !parse_line(copy + at, &line) || visit(context, &line);
        at = end + 1;
    }
    free(copy);
    return ok || error_set(err, ERR_MEMORY, "out of memory");
}
