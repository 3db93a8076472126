/* SPDX-License-Identifier: MIT */
/* What a kit.exe with other rights says arrives whole, and it learns when nobody listens
 * any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_capture.h"
#include "tests/windows-kit/lib/kit_pipe.h"

enum { LIMIT_S = 300, LINES = 3000 };

static DWORD WINAPI say_lines(void *name)
{
    struct kit_pipe joined = { 0 };
    struct error err = { 0 };
    struct kit_sink sink;

    if (!kit_pipe_join(name, &joined, &err))
        return 1;
    sink = kit_pipe_sink(&joined);
    for (int i = 0; i < LINES; i++)
        sink.line(sink.self, "ok a");
    kit_lines_mark(&sink, "exit %d, 0 s", 0);
    (void)FlushFileBuffers(joined.handle);
    kit_pipe_close(&joined);
    return 0;
}

/* Ends when nobody reads. */
static DWORD WINAPI await_end(void *name)
{
    struct kit_pipe joined = { 0 };
    struct error err = { 0 };
    struct kit_sink sink;

    if (!kit_pipe_join(name, &joined, &err))
        return 1;
    sink = kit_pipe_sink(&joined);
    sink.line(sink.self, "ok a");
    while (!sink.stopped(sink.self))
        Sleep(1);
    kit_pipe_close(&joined);
    return 0;
}

static void await_thread(HANDLE thread)
{
    DWORD code = 1;

    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    assert_int_equal(code, 0);
    assert_true(CloseHandle(thread));
}

static void test_all_lines_arrive(void **state)
{
    static const char last[] = "ok a\nkit: exit 0, 0 s\n";
    struct kit_capture capture = { 0 };
    struct kit_sink sink = kit_capture_sink(&capture);
    struct kit_pipe pipe = { 0 };
    struct error err = { 0 };
    HANDLE thread;
    (void)state;

    assert_true(kit_pipe_make(&pipe, &err));
    thread = CreateThread(NULL, 0, say_lines, pipe.name, 0, NULL);
    assert_non_null(thread);
    assert_true(kit_pipe_follow(&pipe, NULL, LIMIT_S, &sink, &err));

    assert_int_equal(capture.output.length, LINES * 5 + strlen("kit: exit 0, 0 s\n"));
    assert_string_equal(capture.output.data + capture.output.length - strlen(last), last);
    await_thread(thread);
    kit_pipe_close(&pipe);
    kit_capture_clear(&capture);
}

static bool is_stopped_by_a_line(void *self)
{
    return ((struct kit_capture *)self)->output.length > 0;
}

static void test_a_writer_learns_that_nobody_reads(void **state)
{
    struct kit_capture capture = { 0 };
    struct kit_sink sink = kit_capture_sink(&capture);
    struct kit_pipe pipe = { 0 };
    struct error err = { 0 };
    HANDLE thread;
    (void)state;

    sink.stopped = is_stopped_by_a_line;
    assert_true(kit_pipe_make(&pipe, &err));
    thread = CreateThread(NULL, 0, await_end, pipe.name, 0, NULL);
    assert_non_null(thread);
    assert_true(kit_pipe_follow(&pipe, NULL, LIMIT_S, &sink, &err));
    kit_pipe_close(&pipe);

    await_thread(thread);
    kit_capture_clear(&capture);
}

static void test_nobody_comes(void **state)
{
    struct kit_capture capture = { 0 };
    struct kit_sink sink = kit_capture_sink(&capture);
    struct kit_pipe pipe = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(kit_pipe_make(&pipe, &err));
    assert_false(kit_pipe_follow(&pipe, NULL, 0, &sink, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    kit_pipe_close(&pipe);
}

static void test_kit_pipe_join_refuses_what_is_no_pipe(void **state)
{
    struct kit_pipe joined = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(kit_pipe_join("C:\\windows\\win.ini", &joined, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_null(joined.handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_lines_arrive),
        cmocka_unit_test(test_a_writer_learns_that_nobody_reads),
        cmocka_unit_test(test_nobody_comes),
        cmocka_unit_test(test_kit_pipe_join_refuses_what_is_no_pipe),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_pipe", tests, NULL, NULL);
}
