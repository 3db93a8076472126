/* SPDX-License-Identifier: MIT */
/* What a program got and said arrives whole, and no way of ending goes unseen. This
 * program is its own child: a first argument says what it shall do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/run_program.h"

/* Ends only a hang. */
enum { LIMIT_MS = 300000, SHORT_MS = 500 };

static struct program_result result;
static struct error failure;

static bool run(const struct program_run *wanted, const char *const *arguments,
                size_t count)
{
    wchar_t path[MAX_PATH];
    struct program_run own = *wanted;

    assert_true(GetModuleFileNameW(NULL, path, ARRAY_COUNT(path)) > 0);
    own.path = path;
    own.arguments = arguments;
    own.argument_count = count;
    if (own.limit_ms == 0)
        own.limit_ms = LIMIT_MS;
    return run_program(&own, &result, &failure);
}

static bool run_as(const struct program_run *wanted, const char *what)
{
    return run(wanted, &what, 1);
}

static int tear_down(void **state)
{
    (void)state;
    program_result_clear(&result);
    error_clear(&failure);
    return 0;
}

static void test_run_program_keeps_both_streams_and_the_exit_code(void **state)
{
    const struct program_run plain = { 0 };
    (void)state;

    assert_true(run_as(&plain, "speak"));

    assert_string_equal(text_string(&result.output), "said\r\n");
    assert_string_equal(text_string(&result.errors), "complained\r\n");
    assert_int_equal(result.end, PROGRAM_ENDED);
    assert_int_equal(result.exit_code, 7);
    assert_false(program_result_crashed(&result));
}

static void test_run_program_passes_each_argument_as_it_is(void **state)
{
    const struct program_run plain = { 0 };
    static const char *const arguments[] = { "arguments", "",         "a b",     "\"",
                                             "\\",        "a\\\"b\\", "c d\\\\", "\t",
                                             "*\xce\xa9", "\x1b[1m" };
    struct text wanted = { 0 };
    (void)state;

    for (size_t i = 1; i < ARRAY_COUNT(arguments); i++)
        text_addf(&wanted, "[%s]\n", arguments[i]);
    assert_true(run(&plain, arguments, ARRAY_COUNT(arguments)));

    assert_string_equal(text_string(&result.output), text_string(&wanted));
    text_clear(&wanted);
}

static void test_run_program_gives_input_with_all_its_bytes(void **state)
{
    const struct program_run given = { .input = "a\0\x1a\r\n\xff", .input_length = 6 };
    (void)state;

    assert_true(run_as(&given, "copy"));

    assert_int_equal(result.output.length, 6);
    assert_memory_equal(result.output.data, given.input, 6);
}

static void test_run_program_without_input_gives_an_empty_one(void **state)
{
    const struct program_run plain = { 0 };
    (void)state;

    assert_true(run_as(&plain, "copy"));

    assert_int_equal(result.output.length, 0);
    assert_int_equal(result.exit_code, 0);
}

static void test_run_program_sets_variables_for_the_child_alone(void **state)
{
    const struct program_variable variables[] = { { "KIT_NEW", "\xc3\xa4" },
                                                  { "KIT_OLD", "then" } };
    const struct program_run given = { .variables = variables, .variable_count = 2 };
    char value[16];
    (void)state;

    assert_true(SetEnvironmentVariableA("KIT_OLD", "now"));
    assert_true(run_as(&given, "variables"));

    assert_string_equal(text_string(&result.output), "[\xc3\xa4][then]");
    assert_int_equal(GetEnvironmentVariableA("KIT_NEW", value, sizeof value), 0);
    assert_int_equal(GetEnvironmentVariableA("KIT_OLD", value, sizeof value), 3);
    assert_string_equal(value, "now");
}

static void test_run_program_starts_in_the_directory(void **state)
{
    wchar_t directory[MAX_PATH];
    const struct program_run given = { .directory = directory };
    struct text wanted = { 0 };
    (void)state;

    assert_true(GetSystemDirectoryW(directory, ARRAY_COUNT(directory)) > 0);
    win_text_add_wide(&wanted, directory);
    assert_true(run_as(&given, "directory"));

    assert_int_equal(_stricmp(text_string(&result.output), text_string(&wanted)), 0);
    text_clear(&wanted);
}

static void test_run_program_kills_what_does_not_end(void **state)
{
    const struct program_run given = { .limit_ms = SHORT_MS };
    char words[64];
    (void)state;

    assert_true(run_as(&given, "hang"));

    assert_int_equal(result.end, PROGRAM_HUNG);
    assert_string_equal(program_result_words(&result, SHORT_MS * 4, words, sizeof words),
                        "still running after 2 s: killed");
}

static void test_run_program_kills_what_prints_without_end(void **state)
{
    const struct program_run plain = { 0 };
    char words[64];
    (void)state;

    assert_true(run_as(&plain, "flood"));

    assert_int_equal(result.end, PROGRAM_ENDLESS);
    assert_memory_equal(text_string(&result.output), "again\r\n", 7);
    assert_string_equal(program_result_words(&result, LIMIT_MS, words, sizeof words),
                        "printed more than 4194304 bytes: killed");
}

static void test_run_program_tells_a_crash(void **state)
{
    const struct program_run plain = { 0 };
    char words[64];
    (void)state;

    assert_true(run_as(&plain, "crash"));

    assert_true(program_result_crashed(&result));
    assert_string_equal(program_result_words(&result, LIMIT_MS, words, sizeof words),
                        "crashed with 0xC0000005");
}

static void test_run_program_fails_for_what_is_no_program(void **state)
{
    const struct program_run absent = { .path = L"C:\\no\\such.exe", .limit_ms = 1 };
    (void)state;

    assert_false(run_program(&absent, &result, &failure));

    assert_int_equal(failure.code, ERR_ABSENT);
    assert_memory_equal(failure.message, "cannot run it: ", 15);
}

static void say_variable(const char *name)
{
    wchar_t wide[16] = L"";
    struct text utf8 = { 0 };
    wchar_t *wide_name = win_text_to_wide(name, NULL);

    (void)GetEnvironmentVariableW(wide_name, wide, ARRAY_COUNT(wide));
    win_text_add_wide(&utf8, wide);
    (void)printf("[%s]", text_string(&utf8));
    text_clear(&utf8);
    free(wide_name);
}

static void say_directory(void)
{
    wchar_t directory[MAX_PATH];
    struct text utf8 = { 0 };

    (void)GetCurrentDirectoryW(ARRAY_COUNT(directory), directory);
    win_text_add_wide(&utf8, directory);
    (void)fputs(text_string(&utf8), stdout);
    text_clear(&utf8);
}

static int speak(void)
{
    (void)puts("said");
    (void)fputs("complained\n", stderr);
    return 7;
}

static int hang(void)
{
    Sleep(INFINITE);
    return 0;
}

static int flood(void)
{
    while (puts("again") >= 0)
        continue;
    return 1;
}

static int crash(void)
{
    RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, NULL);
    return 0;
}

/* Arguments, input and output as bytes, as the programs that we ship have them. */
static int speak_bytes(int argc, char **argv)
{
    char bytes[64];
    size_t got;

    if (!program_start(&argc, &argv, NULL))
        return 1;
    if (strcmp(argv[1], "copy") == 0)
        while ((got = fread(bytes, 1, sizeof bytes, stdin)) > 0)
            (void)fwrite(bytes, 1, got, stdout);
    if (strcmp(argv[1], "variables") == 0) {
        say_variable("KIT_NEW");
        say_variable("KIT_OLD");
    }
    if (strcmp(argv[1], "directory") == 0)
        say_directory();
    if (strcmp(argv[1], "arguments") == 0)
        for (int i = 2; i < argc; i++)
            (void)printf("[%s]\n", argv[i]);
    return 0;
}

static int be_child(int argc, char **argv)
{
    if (strcmp(argv[1], "speak") == 0)
        return speak();
    if (strcmp(argv[1], "hang") == 0)
        return hang();
    if (strcmp(argv[1], "flood") == 0)
        return flood();
    if (strcmp(argv[1], "crash") == 0)
        return crash();
    return speak_bytes(argc, argv);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_run_program_keeps_both_streams_and_the_exit_code),
        TEST(test_run_program_passes_each_argument_as_it_is),
        TEST(test_run_program_gives_input_with_all_its_bytes),
        TEST(test_run_program_without_input_gives_an_empty_one),
        TEST(test_run_program_sets_variables_for_the_child_alone),
        TEST(test_run_program_starts_in_the_directory),
        TEST(test_run_program_kills_what_does_not_end),
        TEST(test_run_program_kills_what_prints_without_end),
        TEST(test_run_program_tells_a_crash),
        TEST(test_run_program_fails_for_what_is_no_program),
    };

    if (argc > 1)
        return be_child(argc, argv);
    return cmocka_run_group_tests_name("windows-kit/run_program", tests, NULL, NULL);
}
