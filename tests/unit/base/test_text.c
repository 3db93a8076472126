/* SPDX-License-Identifier: MIT */
/* The growing text, its bound, and what it makes of foreign bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"

static void test_text_zeroed_is_the_empty_string(void **state)
{
    struct text text = { 0 };
    (void)state;

    assert_string_equal(text_string(&text), "");
    assert_null(text.data);
}

static void test_text_add_bytes_of_nothing_ends_with_a_nul(void **state)
{
    struct text text = { 0 };
    (void)state;

    text_add_bytes(&text, "", 0);

    assert_non_null(text.data);
    assert_string_equal(text.data, "");
    text_clear(&text);
}

static void test_text_add_chains(void **state)
{
    struct text text = { 0 };
    (void)state;

    text_add(&text, "used ");
    text_addf(&text, "%u of %s", 17u, "28232");
    text_add_bytes(&text, " ports!", 6);

    assert_string_equal(text_string(&text), "used 17 of 28232 ports");
    assert_int_equal(text.length, strlen("used 17 of 28232 ports"));
    text_clear(&text);
}

static void test_text_add_bytes_keeps_a_nul_inside(void **state)
{
    struct text text = { 0 };
    (void)state;

    text_add_bytes(&text, "a\0b", 3);

    assert_int_equal(text.length, 3);
    assert_memory_equal(text.data, "a\0b", 4);
    text_clear(&text);
}

static void test_text_addf_grows_past_its_first_size(void **state)
{
    struct text text = { 0 };
    (void)state;

    for (int i = 0; i < 1000; i++)
        text_addf(&text, "%d", i % 10);

    assert_int_equal(text.length, 1000);
    assert_memory_equal(text.data + 990, "0123456789", 11);
    text_clear(&text);
}

static void test_text_takes_exactly_text_max_bytes(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };
    char *big = calloc(1, TEXT_MAX);
    (void)state;
    assert_non_null(big);
    memset(big, 'x', TEXT_MAX);

    text_add_bytes(&text, big, TEXT_MAX);

    assert_true(text_ok(&text, &err));
    assert_int_equal(text.length, TEXT_MAX);
    free(big);
    text_clear(&text);
}

static void test_text_past_text_max_fails_and_stays_as_it_was(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };
    char *big = calloc(1, TEXT_MAX);
    (void)state;
    assert_non_null(big);

    text_add(&text, "kept");
    text_add_bytes(&text, big, TEXT_MAX);
    text_add(&text, "late");

    assert_false(text_ok(&text, &err));
    assert_int_equal(err.code, ERR_MEMORY);
    assert_string_equal(err.message, "not enough memory for the text");
    assert_string_equal(text_string(&text), "kept");
    free(big);
    text_clear(&text);
}

static void test_text_addf_does_nothing_after_a_failure(void **state)
{
    struct text text = { .failed = true };
    (void)state;

    text_addf(&text, "%d", 7);

    assert_string_equal(text_string(&text), "");
    assert_true(text.failed);
}

static void test_text_cut_shortens(void **state)
{
    struct text text = { 0 };
    (void)state;
    text_add(&text, "abcdef");

    text_cut(&text, 2);

    assert_string_equal(text_string(&text), "ab");
    assert_int_equal(text.length, 2);
    text_clear(&text);
}

static void test_text_cut_beyond_the_end_changes_nothing(void **state)
{
    struct text text = { 0 };
    (void)state;
    text_cut(&text, 5);
    text_add(&text, "ab");

    text_cut(&text, 3);

    assert_string_equal(text_string(&text), "ab");
    text_clear(&text);
}

static void test_text_clear_is_safe_twice(void **state)
{
    struct text text = { 0 };
    (void)state;
    text_add(&text, "ab");

    text_clear(&text);
    text_clear(&text);

    assert_null(text.data);
    assert_int_equal(text.size, 0);
}

struct clean_row {
    const char *name;
    const char *foreign;
    const char *forbidden;
    const char *expected;
};

static const struct clean_row clean_rows[] = {
    { "plain", "eth0", "|", "eth0" },
    { "empty", "", "|", "" },
    { "forbidden characters", "a|b;c", "|;", "a b c" },
    { "newline, tab, escape, delete", "a\nb\tc\x1B[1m\x7F", "", "a b c [1m " },
    { "C1 control U+009B",
      "a\xC2\x9B"
      "b",
      "", "a b" },
    { "ends of lines U+2028 and U+2029", "a\xE2\x80\xA8z\xE2\x80\xA9", "", "a z " },
    { "override of direction U+202E",
      "x\xE2\x80\xAE"
      "fdp.conf",
      "", "x?fdp.conf" },
    { "no-break space is no control", "\xC2\xA0", "", "\xC2\xA0" },
    { "two bytes", "\xC3\xA9", "", "\xC3\xA9" },
    { "three bytes", "\xE6\x97\xA5", "|", "\xE6\x97\xA5" },
    { "four bytes", "\xF0\x9F\x98\x80", "", "\xF0\x9F\x98\x80" },
    { "lone continuation byte", "a\x80z", "", "a?z" },
    { "Latin-1", "caf\xE9 x", "", "caf? x" },
    { "cut at the end", "a\xE6\x97", "", "a??" },
    { "overlong slash", "\xC0\xAF", "", "??" },
    { "overlong three bytes", "\xE0\x80\xAF", "", "???" },
    { "overlong four bytes", "\xF0\x80\x80\xAF", "", "????" },
    { "surrogate", "\xED\xA0\x80", "", "???" },
    { "beyond U+10FFFF", "\xF4\x90\x80\x80", "", "????" },
    { "byte that never occurs", "\xFF", "", "?" },
};

static void test_text_add_clean_makes_one_harmless_line(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(clean_rows); i++) {
        const struct clean_row *row = &clean_rows[i];
        struct text text = { 0 };

        text_add_clean(&text, row->foreign, row->forbidden);

        if (strcmp(text_string(&text), row->expected) != 0)
            fail_msg("%s: '%s'", row->name, text_string(&text));
        text_clear(&text);
    }
}

static void test_text_make_printable_keeps_lines_and_letters(void **state)
{
    static const char bytes[] = "b\x1B[2J \xC3\xA9\nc\xE2\x80\xAE\r\xFF\xC2\x9B\n";
    struct text text = { 0 };
    (void)state;
    text_make_printable(&text);
    assert_int_equal(text.length, 0);
    text_add_bytes(&text, "a\0", 2);
    text_add(&text, bytes);

    text_make_printable(&text);

    assert_string_equal(text_string(&text), "a b [2J \xC3\xA9\nc? ? \n");
    assert_int_equal(text.length, strlen(text_string(&text)));
    text_clear(&text);
}

static void test_text_is_clean_tells_what_add_clean_would_alter(void **state)
{
    static const struct {
        const char *name;
        const char *foreign;
        bool clean;
    } rows[] = {
        { "nothing", "", true },
        { "ASCII", "net/ipv4/tcp_tw_reuse ~", true },
        { "2, 3 and 4 bytes", "\xC2\xA0\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", true },
        { "newline", "a\nb", false },
        { "escape", "\033[31m", false },
        { "DEL", "a\x7F", false },
        { "first C1", "a\xC2\x80", false },
        { "last C1", "a\xC2\x9F", false },
        { "half a character", "a\xC3", false },
        { "a byte that is never one", "\xFF", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text cleaned = { 0 };
        bool same;

        text_add_clean(&cleaned, rows[i].foreign, "");
        same = strcmp(text_string(&cleaned), rows[i].foreign) == 0;
        text_clear(&cleaned);
        if (text_is_clean(rows[i].foreign) != rows[i].clean || same != rows[i].clean)
            fail_msg("%s", rows[i].name);
    }
}

static void test_text_copy_copies_strings_and_bytes(void **state)
{
    static const char bytes[] = { 'a', '\0', 'b' };
    char *empty = text_copy("");
    char *string = text_copy("one line");
    char *copied = text_copy_bytes(bytes, sizeof bytes);
    char *nothing = text_copy_bytes(NULL, 0);
    (void)state;

    assert_string_equal(empty, "");
    assert_string_equal(string, "one line");
    assert_memory_equal(copied, "a\0b", 4);
    assert_string_equal(nothing, "");
    free(empty);
    free(string);
    free(copied);
    free(nothing);
}

static void test_text_trim_cuts_blanks_at_both_ends(void **state)
{
    char both[] = " \t a b\t ";
    char none[] = "a b";
    char other[] = "\ra ";
    char only[] = " \t";
    char empty[] = "";
    (void)state;

    assert_string_equal(text_trim(both, " \t"), "a b");
    assert_string_equal(text_trim(none, " \t"), "a b");
    assert_string_equal(text_trim(other, " \t"), "\ra");
    assert_string_equal(text_trim(only, " \t"), "");
    assert_string_equal(text_trim(empty, " \t"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_zeroed_is_the_empty_string),
        cmocka_unit_test(test_text_add_bytes_of_nothing_ends_with_a_nul),
        cmocka_unit_test(test_text_add_chains),
        cmocka_unit_test(test_text_add_bytes_keeps_a_nul_inside),
        cmocka_unit_test(test_text_addf_grows_past_its_first_size),
        cmocka_unit_test(test_text_takes_exactly_text_max_bytes),
        cmocka_unit_test(test_text_past_text_max_fails_and_stays_as_it_was),
        cmocka_unit_test(test_text_addf_does_nothing_after_a_failure),
        cmocka_unit_test(test_text_cut_shortens),
        cmocka_unit_test(test_text_cut_beyond_the_end_changes_nothing),
        cmocka_unit_test(test_text_clear_is_safe_twice),
        cmocka_unit_test(test_text_add_clean_makes_one_harmless_line),
        cmocka_unit_test(test_text_make_printable_keeps_lines_and_letters),
        cmocka_unit_test(test_text_is_clean_tells_what_add_clean_would_alter),
        cmocka_unit_test(test_text_trim_cuts_blanks_at_both_ends),
        cmocka_unit_test(test_text_copy_copies_strings_and_bytes),
    };

    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
