/* SPDX-License-Identifier: MIT */
/* Files, as a program on Windows meets them. */
#include "checks/host/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/deadline.h"
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

/* Standard output of these tests: a pipe that does not wait, and a thread that reads it.
 */
enum {
    PIPE_BYTES = 4096,
    OUTPUT_BYTES = 4 * PIPE_BYTES + 1,
    READER_PATIENCE_MS = 300000
};

struct reader {
    HANDLE pipe;
    DWORD late_ms;
    char bytes[OUTPUT_BYTES];
    DWORD length;
};

/* It looks before it reads: what a waiting reader has room for, a pipe of any size takes.
 * When it gives up, writing fails. */
static DWORD WINAPI read_pipe(void *context)
{
    struct reader *reader = context;
    struct deadline deadline = deadline_in_ms(reader->late_ms + READER_PATIENCE_MS);
    DWORD waiting = 0;
    DWORD got = 0;

    Sleep(reader->late_ms);
    while (reader->length < OUTPUT_BYTES && !deadline_passed(&deadline) &&
           PeekNamedPipe(reader->pipe, NULL, 0, NULL, &waiting, NULL)) {
        if (waiting == 0)
            Sleep(1);
        else if (ReadFile(reader->pipe, reader->bytes + reader->length,
                          OUTPUT_BYTES - reader->length, &got, NULL))
            reader->length += got;
    }
    (void)CloseHandle(reader->pipe);
    return 0;
}

/* Writes `length` bytes for a reader that begins after `late_ms`. */
static void write_to_reader(size_t length, DWORD late_ms)
{
    struct reader *reader = calloc(1, sizeof *reader);
    char *bytes = malloc(length);
    HANDLE before = GetStdHandle(STD_OUTPUT_HANDLE);
    HANDLE output = NULL;
    HANDLE thread;
    DWORD mode = PIPE_NOWAIT;
    struct error err = { 0 };
    bool ok;

    assert_non_null(reader);
    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)('a' + i % 23);
    reader->late_ms = late_ms;
    assert_true(CreatePipe(&reader->pipe, &output, NULL, PIPE_BYTES));
    assert_true(SetNamedPipeHandleState(output, &mode, NULL, NULL));
    assert_true(SetStdHandle(STD_OUTPUT_HANDLE, output));
    thread = CreateThread(NULL, 0, read_pipe, reader, 0, NULL);
    assert_non_null(thread);
    ok = program_write_output(bytes, length, &err);
    assert_true(SetStdHandle(STD_OUTPUT_HANDLE, before));
    (void)CloseHandle(output);
    (void)WaitForSingleObject(thread, INFINITE);
    (void)CloseHandle(thread);
    if (!ok)
        fail_msg("after %lu bytes: %s", reader->length, err.message);
    assert_int_equal(reader->length, length);
    assert_memory_equal(reader->bytes, bytes, length);
    free(bytes);
    free(reader);
}

static void test_write_output_takes_a_pipe_smaller_than_its_pieces(void **state)
{
    (void)state;

    write_to_reader(OUTPUT_BYTES, 0);
}

/* Processor time of this thread. */
static uint64_t used_ms(void)
{
    FILETIME created, ended, kernel, user;

    assert_true(GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user));
    return (kernel.dwLowDateTime + (uint64_t)user.dwLowDateTime) / 10000;
}

static void test_write_output_rests_while_nobody_reads(void **state)
{
    const uint64_t before_ms = used_ms();
    (void)state;

    write_to_reader(PIPE_BYTES + 1, 2000);

    /* measured: 30 ms, 300 ms and more without a rest */
    assert_in_range(used_ms() - before_ms, 0, 150);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_file_keeps_every_byte),
        cmocka_unit_test(test_read_file_refuses_a_byte_over_its_limit),
        cmocka_unit_test(test_read_file_tells_absent_files),
        cmocka_unit_test(test_read_file_refuses_directories_and_devices),
        cmocka_unit_test(test_site_policy_path_is_under_program_data),
        cmocka_unit_test(test_write_output_takes_a_pipe_smaller_than_its_pieces),
        cmocka_unit_test(test_write_output_rests_while_nobody_reads),
    };

    return cmocka_run_group_tests_name("host/windows/program", tests, make_file,
                                       remove_file);
}
