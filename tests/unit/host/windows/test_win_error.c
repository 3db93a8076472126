/* SPDX-License-Identifier: MIT */
/* Codes of Windows as errors of ours. The system's words differ by language: not
 * asserted. */
#include "checks/host/windows/win_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static void test_set_maps_codes(void **state)
{
    static const struct {
        uint32_t win32;
        enum error_code ours;
        const char *end;
    } cases[] = {
        { 5, ERR_DENIED, "(error 5)" },          { 2, ERR_ABSENT, "(error 2)" },
        { 3, ERR_ABSENT, "(error 3)" },          { 50, ERR_UNSUPPORTED, "(error 50)" },
        { 127, ERR_UNSUPPORTED, "(error 127)" }, { 8, ERR_MEMORY, "(error 8)" },
        { 1460, ERR_TIMEOUT, "(error 1460)" },   { 31, ERR_IO, "(error 31)" },
        { 123456, ERR_IO, "(error 123456)" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct error err = { 0 };

        assert_false(win_error_set(&err, cases[i].win32, "%s %d", "thing", 1));
        if (err.code != cases[i].ours || strncmp(err.message, "thing 1: ", 9) != 0 ||
            !ends_with(err.message, cases[i].end))
            fail_msg("%lu: %d '%s'", (unsigned long)cases[i].win32, (int)err.code,
                     err.message);
    }
}

static void test_set_prints_one_line_without_final_stop(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_false(win_error_set(&err, 5, "x"));

    assert_null(strpbrk(err.message, "\r\n"));
    assert_null(strstr(err.message, ". (error"));
}

static void test_set_of_a_code_without_words(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_false(win_error_set(&err, 0x2FFFFFFF, "x"));

    assert_string_equal(err.message, "x: (error 805306367)");
}

static void test_set_hresult_knows_wmi(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_false(win_error_set_hresult(&err, (int32_t)0x8004100E, "WMI"));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "WMI: no such namespace (0x8004100E)");
}

static void test_set_hresult_looks_into_win32_codes(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_false(win_error_set_hresult(&err, (int32_t)0x80070005, "COM"));

    assert_int_equal(err.code, ERR_DENIED);
    assert_true(ends_with(err.message, "(0x80070005)"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_maps_codes),
        cmocka_unit_test(test_set_prints_one_line_without_final_stop),
        cmocka_unit_test(test_set_of_a_code_without_words),
        cmocka_unit_test(test_set_hresult_knows_wmi),
        cmocka_unit_test(test_set_hresult_looks_into_win32_codes),
    };

    return cmocka_run_group_tests_name("host/windows/win_error", tests, NULL, NULL);
}
