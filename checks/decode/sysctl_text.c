/* SPDX-License-Identifier: MIT */
/* What the kernel's proc_dointvec prints (kernel/sysctl.c). */
#include "checks/decode/sysctl_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* The longest word is an int64_t with its sign; a longer one is cut and refused. */
enum { WORD_SIZE = 32 };

static const char blanks[] = " \t\n";

/* Copies what stands before the next of `separators`; moves *at behind the word. */
static void take_word(const char **at, const char *separators, char word[WORD_SIZE])
{
    const size_t length = strcspn(*at, separators);
    const size_t kept = length < WORD_SIZE ? length : WORD_SIZE - 1;

    (void)snprintf(word, WORD_SIZE, "%.*s", (int)kept, *at);
    *at += length;
}

/* The next word between blanks; ERR_MALFORMED at the end of the text. */
static bool next_word(const char **at, char word[WORD_SIZE], struct error *err)
{
    *at += strspn(*at, blanks);
    if (!**at)
        return error_set(err, ERR_MALFORMED, "expected a number, found the end");
    take_word(at, blanks, word);
    return true;
}

static bool at_end(const char *at, const char *wanted, struct error *err)
{
    char word[WORD_SIZE];

    at += strspn(at, blanks);
    if (!*at)
        return true;
    take_word(&at, blanks, word);
    return error_set(err, ERR_MALFORMED, "expected %s, found '%s' after it", wanted,
                     word);
}

bool sysctl_text_number(const char *text, int64_t *out, struct error *err)
{
    char word[WORD_SIZE];
    int64_t value;

    if (!next_word(&text, word, err) || !number_parse_i64(word, &value, err) ||
        !at_end(text, "one number", err))
        return false;
    *out = value;
    return true;
}

static bool parse_port(const char *word, uint16_t *out, struct error *err)
{
    uint32_t value;

    if (!number_parse_u32(word, UINT16_MAX, &value, err))
        return false;
    *out = (uint16_t)value;
    return true;
}

bool sysctl_text_port_range(const char *text, struct port_range *out, struct error *err)
{
    char first[WORD_SIZE];
    char last[WORD_SIZE];
    struct port_range range;

    if (!next_word(&text, first, err) || !parse_port(first, &range.first, err) ||
        !next_word(&text, last, err) || !parse_port(last, &range.last, err) ||
        !at_end(text, "two ports", err))
        return false;
    if (range.first == 0 || range.first > range.last)
        return error_set(
            err, ERR_MALFORMED,
            "'%s' to '%s' is not a range, expected 1 to 65535, the lower first", first,
            last);
    *out = range;
    return true;
}

bool sysctl_text_port_list(const char *text, struct port_set *out, struct error *err)
{
    return port_list_parse(text, out, err);
}
