/* SPDX-License-Identifier: MIT */
/* The characters are listed here once more, not asked of the code that is tested. */
#include "tests/support/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/base/utf8.h"
#include "tests/support/unwrapped.h"

const char hostile_text[] = "a\x1B[2J\nb\r\t\xE2\x80\xAE"
                            "cod.\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C\xC2\x9B"
                            "31m\x7F\xE2\x80\xA8|\"\\\xC3\xA9\xFF";
const char hostile_name[] = "\x1B\n\xE2\x80\xAE\xC2\x9B|\"\xFF";
const char harmless_text[] = "x";

static const char *const forbidden[] = {
    "\x1B",         "\r",           "\t",           "\x7F",         "\x07",
    "\xC2\x80",     "\xC2\x9B",     "\xC2\x9F",     "\xD8\x9C",     "\xE2\x80\x8E",
    "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAA", "\xE2\x80\xAB",
    "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7",
    "\xE2\x81\xA8", "\xE2\x81\xA9",
};

size_t count_of(const struct text *out, char character)
{
    size_t count = 0;

    for (size_t i = 0; i < out->length; i++)
        count += out->data[i] == character;
    return count;
}

void assert_printable(const char *what, const struct text *out)
{
    const char *bytes = text_string(out);

    assert_false(out->failed);
    if (strlen(bytes) != out->length)
        fail_msg("%s: a NUL in:\n%s", what, bytes);
    for (size_t i = 0; i < ARRAY_COUNT(forbidden); i++)
        if (strstr(bytes, forbidden[i]))
            fail_msg("%s: number %d of the forbidden in:\n%s", what, (int)i, bytes);
    for (const char *c = bytes; *c; c += utf8_length(c))
        if (utf8_length(c) == 0)
            fail_msg("%s: not UTF-8:\n%s", what, bytes);
}

void assert_as_printable(const char *what, const struct text *out,
                         const struct text *harmless)
{
    struct text lines = { 0 };
    struct text expected = { 0 };

    assert_printable(what, out);
    unwrap(text_string(out), &lines);
    unwrap(text_string(harmless), &expected);
    if (count_of(&lines, '\n') != count_of(&expected, '\n'))
        fail_msg("%s: other lines than\n%s\nin:\n%s", what, text_string(harmless),
                 text_string(out));
    text_clear(&lines);
    text_clear(&expected);
}
