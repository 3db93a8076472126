/* SPDX-License-Identifier: MIT */
/* A console like that of Windows 7, which refuses what is too long for one call. */
#include "checks/host/windows/console_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH = 200000, HEAP = 64 * 1024 };

/* What the console got, and how it takes a piece. */
static wchar_t shown[LENGTH];
static size_t shown_length;
static size_t calls;
static DWORD at_most;   /* 0: whole pieces */
static size_t fails_at; /* the call that fails; 0: none */

static WINBOOL WINAPI write_console(HANDLE console, const void *text, DWORD length,
                                    DWORD *written, void *reserved)
{
    const wchar_t *const units = text;

    assert_ptr_equal(console, (HANDLE)&shown);
    assert_null(reserved);
    if (++calls == fails_at || length * sizeof *units >= HEAP) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    /* The next piece would begin with the second half. */
    assert_false(length > 0 && at_most == 0 && units[length - 1] == 0xD83D);
    *written = at_most && length > at_most ? at_most : length;
    memcpy(shown + shown_length, text, *written * sizeof *units);
    shown_length += *written;
    return TRUE;
}

static int given_console(void **state)
{
    (void)state;
    shown_length = calls = fails_at = 0;
    at_most = 0;
    return 0;
}

/* LENGTH units: pairs from an odd one on. */
static wchar_t *given_text(void)
{
    wchar_t *text = calloc(LENGTH, sizeof *text);

    assert_non_null(text);
    text[0] = L'x';
    for (size_t i = 1; i + 1 < LENGTH; i += 2) {
        text[i] = 0xD83D;
        text[i + 1] = 0xDE00;
    }
    text[LENGTH - 1] = L'\n';
    return text;
}

static void assert_all_shown(const wchar_t *text)
{
    assert_int_equal(shown_length, LENGTH);
    assert_memory_equal(shown, text, LENGTH * sizeof *text);
}

static void test_long_text_is_written_in_pieces(void **state)
{
    wchar_t *text = given_text();
    struct error err = { 0 };
    (void)state;

    assert_true(console_output_write((HANDLE)&shown, text, LENGTH, write_console, &err));

    assert_all_shown(text);
    assert_int_equal(calls, LENGTH / CONSOLE_PIECE_MAX + 1);
    free(text);
}

static void test_a_console_may_take_less(void **state)
{
    wchar_t *text = given_text();
    struct error err = { 0 };
    (void)state;
    at_most = 1000;

    assert_true(console_output_write((HANDLE)&shown, text, LENGTH, write_console, &err));

    assert_all_shown(text);
    free(text);
}

static void test_a_failure_is_told(void **state)
{
    wchar_t *text = given_text();
    struct error err = { 0 };
    (void)state;
    fails_at = 3;

    assert_false(console_output_write((HANDLE)&shown, text, LENGTH, write_console, &err));

    assert_non_null(strstr(err.message, "cannot write to the console: "));
    assert_non_null(strstr(err.message, "(error 8)"));
    assert_int_equal(calls, 3);
    free(text);
}

static void test_nothing_is_no_call(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_true(console_output_write((HANDLE)&shown, L"", 0, write_console, &err));

    assert_int_equal(calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_long_text_is_written_in_pieces, given_console),
        cmocka_unit_test_setup(test_a_console_may_take_less, given_console),
        cmocka_unit_test_setup(test_a_failure_is_told, given_console),
        cmocka_unit_test_setup(test_nothing_is_no_call, given_console),
    };

    return cmocka_run_group_tests_name("host/console_output", tests, NULL, NULL);
}
