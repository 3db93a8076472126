/* SPDX-License-Identifier: MIT */
/* The grammar of sysctl.d(5) as systemd-sysctl reads it (systemd, src/sysctl/sysctl.c).
 */
#include "checks/decode/sysctl_conf.h"

#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"

static const char blanks[] = " \t";

static void swap_separators(char *key)
{
    for (char *c = strpbrk(key, "/."); c; c = strpbrk(c + 1, "/."))
        *c = *c == '.' ? '/' : '.';
}

/* "//a/./b/" -> "a/b", in place; ".." stays and matches no key. */
static void simplify(char *key)
{
    const char *from = key;
    char *to = key;

    while (*from) {
        const size_t length = strcspn(from, "/");
        const bool dropped = length == 0 || (length == 1 && *from == '.');

        if (!dropped) {
            if (to != key)
                *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length;
        from += *from == '/';
    }
    *to = '\0';
}

void sysctl_conf_normalise_key(char *key)
{
    const char *separator = strpbrk(key, "/.");

    if (separator && *separator == '.')
        swap_separators(key);
    simplify(key);
}

/* False when the line states nothing. */
static bool parse_line(char *text, struct sysctl_conf_line *line)
{
    char *key = text_trim(text, blanks);
    char *equals;

    if (*key == '\0' || *key == '#' || *key == ';')
        return false;
    equals = strchr(key, '=');
    line->ignore_errors = *key == '-';
    if (!equals && !line->ignore_errors)
        return false;
    line->value = NULL;
    if (equals) {
        *equals = '\0';
        line->value = text_trim(equals + 1, blanks);
    }
    key = text_trim(key + line->ignore_errors, blanks);
    sysctl_conf_normalise_key(key);
    line->key = key;
    line->pattern = strpbrk(key, "*?[") != NULL;
    return *key != '\0';
}

static size_t line_length(const char *text, size_t length)
{
    size_t end = 0;

    while (end < length && text[end] != '\n' && text[end] != '\r' && text[end] != '\0')
        end++;
    return end;
}

bool sysctl_conf_read(const char *bytes, size_t length,
                      bool (*visit)(void *context, const struct sysctl_conf_line *line),
                      void *context, struct error *err)
{
    struct sysctl_conf_line line = { .number = 0 };
    char *copy = text_copy_bytes(bytes, length);
    bool ok = true;
    size_t at = 0;

    if (!copy)
        return error_set(err, ERR_MEMORY, "out of memory");
    while (ok && at < length) {
        const size_t end = at + line_length(copy + at, length - at);
        const bool crlf = end + 1 < length && copy[end] == '\r' && copy[end + 1] == '\n';

        copy[end] = '\0';
        line.number++;
        ok = !parse_line(copy + at, &line) || visit(context, &line);
        at = end + 1 + crlf;
    }
    free(copy);
    return ok || error_set(err, ERR_MEMORY, "out of memory");
}
