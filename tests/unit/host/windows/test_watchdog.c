/* SPDX-License-Identifier: MIT */
/* How a process ends, by its time limit and before it: this program runs itself with a
 * word for what to do. */
#include "checks/host/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/child.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/wmi.h"

enum { EXIT_BY_WATCHDOG = 7, EXIT_BY_ITSELF = 9 };

/* A child that hangs is ended then; a busy machine is slow. */
enum { HANG_MS = 300 * 1000 };

static uint32_t run_myself(const wchar_t *word, struct text *out)
{
    wchar_t path[1024];
    wchar_t line[64];
    struct error err = { 0 };
    uint32_t exit_code = 0;

    assert_in_range(GetModuleFileNameW(NULL, path, ARRAYSIZE(path)), 1, 1023);
    (void)swprintf(line, ARRAYSIZE(line), L"self %ls", word);
    if (!child_run(path, line, HANG_MS, out, &exit_code, &err))
        fail_msg("%s", err.message);
    return exit_code;
}

static void test_watchdog_ends_a_hanging_program_with_one_line(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"hang", &out), EXIT_BY_WATCHDOG);

    assert_string_equal(text_string(&out), "timeout while reading x\n");
    text_clear(&out);
}

static void test_watchdog_is_silent_once_muted(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"mute", &out), EXIT_BY_WATCHDOG);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

static void test_watchdog_started_again_replaces_the_first(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"again", &out), EXIT_BY_ITSELF);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

/* These fail by the time limit of run_myself. */
static void test_watchdog_ends_a_program_whose_output_nobody_reads(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"full", &out), EXIT_BY_WATCHDOG);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

static void test_watchdog_ends_a_report_that_nobody_reads(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"full-mute", &out), EXIT_BY_WATCHDOG);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

static void test_watchdog_stopped_while_it_speaks_ends_the_program(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"full-stop", &out), EXIT_BY_WATCHDOG);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

static void test_end_does_not_wait_for_a_thread_left_behind(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_int_equal(run_myself(L"left-thread", &out), EXIT_BY_ITSELF);

    assert_string_equal(text_string(&out), "report\n");
    text_clear(&out);
}

/* Standard output becomes a pipe that takes no byte more. */
static bool fill_output(void)
{
    HANDLE ours = NULL;
    HANDLE output = NULL;
    DWORD mode = PIPE_NOWAIT;
    DWORD written = 1;

    if (!CreatePipe(&ours, &output, NULL, 256) ||
        !SetNamedPipeHandleState(output, &mode, NULL, NULL))
        return false;
    while (written > 0)
        if (!WriteFile(output, "x", 1, &written, NULL))
            return false;
    mode = PIPE_WAIT;
    return SetNamedPipeHandleState(output, &mode, NULL, NULL) &&
           SetStdHandle(STD_OUTPUT_HANDLE, output);
}

typedef LONG WINAPI lock_loader(ULONG flags, ULONG *result, ULONG_PTR *cookie);

/* As a thread does that hangs while it loads a DLL. */
static DWORD WINAPI keep_loader(void *event)
{
    lock_loader *lock = (lock_loader *)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "LdrLockLoaderLock");
    ULONG_PTR cookie;

    if (lock && lock(0, NULL, &cookie) == 0)
        (void)SetEvent(event);
    Sleep(INFINITE);
    return 0;
}

/* No WMI answers at once. */
static int end_with_a_thread_left(void)
{
    HANDLE locked = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct wmi_answer answer;
    struct error err = { 0 };

    if (wmi_read_settings(IP_PROTOCOL_TCP, 0, &answer, &err) || err.code != ERR_TIMEOUT ||
        !CreateThread(NULL, 0, keep_loader, locked, 0, NULL) ||
        WaitForSingleObject(locked, INFINITE) != WAIT_OBJECT_0)
        return 1;
    program_watchdog_mute();
    return program_write_output("report\n", 7, &err) ? program_end(EXIT_BY_ITSELF) : 1;
}

/* What the children do. */
static int be_a_child(const char *word)
{
    struct watchdog_plan plan = { .seconds = 1,
                                  .exit_code = EXIT_BY_WATCHDOG,
                                  .before = "timeout while ",
                                  .after = "\n" };
    struct error err = { 0 };

    /* These must come to their second step before the time is up. */
    if (strcmp(word, "again") == 0)
        plan.seconds = 3;
    if (strcmp(word, "left-thread") == 0)
        plan.seconds = 60;
    if ((strncmp(word, "full", 4) == 0 && !fill_output()) ||
        !program_watchdog_start(&plan, &err))
        return 1;
    program_watchdog_stage("reading x");
    if (strcmp(word, "again") == 0) {
        plan.seconds = 60;
        if (!program_watchdog_start(&plan, &err))
            return 1;
        Sleep(3500);
        return EXIT_BY_ITSELF;
    }
    if (strcmp(word, "left-thread") == 0)
        return end_with_a_thread_left();
    if (strcmp(word, "full-stop") == 0) {
        Sleep(5000);
        program_watchdog_stop();
    }
    if (strcmp(word, "mute") == 0 || strcmp(word, "full-mute") == 0)
        program_watchdog_mute();
    if (strcmp(word, "full-mute") == 0)
        (void)!program_write_output("report\n", 7, &err);
    Sleep(INFINITE);
    return 1;
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watchdog_ends_a_hanging_program_with_one_line),
        cmocka_unit_test(test_watchdog_is_silent_once_muted),
        cmocka_unit_test(test_watchdog_started_again_replaces_the_first),
        cmocka_unit_test(test_watchdog_ends_a_program_whose_output_nobody_reads),
        cmocka_unit_test(test_watchdog_ends_a_report_that_nobody_reads),
        cmocka_unit_test(test_watchdog_stopped_while_it_speaks_ends_the_program),
        cmocka_unit_test(test_end_does_not_wait_for_a_thread_left_behind),
    };

    if (argc == 2)
        return be_a_child(argv[1]);
    return cmocka_run_group_tests_name("host/windows/watchdog", tests, NULL, NULL);
}
