/* SPDX-License-Identifier: MIT */
/* What is the expected output, and what is not: to the byte, as in tests/cases/run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/expected_output.h"

static struct difference difference;

static bool matches(const char *pattern, const char *output)
{
    struct text said = { 0 };
    bool ok;

    difference_clear(&difference);
    text_add(&said, output);
    ok = expected_output_matches(pattern, "1.2", &said, &difference);
    text_clear(&said);
    return ok;
}

static int tear_down(void **state)
{
    (void)state;
    difference_clear(&difference);
    return 0;
}

static void test_matches_the_same_bytes(void **state)
{
    (void)state;

    assert_true(matches("", ""));
    assert_true(matches("a\nb\n", "a\nb\n"));
    assert_true(matches("v@VERSION@-@VERSION@\n", "v1.2-1.2\n"));
}

static void test_matches_any_words_of_one_line(void **state)
{
    (void)state;

    assert_true(matches("x: @REASON@\n", "x: no such file\n"));
    assert_true(matches("@REASON@ (@REASON@)!\n", "a (b) (c)!\n"));
    assert_false(matches("x: @REASON@\n", "x: \n"));
    assert_false(matches("x: @REASON@\ny\n", "x: a\nb\ny\n"));
    assert_false(matches("x@REASON@y\n", "xy\n"));
}

static void test_tells_the_first_line_that_differs(void **state)
{
    (void)state;

    assert_false(matches("a\nb\nc\n", "a\nB\nC\n"));

    assert_string_equal(text_string(&difference.got), "line 2 of standard output: 'B'");
    assert_string_equal(text_string(&difference.wanted), "'b'");
}

static void test_tells_a_line_that_is_not_there(void **state)
{
    (void)state;

    assert_false(matches("a\n", "a"));

    assert_string_equal(text_string(&difference.got),
                        "line 2 of standard output: no more line");
    assert_string_equal(text_string(&difference.wanted), "''");
}

static void test_tells_line_ends_of_windows(void **state)
{
    (void)state;

    assert_false(matches("a\n", "a\r\n"));
    assert_false(matches("a\n", "a\n\n"));
}

static void test_does_not_stop_at_a_nul(void **state)
{
    struct text said = { 0 };
    (void)state;

    text_add_bytes(&said, "a\0b\n", 4);

    assert_false(expected_output_matches("a\n", "1", &said, &difference));
    text_clear(&said);
}

static bool is_screen(const char *output)
{
    struct text said = { 0 };
    bool ok;

    difference_clear(&difference);
    text_add(&said, output);
    ok = expected_output_is_screen(&said, &difference);
    text_clear(&said);
    return ok;
}

static void test_a_screen_is_whole_lines_of_plain_ascii(void **state)
{
    char wide[83];
    (void)state;

    (void)memset(wide, 'x', sizeof wide);
    memcpy(wide + 80, "\n", 2);
    assert_true(is_screen("a\n\nb\n"));
    assert_true(is_screen(wide));

    memcpy(wide + 80, "x\n", 3);
    assert_false(is_screen(wide));
    assert_false(is_screen(""));
    assert_false(is_screen("a\nb"));
    assert_false(is_screen("a | b\n"));
    assert_false(is_screen("a\tb\n"));
    assert_false(is_screen("\xc3\xa4\n"));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_matches_the_same_bytes),
        TEST(test_matches_any_words_of_one_line),
        TEST(test_tells_the_first_line_that_differs),
        TEST(test_tells_a_line_that_is_not_there),
        TEST(test_tells_line_ends_of_windows),
        TEST(test_does_not_stop_at_a_nul),
        TEST(test_a_screen_is_whole_lines_of_plain_ascii),
    };

    return cmocka_run_group_tests_name("windows-kit/expected_output", tests, NULL, NULL);
}
