/* SPDX-License-Identifier: MIT */
/* Arguments, files, output and time limit of a console program on Windows. */
#include "checks/host/program.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checks/host/windows/boot_mark.h"
#include "checks/host/windows/console_output.h"
#include "checks/host/windows/data_path.h"
#include "checks/host/windows/entropy.h"
#include "checks/host/windows/handle_read.h"
#include "checks/host/windows/left_thread.h"
#include "checks/host/windows/safe_handle.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/boot_id.h"

/* One call of the system writes at most this much. */
enum { CHUNK_SIZE = 16 * 1024 };

/* How long a pipe that does not wait (PIPE_NOWAIT) is left alone when it took nothing. */
enum { RETRY_MS = 10 };

typedef BOOL WINAPI set_dll_directories(DWORD flags);

/* By name: Windows 7 without KB2533623 does not have it; there the working directory at
 * least is left out. Every DLL that we import is loaded by then; this is for those that
 * COM brings in. */
static void load_dlls_from_system32_only(void)
{
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    set_dll_directories *set =
        kernel ? (set_dll_directories *)(void (*)(void))GetProcAddress(
                     kernel, "SetDefaultDllDirectories")
               : NULL;

    if (!set || !set(LOAD_LIBRARY_SEARCH_SYSTEM32))
        (void)SetDllDirectoryW(L"");
}

/* The UTF-16 arguments as a vector that ends with NULL; it lives as long as the program.
 */
static char **copy_arguments(wchar_t *const *wide, int count, struct error *err)
{
    char **arguments = calloc((size_t)count + 1, sizeof *arguments);
    bool ok = arguments != NULL;

    for (int i = 0; ok && i < count; i++) {
        struct text utf8 = { 0 };

        win_text_add_wide(&utf8, wide[i]);
        ok = text_ok(&utf8, err);
        arguments[i] = utf8.data;
    }
    if (ok)
        return arguments;
    (void)error_set(err, ERR_MEMORY, "not enough memory for the arguments");
    free(arguments);
    return NULL;
}

bool program_start(int *argc, char ***argv, struct error *err)
{
    int count = 0;
    wchar_t **wide;
    char **arguments;

    load_dlls_from_system32_only();
    /* A monitoring agent has no desktop on which a message box could be answered. */
    (void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    (void)_setmode(_fileno(stdin), _O_BINARY);
    (void)_setmode(_fileno(stdout), _O_BINARY);
    wide = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!wide)
        return win_error_set(err, GetLastError(), "command line");
    arguments = copy_arguments(wide, count, err);
    (void)LocalFree(wide);
    if (!arguments)
        return false;
    *argc = count;
    *argv = arguments;
    return true;
}

static bool refuse_devices(HANDLE file, const char *path, struct error *err)
{
    DWORD type = GetFileType(file);

    if (type != FILE_TYPE_DISK && type != FILE_TYPE_PIPE)
        return error_set(err, ERR_IO, "cannot read '%s': expected a file or a pipe",
                         path);
    return true;
}

/* Which files may be read. */
typedef bool judge_file(HANDLE file, const char *path, struct error *err);

static bool read_path(const char *path, judge_file *judge, size_t limit, struct text *out,
                      struct error *err)
{
    wchar_t *wide = win_text_to_wide(path, err);
    HANDLE file;
    bool ok;

    if (!wide)
        return false;
    file = CreateFileW(wide, GENERIC_READ,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        DWORD code = GetLastError();
        DWORD attributes = GetFileAttributesW(wide);

        free(wide);
        if (attributes != INVALID_FILE_ATTRIBUTES &&
            (attributes & FILE_ATTRIBUTE_DIRECTORY))
            return error_set(err, ERR_IO, "cannot read '%s': expected a file or a pipe",
                             path);
        return win_error_set(err, code, "cannot read '%s'", path);
    }
    free(wide);
    ok = judge(file, path, err) && handle_read_all(file, path, limit, out, err);
    (void)CloseHandle(file);
    return ok;
}

static bool read_input(const char *path, judge_file *judge, size_t limit,
                       struct text *out, struct error *err)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);

    if (strcmp(path, "-") != 0)
        return read_path(path, judge, limit, out, err);
    if (!input || input == INVALID_HANDLE_VALUE)
        return error_set(err, ERR_IO, "cannot read '-': standard input is closed");
    return refuse_devices(input, path, err) &&
           handle_read_all(input, path, limit, out, err);
}

bool program_read_file(const char *path, size_t limit, struct text *out,
                       struct error *err)
{
    return read_input(path, refuse_devices, limit, out, err);
}

bool program_read_own_file(const char *path, size_t limit, struct text *out,
                           struct error *err)
{
    return read_input(path, safe_handle_judge_own, limit, out, err);
}

/* A console shows UTF-16 right whatever its code page is. */
static bool write_console(HANDLE output, const char *bytes, struct error *err)
{
    wchar_t *wide = win_text_to_wide(bytes, err);
    bool ok;

    if (!wide)
        return false;
    ok = console_output_write(output, wide, wcslen(wide), WriteConsoleW, err);
    free(wide);
    return ok;
}

static void say(HANDLE output, const char *words)
{
    DWORD written = 0;

    (void)WriteFile(output, words, (DWORD)strlen(words), &written, NULL);
}

void program_tell(const char *line)
{
    HANDLE output = GetStdHandle(STD_ERROR_HANDLE);

    say(output, line);
    say(output, "\r\n");
}

bool program_write_output(const char *bytes, size_t length, struct error *err)
{
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD chunk = CHUNK_SIZE;
    DWORD mode = 0;

    if (!output || output == INVALID_HANDLE_VALUE)
        return error_set(err, ERR_IO, "cannot write to standard output: it is closed");
    if (GetConsoleMode(output, &mode) && strlen(bytes) == length)
        return write_console(output, bytes, err);
    while (length > 0) {
        DWORD wanted = length < chunk ? (DWORD)length : chunk;
        DWORD written = 0;

        if (!WriteFile(output, bytes, wanted, &written, NULL))
            return win_error_set(err, GetLastError(), "cannot write to standard output");
        bytes += written;
        length -= written;
        if (written > 0)
            continue;
        /* It takes a piece whole or not at all, so never one that is larger than it. */
        chunk = wanted > 1 ? wanted / 2 : CHUNK_SIZE;
        Sleep(RETRY_MS);
    }
    return true;
}

bool program_site_policy_path(struct text *out, struct error *err)
{
    return data_path_add("\\policy.json", out, err);
}

bool program_journal_path(struct text *out, struct error *err)
{
    return data_path_add("\\journal", out, err);
}

int64_t program_thread_cpu_ns(void)
{
    FILETIME created;
    FILETIME ended;
    FILETIME kernel;
    FILETIME user;
    const int64_t ns_per_tick = 100;

    if (!GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user))
        return 0;
    return ns_per_tick *
           (int64_t)(((uint64_t)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime) +
                     ((uint64_t)user.dwHighDateTime << 32 | user.dwLowDateTime));
}

uint64_t program_secret(void)
{
    return entropy_draw();
}

int64_t program_time_s(void)
{
    return (int64_t)time(NULL);
}

int program_end(int exit_code)
{
    if (left_thread_any())
        (void)TerminateProcess(GetCurrentProcess(), (UINT)exit_code);
    return exit_code;
}

enum { MS_PER_S = 1000, S_PER_MINUTE = 60 };

/* Counted up at each boot, for prefetching; servers may do without. */
static bool read_counter(DWORD *out)
{
    static const wchar_t path[] = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\"
                                  L"Memory Management\\PrefetchParameters";
    DWORD size = sizeof *out;
    DWORD type = REG_NONE;
    HKEY key = NULL;
    bool ok;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                      &key) != ERROR_SUCCESS)
        return false;
    ok = RegQueryValueExW(key, L"BootId", NULL, &type, (BYTE *)out, &size) ==
             ERROR_SUCCESS &&
         type == REG_DWORD && size == sizeof *out;
    (void)RegCloseKey(key);
    return ok;
}

void program_boot_id(struct text *out)
{
    DWORD counter = 0;
    char mark[JOURNAL_ID_SIZE];
    int64_t boot_s = (int64_t)time(NULL) - (int64_t)(GetTickCount64() / MS_PER_S);

    if (read_counter(&counter))
        text_addf(out, "boot %lu", (unsigned long)counter);
    else
        text_addf(out, "booted at minute %lld", (long long)(boot_s / S_PER_MINUTE));
    boot_mark_read(mark);
    if (mark[0])
        boot_id_add_mark(mark, out);
}

/* Sysprep gives a clone another identity, and its boots are told apart by the marks. */
void program_machine(struct text *out)
{
    (void)out;
}

int64_t program_uptime_s(void)
{
    return (int64_t)(GetTickCount64() / MS_PER_S);
}

/* The time limit of a program, whatever it waits for. */

/* Who may write to standard output: whoever moves it away from FREE first. */
enum voice { VOICE_FREE = 0, VOICE_WATCHDOG, VOICE_PROGRAM };

/* Writing waits for ever where nobody reads the pipe, or text is selected in the console.
 */
enum { LINE_LIMIT_MS = 200 };

static struct watchdog_plan plan;
static HANDLE speaker;   /* a thread; writes the line */
static HANDLE enforcer;  /* a thread; ends the process when the speaker does not */
static HANDLE cancelled; /* an event */
static HANDLE started;   /* event: a thread runs */
static LONG volatile voice = VOICE_FREE;
static const char *volatile stage = "";

/* ExitProcess would wait for locks that the hanging thread may hold. */
static void end_process(void)
{
    (void)TerminateProcess(GetCurrentProcess(), (UINT)plan.exit_code);
}

static DWORD WINAPI speak(void *unused)
{
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);

    (void)unused;
    (void)SetEvent(started);
    if (WaitForSingleObject(cancelled, plan.seconds * 1000) == WAIT_OBJECT_0)
        return 0;
    if (InterlockedCompareExchange(&voice, VOICE_WATCHDOG, VOICE_FREE) == VOICE_FREE) {
        say(output, plan.before);
        say(output, stage);
        say(output, plan.after);
    }
    end_process();
    return 0;
}

/* It waits for the speaker, not for the event: whoever cancels too late waits for a
 * speaker that may be stuck. It exists beforehand, since a thread cannot begin while
 * another one hangs in the loader. */
static DWORD WINAPI enforce(void *unused)
{
    (void)unused;
    (void)SetEvent(started);
    if (WaitForSingleObject(speaker, plan.seconds * 1000 + LINE_LIMIT_MS) !=
        WAIT_OBJECT_0)
        end_process();
    return 0;
}

static void join(HANDLE *thread)
{
    if (!*thread)
        return;
    (void)WaitForSingleObject(*thread, INFINITE);
    (void)CloseHandle(*thread);
    *thread = NULL;
}

void program_watchdog_stop(void)
{
    if (!speaker)
        return;
    (void)SetEvent(cancelled);
    join(&enforcer); /* the first one: it uses the handle of the other */
    join(&speaker);
}

static bool start_thread(LPTHREAD_START_ROUTINE routine, HANDLE *thread,
                         struct error *err)
{
    *thread = CreateThread(NULL, 0, routine, NULL, 0, NULL);
    if (!*thread)
        return win_error_set(err, GetLastError(), "time limit");
    /* A process that ends while a thread of it begins makes Wine complain. */
    (void)WaitForSingleObject(started, INFINITE);
    return true;
}

bool program_watchdog_start(const struct watchdog_plan *wanted, struct error *err)
{
    program_watchdog_stop();
    if (!cancelled)
        cancelled = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!started)
        started = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (!cancelled || !started)
        return win_error_set(err, GetLastError(), "time limit");
    (void)ResetEvent(cancelled);
    plan = *wanted;
    if (start_thread(speak, &speaker, err) && start_thread(enforce, &enforcer, err))
        return true;
    program_watchdog_stop();
    return false;
}

void program_watchdog_stage(const char *name)
{
    stage = name;
}

void program_watchdog_mute(void)
{
    if (InterlockedCompareExchange(&voice, VOICE_PROGRAM, VOICE_FREE) == VOICE_WATCHDOG)
        Sleep(INFINITE); /* its line is being written; it ends us in a moment */
}
