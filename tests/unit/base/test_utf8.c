/* SPDX-License-Identifier: MIT */
/* Characters of one to four bytes, and cuts inside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/base/utf8.h"

/* One to four bytes each: "a", e with acute accent, the euro sign, a musical sign. */
#define ACUTE "\xC3\xA9"
#define EURO  "\xE2\x82\xAC"
#define CLEF  "\xF0\x9D\x84\x9E"

static void test_utf8_length_knows_whole_characters(void **state)
{
    static const struct {
        const char *string;
        size_t length;
    } rows[] = {
        { "", 1 },         { "a", 1 },
        { ACUTE, 2 },      { EURO, 3 },
        { CLEF, 4 },       { "\x80", 0 },         /* a continuation byte */
        { "\xC3", 0 },     { "\xC3z", 0 },        /* cut */
        { "\xE2\x82", 0 }, { "\xC0\x80", 0 },     /* longer than needed */
        { "\xFF", 0 },     { "\xED\xA0\x80", 0 }, /* a surrogate */
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (utf8_length(rows[i].string) != rows[i].length)
            fail_msg("row %d: %d", (int)i, (int)utf8_length(rows[i].string));
}

/* The first and the last of each kind, and their neighbors. */
static void test_utf8_stand_in_replaces_what_terminals_obey(void **state)
{
    static const struct {
        const char *character;
        char instead;
    } rows[] = {
        { "", ' ' },
        { "\x1F", ' ' },
        { " ", '\0' },
        { "~", '\0' },
        { "\x7F", ' ' },
        { "\xC2\x80", ' ' },
        { "\xC2\x9F", ' ' },
        { "\xC2\xA0", '\0' },
        { "\xD8\x9B", '\0' },
        { "\xD8\x9C", '?' },
        { "\xD8\x9D", '\0' },
        { "\xE2\x80\x8D", '\0' },
        { "\xE2\x80\x8E", '?' },
        { "\xE2\x80\x8F", '?' },
        { "\xE2\x80\x90", '\0' },
        { "\xE2\x80\xA7", '\0' },
        { "\xE2\x80\xA8", ' ' },
        { "\xE2\x80\xA9", ' ' },
        { "\xE2\x80\xAA", '?' },
        { "\xE2\x80\xAE", '?' },
        { "\xE2\x80\xAF", '\0' },
        { "\xE2\x81\xA5", '\0' },
        { "\xE2\x81\xA6", '?' },
        { "\xE2\x81\xA9", '?' },
        { "\xE2\x81\xAA", '\0' },
        { CLEF, '\0' },
        { "\x80", '?' },
        { "\xE2\x80", '?' },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t whole = utf8_length(rows[i].character);
        size_t length = 0;
        char instead = utf8_stand_in(rows[i].character, &length);

        if (instead != rows[i].instead || length != (whole ? whole : 1))
            fail_msg("row %d: '%c', %d", (int)i, instead, (int)length);
    }
}

static void test_utf8_code_point_is_the_number_of_the_character(void **state)
{
    (void)state;

    assert_int_equal(utf8_code_point("~", 1), 0x7E);
    assert_int_equal(utf8_code_point("\xDF\xBF", 2), 0x7FF);
    assert_int_equal(utf8_code_point("\xEF\xBF\xBD", 3), 0xFFFD);
    assert_int_equal(utf8_code_point("\xF4\x8F\xBF\xBF", 4), 0x10FFFF);
}

static void test_utf8_make_printable_makes_one_line_where_asked(void **state)
{
    char lines[] = "a\nb\xE2\x80\xAE" EURO;
    char line[] = "a\nb\xE2\x80\xAE" EURO;
    (void)state;

    assert_int_equal(utf8_make_printable(lines, strlen(lines), true), 7);
    assert_string_equal(lines, "a\nb?" EURO);
    assert_int_equal(utf8_make_printable(line, strlen(line), false), 7);
    assert_string_equal(line, "a b?" EURO);
}

static void test_utf8_cut_keeps_whole_characters(void **state)
{
    static const char text[] = "a" ACUTE EURO CLEF "b";
    /* Where a cut at 0, 1, 2, ... bytes lands. */
    static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };
    (void)state;

    for (size_t length = 0; length < ARRAY_COUNT(kept); length++)
        if (utf8_cut(text, length) != kept[length])
            fail_msg("%d: %d", (int)length, (int)utf8_cut(text, length));
}

static void test_utf8_cut_reads_nothing_behind_the_cut(void **state)
{
    const char text[] = { 'a', '\xE2', '\x82' };
    (void)state;

    assert_int_equal(utf8_cut(text, sizeof text), 1);
}

/* What is not UTF-8 anyway is cut where it was asked for. */
static void test_utf8_cut_leaves_other_bytes(void **state)
{
    (void)state;

    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6), 6);
    assert_int_equal(utf8_cut("\x80\x80", 2), 2);
}

static void test_utf8_whole_skips_the_rest_of_a_character(void **state)
{
    static const char text[] = EURO "b";
    (void)state;

    assert_ptr_equal(utf8_whole(text), text);
    assert_string_equal(utf8_whole(text + 1), "b");
    assert_string_equal(utf8_whole(text + 2), "b");
    assert_string_equal(utf8_whole(""), "");
}

static void test_utf8_count_counts_characters(void **state)
{
    (void)state;

    assert_int_equal(utf8_count("a" ACUTE EURO CLEF, 10), 4);
    assert_int_equal(utf8_count("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_length_knows_whole_characters),
        cmocka_unit_test(test_utf8_stand_in_replaces_what_terminals_obey),
        cmocka_unit_test(test_utf8_code_point_is_the_number_of_the_character),
        cmocka_unit_test(test_utf8_make_printable_makes_one_line_where_asked),
        cmocka_unit_test(test_utf8_cut_keeps_whole_characters),
        cmocka_unit_test(test_utf8_cut_reads_nothing_behind_the_cut),
        cmocka_unit_test(test_utf8_cut_leaves_other_bytes),
        cmocka_unit_test(test_utf8_whole_skips_the_rest_of_a_character),
        cmocka_unit_test(test_utf8_count_counts_characters),
    };

    return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
