/* SPDX-License-Identifier: MIT */
/* Messages stay one whole line, and the first error wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/error.h"

static void test_error_set_fills_code_and_message(void **state)
{
    struct error err = { 0 };
    (void)state;

    bool result = error_set(&err, ERR_DENIED, "cannot read '%s'", "x");

    assert_false(result);
    assert_int_equal(err.code, ERR_DENIED);
    assert_string_equal(err.message, "cannot read 'x'");
}

static void test_error_set_accepts_no_error_struct(void **state)
{
    (void)state;

    assert_false(error_set(NULL, ERR_IO, "lost"));
}

static void test_error_set_keeps_the_first_error(void **state)
{
    struct error err = { 0 };
    (void)state;

    (void)error_set(&err, ERR_LIMIT, "first");
    (void)error_set(&err, ERR_IO, "second");

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "first");
}

static void test_error_set_blanks_control_characters(void **state)
{
    struct error err = { 0 };
    (void)state;

    (void)error_set(&err, ERR_MALFORMED, "'%s'", "a\nb\tc\x7F\x1B");

    assert_string_equal(err.message, "'a b c  '");
}

static void test_error_set_cuts_a_long_message(void **state)
{
    struct error err = { 0 };
    char foreign[1000];
    (void)state;
    memset(foreign, 'x', sizeof foreign - 1);
    foreign[sizeof foreign - 1] = '\0';

    (void)error_set(&err, ERR_MALFORMED, "%s", foreign);

    assert_int_equal(strlen(err.message), ERR_TEXT_SIZE - 1);
}

/* One ASCII byte shifts two-byte characters so that the cut falls into the last one. */
static void test_error_set_never_cuts_inside_a_character(void **state)
{
    struct error err = { 0 };
    char foreign[ERR_TEXT_SIZE * 2 + 1] = "";
    (void)state;
    for (size_t i = 0; i < ERR_TEXT_SIZE; i++)
        memcpy(foreign + 2 * i, "\xC3\xA9", 3);

    (void)error_set(&err, ERR_MALFORMED, "%s", foreign);

    assert_int_equal(strlen(err.message), ERR_TEXT_SIZE - 2);
    assert_string_equal(err.message + ERR_TEXT_SIZE - 4, "\xC3\xA9");
}

static void test_error_set_keeps_a_last_character_that_fits(void **state)
{
    struct error err = { 0 };
    char foreign[ERR_TEXT_SIZE * 2 + 1] = "";
    (void)state;
    for (size_t i = 0; i < ERR_TEXT_SIZE; i++)
        memcpy(foreign + 2 * i, "\xC3\xA9", 3);

    (void)error_set(&err, ERR_MALFORMED, "x%s", foreign);

    assert_int_equal(strlen(err.message), ERR_TEXT_SIZE - 1);
}

static void test_error_prefix_puts_the_context_in_front(void **state)
{
    struct error err = { 0 };
    (void)state;
    (void)error_set(&err, ERR_MALFORMED, "'x' is not a number");

    bool result = error_prefix(&err, "line %d", 7);

    assert_false(result);
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message, "line 7: 'x' is not a number");
}

static void test_error_prefix_accepts_no_error_struct(void **state)
{
    (void)state;

    assert_false(error_prefix(NULL, "line 7"));
}

static void test_error_prefix_survives_a_context_that_fills_the_room(void **state)
{
    struct error err = { 0 };
    char context[2 * ERR_TEXT_SIZE];
    (void)state;
    memset(context, 'c', sizeof context - 1);
    context[sizeof context - 1] = '\0';
    (void)error_set(&err, ERR_IO, "lost");

    (void)error_prefix(&err, "%s", context);

    assert_int_equal(strlen(err.message), ERR_TEXT_SIZE - 1);
    assert_null(strchr(err.message, 'l'));
}

static void test_error_prefix_blanks_control_characters(void **state)
{
    struct error err = { 0 };
    (void)state;
    (void)error_set(&err, ERR_IO, "lost");

    (void)error_prefix(&err, "%s", "a\nb");

    assert_string_equal(err.message, "a b: lost");
}

static void test_error_suffix_adds_to_the_end(void **state)
{
    struct error err = { 0 };
    (void)state;
    (void)error_set(&err, ERR_MALFORMED, "unknown option '--foo'");

    assert_false(error_suffix(&err, "; see --help"));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message, "unknown option '--foo'; see --help");
}

static void test_error_suffix_accepts_no_error_struct(void **state)
{
    (void)state;

    assert_false(error_suffix(NULL, "; see --help"));
}

/* The room that is left ends within one of the two-byte characters. */
static void test_error_suffix_stays_whole_behind_a_long_message(void **state)
{
    struct error err = { 0 };
    char foreign[ERR_TEXT_SIZE * 2 + 1] = "";
    (void)state;
    for (size_t i = 0; i < ERR_TEXT_SIZE; i++)
        memcpy(foreign + 2 * i, "\xC3\xA9", 3);
    (void)error_set(&err, ERR_MALFORMED, "%s", foreign);

    (void)error_suffix(&err, "; see --help");

    assert_int_equal(strlen(err.message), ERR_TEXT_SIZE - 2);
    assert_string_equal(err.message + ERR_TEXT_SIZE - 16, "\xC3\xA9; see --help");
}

static void test_error_clear_forgets(void **state)
{
    struct error err = { 0 };
    (void)state;
    (void)error_set(&err, ERR_IO, "lost");

    error_clear(&err);
    error_clear(NULL);

    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(err.message, "");
}

static void test_error_quote_keeps_short_text(void **state)
{
    char out[ERR_QUOTE_SIZE];
    (void)state;

    const char *result = error_quote("eth0", out);

    assert_ptr_equal(result, out);
    assert_string_equal(out, "eth0");
}

static void test_error_quote_keeps_text_that_just_fits(void **state)
{
    char foreign[ERR_QUOTE_SIZE];
    char out[ERR_QUOTE_SIZE];
    (void)state;
    memset(foreign, '7', sizeof foreign - 1);
    foreign[sizeof foreign - 1] = '\0';

    (void)error_quote(foreign, out);

    assert_string_equal(out, foreign);
}

static void test_error_quote_cuts_longer_text_with_dots(void **state)
{
    char foreign[ERR_QUOTE_SIZE + 1];
    char out[ERR_QUOTE_SIZE];
    (void)state;
    memset(foreign, '7', sizeof foreign - 1);
    foreign[sizeof foreign - 1] = '\0';

    (void)error_quote(foreign, out);

    assert_int_equal(strlen(out), ERR_QUOTE_SIZE - 1);
    assert_string_equal(out + ERR_QUOTE_SIZE - 5, "7...");
}

static void test_error_quote_never_cuts_inside_a_character(void **state)
{
    char foreign[100] = "";
    char out[ERR_QUOTE_SIZE];
    (void)state;
    for (size_t i = 0; i < 24; i++)
        memcpy(foreign + 4 * i, "\xF0\x9F\x98\x80", 5);
    memmove(foreign + 1, foreign, sizeof foreign - 1);
    foreign[0] = 'x';
    foreign[sizeof foreign - 1] = '\0';

    (void)error_quote(foreign, out);

    assert_int_equal(strlen(out), 1 + 14 * 4 + 3);
    assert_string_equal(out + 1 + 13 * 4, "\xF0\x9F\x98\x80...");
}

static void test_error_quote_blanks_control_characters(void **state)
{
    char out[ERR_QUOTE_SIZE];
    (void)state;

    (void)error_quote("10\n", out);

    assert_string_equal(out, "10 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_set_fills_code_and_message),
        cmocka_unit_test(test_error_set_accepts_no_error_struct),
        cmocka_unit_test(test_error_set_keeps_the_first_error),
        cmocka_unit_test(test_error_set_blanks_control_characters),
        cmocka_unit_test(test_error_set_cuts_a_long_message),
        cmocka_unit_test(test_error_set_never_cuts_inside_a_character),
        cmocka_unit_test(test_error_set_keeps_a_last_character_that_fits),
        cmocka_unit_test(test_error_prefix_puts_the_context_in_front),
        cmocka_unit_test(test_error_prefix_accepts_no_error_struct),
        cmocka_unit_test(test_error_prefix_survives_a_context_that_fills_the_room),
        cmocka_unit_test(test_error_prefix_blanks_control_characters),
        cmocka_unit_test(test_error_suffix_adds_to_the_end),
        cmocka_unit_test(test_error_suffix_accepts_no_error_struct),
        cmocka_unit_test(test_error_suffix_stays_whole_behind_a_long_message),
        cmocka_unit_test(test_error_clear_forgets),
        cmocka_unit_test(test_error_quote_keeps_short_text),
        cmocka_unit_test(test_error_quote_keeps_text_that_just_fits),
        cmocka_unit_test(test_error_quote_cuts_longer_text_with_dots),
        cmocka_unit_test(test_error_quote_never_cuts_inside_a_character),
        cmocka_unit_test(test_error_quote_blanks_control_characters),
    };

    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
