/* SPDX-License-Identifier: MIT */
/* Names in one line, numbers at the same places of the next one. */
#include "checks/decode/proc_netstat.h"

#include <stddef.h>
#include <string.h>

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
