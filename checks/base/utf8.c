/* SPDX-License-Identifier: MIT */
/* Lead bytes tell how many continuation bytes (10xxxxxx) follow. */
#include "checks/base/utf8.h"

#include <string.h>

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Length that a lead byte, 0xC0 or more, promises. */
static size_t promised_length(unsigned char lead)
{
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

size_t utf8_length(const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    size_t length;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    length = promised_length(s[0]);
    if (s[0] == 0xE0)
        low = 0xA0; /* shorter forms exist */
    else if (s[0] == 0xED)
        high = 0x9F; /* surrogates */
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F; /* beyond U+10FFFF */
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (!is_continuation(string[i]))
            return 0;
    return length;
}

uint32_t utf8_code_point(const char *string, size_t length)
{
    const unsigned char *s = (const unsigned char *)string;
    uint32_t code = length == 1 ? s[0] : s[0] & (0x7FU >> length);

    for (size_t i = 1; i < length; i++)
        code = code << 6 | (s[i] & 0x3FU);
    return code;
}

static bool is_between(uint32_t code, uint32_t first, uint32_t last)
{
    return code >= first && code <= last;
}

char utf8_stand_in(const char *string, size_t *length)
{
    const size_t whole = utf8_length(string);
    uint32_t code;

    *length = whole ? whole : 1;
    if (whole == 0)
        return '?';
    code = utf8_code_point(string, whole);
    if (code < 0x20 || is_between(code, 0x7F, 0x9F) || is_between(code, 0x2028, 0x2029))
        return ' ';
    if (code == 0x061C || is_between(code, 0x200E, 0x200F) ||
        is_between(code, 0x202A, 0x202E) || is_between(code, 0x2066, 0x2069))
        return '?';
    return '\0';
}

size_t utf8_make_printable(char *bytes, size_t length, bool keep_lines)
{
    size_t kept = 0;
    size_t size;

    for (size_t at = 0; at < length; at += size) {
        char instead = utf8_stand_in(bytes + at, &size);

        if (keep_lines && bytes[at] == '\n')
            instead = '\n';
        if (instead) {
            bytes[kept++] = instead;
            continue;
        }
        memmove(bytes + kept, bytes + at, size);
        kept += size;
    }
    bytes[kept] = '\0';
    return kept;
}

size_t utf8_cut(const char *text, size_t length)
{
    size_t lead = length;

    /* One that is not whole has two continuation bytes at most. */
    while (lead > 0 && length - lead < 2 && is_continuation(text[lead - 1]))
        lead--;
    if (lead == 0 || (unsigned char)text[lead - 1] < 0xC0)
        return length;
    lead--;
    return length - lead < promised_length((unsigned char)text[lead]) ? lead : length;
}

const char *utf8_whole(const char *string)
{
    while (is_continuation(*string))
        string++;
    return string;
}

size_t utf8_count(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += !is_continuation(text[i]);
    return count;
}
