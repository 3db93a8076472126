/* SPDX-License-Identifier: MIT */
/* Running a program: its output, its exit code, its time limit. cmd.exe is the program.
 */
#include "checks/host/windows/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/win.h"

static wchar_t shell[MAX_PATH + 16];

static int find_shell(void **state)
{
    UINT length = GetSystemDirectoryW(shell, MAX_PATH);

    (void)state;
    wcscpy_s(shell + length, ARRAYSIZE(shell) - length, L"\\cmd.exe");
    return length == 0;
}

static void test_run_collects_output_and_exit_code(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 0;
    (void)state;

    assert_true(
        child_run(shell, L"cmd /c echo hello& exit 7", 10000, &out, &exit_code, &err));

    assert_string_equal(text_string(&out), "hello\r\n");
    assert_int_equal(exit_code, 7);
    text_clear(&out);
}

static void test_run_collects_standard_error_too(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 1;
    (void)state;

    assert_true(
        child_run(shell, L"cmd /c echo oops 1>&2", 10000, &out, &exit_code, &err));

    assert_non_null(strstr(text_string(&out), "oops"));
    text_clear(&out);
}

static void test_run_gives_it_an_empty_input(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 1;
    (void)state;

    assert_true(
        child_run(shell, L"cmd /c set /p x=& echo done", 10000, &out, &exit_code, &err));

    assert_non_null(strstr(text_string(&out), "done"));
    text_clear(&out);
}

static void test_run_stops_at_the_time_limit(void **state)
{
    const int64_t start = deadline_now_ns();
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 0;
    (void)state;

    assert_false(child_run(shell, L"cmd /c for /l %x in (0,0,1) do @rem", 500, &out,
                           &exit_code, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(err.message, "did not answer within 0.5 s");
    assert_true(deadline_now_ns() - start < INT64_C(5000000000));
    text_clear(&out);
}

static void test_run_stops_at_the_output_limit(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 0;
    (void)state;

    assert_false(child_run(shell,
                           L"cmd /c for /l %x in (0,0,1) do @echo 0123456789abcdef",
                           300000, &out, &exit_code, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "printed more than 65536 bytes");
    assert_true(out.length <= CHILD_OUTPUT_MAX);
    text_clear(&out);
}

static void test_run_tells_that_there_is_no_such_program(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    uint32_t exit_code = 0;
    (void)state;

    assert_false(
        child_run(L"C:\\no-such-directory\\x.exe", L"x", 1000, &out, &exit_code, &err));

    assert_int_equal(err.code, ERR_ABSENT);
    assert_non_null(strstr(err.message, "cannot run it: "));
    text_clear(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_collects_output_and_exit_code),
        cmocka_unit_test(test_run_collects_standard_error_too),
        cmocka_unit_test(test_run_gives_it_an_empty_input),
        cmocka_unit_test(test_run_stops_at_the_time_limit),
        cmocka_unit_test(test_run_stops_at_the_output_limit),
        cmocka_unit_test(test_run_tells_that_there_is_no_such_program),
    };

    return cmocka_run_group_tests_name("host/windows/child", tests, find_shell, NULL);
}
