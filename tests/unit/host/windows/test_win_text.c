/* SPDX-License-Identifier: MIT */
/* UTF-8 to UTF-16 and back. */
#include "checks/host/windows/win_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_to_wide_and_back_keeps_every_plane(void **state)
{
    static const char text[] = "C:\\Gr\xC3\xB6\xC3\x9F"
                               "e\\\xE6\x97\xA5\\\xF0\x9F\x94\x8C";
    struct error err = { 0 };
    struct text back = { 0 };
    wchar_t *wide;
    (void)state;

    wide = win_text_to_wide(text, &err);

    assert_non_null(wide);
    win_text_add_wide(&back, wide);
    assert_string_equal(text_string(&back), text);
    text_clear(&back);
    free(wide);
}

static void test_to_wide_refuses_what_is_not_utf8(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_null(win_text_to_wide("gr\xF6\xDF", &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message, "'gr\?\?' is not UTF-8");
}

static void test_add_wide_replaces_half_a_pair(void **state)
{
    static const wchar_t half[] = { L'a', 0xD83D, L'b', 0 };
    struct text out = { 0 };
    (void)state;

    win_text_add_wide(&out, half);

    assert_string_equal(text_string(&out), "a\xEF\xBF\xBD"
                                           "b");
    text_clear(&out);
}

static void test_copy_never_splits_a_character(void **state)
{
    char out[6];
    (void)state;

    win_text_copy(out, sizeof out, "abc");
    assert_string_equal(out, "abc");
    win_text_copy(out, sizeof out, "abcde");
    assert_string_equal(out, "abcde");
    win_text_copy(out, sizeof out, "abc\xE6\x97\xA5");
    assert_string_equal(out, "abc");
    win_text_copy(out, sizeof out, "abcd\xC3\xB6");
    assert_string_equal(out, "abcd");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_to_wide_and_back_keeps_every_plane),
        cmocka_unit_test(test_to_wide_refuses_what_is_not_utf8),
        cmocka_unit_test(test_add_wide_replaces_half_a_pair),
        cmocka_unit_test(test_copy_never_splits_a_character),
    };

    return cmocka_run_group_tests_name("host/windows/win_text", tests, NULL, NULL);
}
