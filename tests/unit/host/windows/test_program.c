/* SPDX-License-Identifier: MIT */
/* Files, as a program on Windows meets them. */
#include "checks/host/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/windows/win.h"

/* "größe.bin" in the directory for temporary files. */
static wchar_t path[MAX_PATH + 16];
static char path_utf8[4 * MAX_PATH];

static int make_file(void **state)
{
    FILE *file;

    (void)state;
    (void)GetTempPathW(MAX_PATH, path);
    wcscat_s(path, ARRAYSIZE(path),
             L"gr\x00F6\x00DF"
             L"e.bin");
    (void)WideCharToMultiByte(CP_UTF8, 0, path, -1, path_utf8, sizeof path_utf8, NULL,
                              NULL);
    file = _wfopen(path, L"wb");
    if (!file || fwrite("a\r\nb\0c\x1A"
                        "d",
                        1, 8, file) != 8)
        return -1;
    return fclose(file);
}

static int remove_file(void **state)
{
    (void)state;
    return _wremove(path);
}

static void test_read_file_keeps_every_byte(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    (void)state;

    assert_true(program_read_file(path_utf8, 8, &out, &err));

    assert_int_equal(out.length, 8);
    assert_memory_equal(out.data,
                        "a\r\nb\0c\x1A"
                        "d",
                        8);
    text_clear(&out);
}

static void test_read_file_refuses_a_byte_over_its_limit(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    char wanted[sizeof path_utf8 + 64];
    (void)state;

    assert_false(program_read_file(path_utf8, 7, &out, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    (void)snprintf(wanted, sizeof wanted, "'%s' is larger than 7 bytes", path_utf8);
    assert_string_equal(err.message, wanted);
    assert_null(out.data);
}

static void test_read_file_tells_absent_files(void **state)
{
    static const char *const names[] = { "C:\\no-such-file", "C:\\no-such\\file", "<>" };
    (void)state;

    for (size_t i = 0; i < ARRAYSIZE(names); i++) {
        struct error err = { 0 };
        struct text out = { 0 };

        assert_false(program_read_file(names[i], 10, &out, &err));
        if (err.code != ERR_ABSENT || !strstr(err.message, names[i]))
            fail_msg("%s: %d '%s'", names[i], (int)err.code, err.message);
    }
}

static void test_read_file_refuses_directories_and_devices(void **state)
{
    static const char *const names[] = { "C:\\windows", "NUL" };
    (void)state;

    for (size_t i = 0; i < ARRAYSIZE(names); i++) {
        struct error err = { 0 };
        struct text out = { 0 };
        char wanted[100];

        (void)snprintf(wanted, sizeof wanted,
                       "cannot read '%s': expected a file or a pipe", names[i]);
        assert_false(program_read_file(names[i], 10, &out, &err));
        assert_string_equal(err.message, wanted);
        assert_int_equal(err.code, ERR_IO);
    }
}

static void test_site_policy_path_is_under_program_data(void **state)
{
    static const char end[] = "\\port-exhaustion\\policy.json";
    struct error err = { 0 };
    struct text out = { 0 };
    (void)state;

    assert_true(program_site_policy_path(&out, &err));

    assert_true(out.length > sizeof end);
    assert_string_equal(out.data + out.length - (sizeof end - 1), end);
    text_clear(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_file_keeps_every_byte),
        cmocka_unit_test(test_read_file_refuses_a_byte_over_its_limit),
        cmocka_unit_test(test_read_file_tells_absent_files),
        cmocka_unit_test(test_read_file_refuses_directories_and_devices),
        cmocka_unit_test(test_site_policy_path_is_under_program_data),
    };

    return cmocka_run_group_tests_name("host/windows/program", tests, make_file,
                                       remove_file);
}
