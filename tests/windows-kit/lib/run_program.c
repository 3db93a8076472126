/* SPDX-License-Identifier: MIT */
/* A child process whose streams are files that vanish with it, in a job that ends with
 * us. */
#include "tests/windows-kit/lib/run_program.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/command_line.h"

/* How often we look at what it has printed. */
enum { LOOK_MS = 50 };

/* A start that fails in passing ran nothing, so it may be tried again. */
enum { TRIES_MAX = 5, PAUSE_MS = 100 };

/* A killed process is gone within this. */
enum { KILL_MS = 10000 };

enum stream { STREAM_INPUT = 0, STREAM_OUTPUT, STREAM_ERRORS, STREAM_COUNT };

/* Zeroed = nothing open. */
struct run {
    HANDLE streams[STREAM_COUNT];
    HANDLE job;
    HANDLE process;
};

static void close_handle(HANDLE *handle)
{
    if (*handle)
        (void)CloseHandle(*handle);
    *handle = NULL;
}

static void run_close(struct run *run)
{
    close_handle(&run->job);
    close_handle(&run->process);
    for (size_t i = 0; i < ARRAY_COUNT(run->streams); i++)
        close_handle(&run->streams[i]);
}

/* A file of no name that anybody needs; the child may inherit it. */
static bool open_stream(HANDLE *out, struct error *err)
{
    SECURITY_ATTRIBUTES inherit = { .nLength = sizeof inherit, .bInheritHandle = TRUE };
    wchar_t directory[MAX_PATH + 1];
    wchar_t path[MAX_PATH + 1];
    HANDLE file;

    if (!GetTempPathW(ARRAY_COUNT(directory), directory) ||
        !GetTempFileNameW(directory, L"kit", 0, path))
        return win_error_set(err, GetLastError(), "a temporary file");
    file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherit,
                       CREATE_ALWAYS,
                       FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        (void)win_error_set(err, GetLastError(), "a temporary file");
        (void)DeleteFileW(path);
        return false;
    }
    *out = file;
    return true;
}

static bool rewind_stream(HANDLE file, struct error *err)
{
    const LARGE_INTEGER start = { 0 };

    return SetFilePointerEx(file, start, NULL, FILE_BEGIN) ||
           win_error_set(err, GetLastError(), "the begin of a temporary file");
}

static bool open_streams(struct run *run, const struct program_run *wanted,
                         struct error *err)
{
    DWORD put = 0;

    for (size_t i = 0; i < ARRAY_COUNT(run->streams); i++)
        if (!open_stream(&run->streams[i], err))
            return false;
    if (!wanted->input)
        return true;
    if (!WriteFile(run->streams[STREAM_INPUT], wanted->input, (DWORD)wanted->input_length,
                   &put, NULL) ||
        put != wanted->input_length)
        return win_error_set(err, GetLastError(), "standard input of a program");
    return rewind_stream(run->streams[STREAM_INPUT], err);
}

/* Where we run in a job ourselves, Windows before 8 allows no second one: then only the
 * program itself is ended. */
static void tie_to_us(struct run *run)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    };

    run->job = CreateJobObjectW(NULL, NULL);
    if (run->job && (!SetInformationJobObject(run->job, JobObjectExtendedLimitInformation,
                                              &limits, sizeof limits) ||
                     !AssignProcessToJobObject(run->job, run->process)))
        close_handle(&run->job);
}

/* NO_ERROR, or what the last try said. */
static DWORD create_process(const struct run *run, const struct program_run *wanted,
                            wchar_t *line, PROCESS_INFORMATION *process)
{
    STARTUPINFOW startup = { .cb = sizeof startup,
                             .dwFlags = STARTF_USESTDHANDLES | STARTF_USESHOWWINDOW,
                             .wShowWindow = SW_HIDE,
                             .hStdInput = run->streams[STREAM_INPUT],
                             .hStdOutput = run->streams[STREAM_OUTPUT],
                             .hStdError = run->streams[STREAM_ERRORS] };
    DWORD code = NO_ERROR;

    for (int tries = 0; tries < TRIES_MAX; tries++) {
        if (CreateProcessW(wanted->path, line, NULL, NULL, TRUE,
                           CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, wanted->directory,
                           &startup, process))
            return NO_ERROR;
        code = GetLastError();
        if (code != ERROR_INTERNAL_ERROR && code != ERROR_NO_SYSTEM_RESOURCES)
            break;
        Sleep(PAUSE_MS);
    }
    return code;
}

/* It starts suspended, so that it runs no instruction outside the job. */
static bool start(struct run *run, const struct program_run *wanted, struct error *err)
{
    /* What we pass on: a child that crashes shows no window that waits for somebody. */
    const UINT quiet = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX;
    wchar_t *line =
        command_line_make(wanted->path, wanted->arguments, wanted->argument_count, err);
    PROCESS_INFORMATION process = { 0 };
    UINT mode;
    DWORD code;

    if (!line)
        return false;
    mode = SetErrorMode(quiet);
    code = create_process(run, wanted, line, &process);
    (void)SetErrorMode(mode);
    free(line);
    if (code != NO_ERROR)
        return win_error_set(err, code, "cannot run it");
    run->process = process.hProcess;
    tie_to_us(run);
    (void)ResumeThread(process.hThread);
    (void)CloseHandle(process.hThread);
    return true;
}

static bool start_with_variables(struct run *run, const struct program_run *wanted,
                                 struct error *err)
{
    struct environment before = { 0 };
    bool ok = environment_set(&before, wanted->variables, wanted->variable_count, err) &&
              start(run, wanted, err);

    environment_restore(&before);
    return ok;
}

static bool prints_too_much(const struct run *run)
{
    for (size_t i = STREAM_OUTPUT; i < STREAM_COUNT; i++) {
        LARGE_INTEGER size = { 0 };

        if (GetFileSizeEx(run->streams[i], &size) && size.QuadPart > PROGRAM_OUTPUT_MAX)
            return true;
    }
    return false;
}

static enum program_end wait_for(const struct run *run, int64_t limit_ms)
{
    const struct deadline deadline = deadline_in_ms(limit_ms);

    while (WaitForSingleObject(run->process, LOOK_MS) != WAIT_OBJECT_0) {
        if (prints_too_much(run))
            return PROGRAM_ENDLESS;
        if (deadline_passed(&deadline))
            return PROGRAM_HUNG;
    }
    return prints_too_much(run) ? PROGRAM_ENDLESS : PROGRAM_ENDED;
}

static void end_all(struct run *run)
{
    if (run->job)
        (void)TerminateJobObject(run->job, 1);
    (void)TerminateProcess(run->process, 1);
    (void)WaitForSingleObject(run->process, KILL_MS);
}

static bool read_stream(HANDLE file, struct text *out, struct error *err)
{
    char bytes[4096];
    DWORD got = 0;

    if (!rewind_stream(file, err))
        return false;
    while (out->length <= PROGRAM_OUTPUT_MAX) {
        if (!ReadFile(file, bytes, sizeof bytes, &got, NULL))
            return win_error_set(err, GetLastError(), "output of a program");
        if (got == 0)
            break;
        text_add_bytes(out, bytes, got);
    }
    return text_ok(out, err);
}

static bool collect(struct run *run, int64_t limit_ms, struct program_result *out,
                    struct error *err)
{
    DWORD code = 0;

    out->end = wait_for(run, limit_ms);
    if (out->end == PROGRAM_ENDED && !GetExitCodeProcess(run->process, &code))
        return win_error_set(err, GetLastError(), "exit code");
    out->exit_code = code;
    end_all(run);
    return read_stream(run->streams[STREAM_OUTPUT], &out->output, err) &&
           read_stream(run->streams[STREAM_ERRORS], &out->errors, err);
}

bool run_program(const struct program_run *wanted, struct program_result *out,
                 struct error *err)
{
    struct run run = { 0 };
    struct program_result seen = { 0 };
    bool ok = open_streams(&run, wanted, err) &&
              start_with_variables(&run, wanted, err) &&
              collect(&run, wanted->limit_ms, &seen, err);

    run_close(&run);
    if (!ok)
        program_result_clear(&seen);
    *out = seen;
    return ok;
}

wchar_t *program_full_path(const char *name, struct error *err)
{
    wchar_t *wide = win_text_to_wide(name, err);
    const DWORD size = wide ? GetFullPathNameW(wide, 0, NULL, NULL) : 0;
    wchar_t *full = size > 0 ? calloc(size, sizeof *full) : NULL;

    if (wide && (!full || GetFullPathNameW(wide, size, full, NULL) >= size)) {
        (void)win_error_set(err, GetLastError(), "path '%s'", name);
        free(full);
        full = NULL;
    }
    free(wide);
    return full;
}

bool program_result_crashed(const struct program_result *result)
{
    return result->end == PROGRAM_ENDED && result->exit_code >= UINT32_C(0xC0000000);
}

const char *program_result_words(const struct program_result *result, int64_t limit_ms,
                                 char *out, size_t size)
{
    if (result->end == PROGRAM_HUNG)
        (void)snprintf(out, size, "still running after %.0f s: killed",
                       (double)limit_ms / 1000);
    else if (result->end == PROGRAM_ENDLESS)
        (void)snprintf(out, size, "printed more than %d bytes: killed",
                       PROGRAM_OUTPUT_MAX);
    else
        (void)snprintf(out, size,
                       program_result_crashed(result) ? "crashed with 0x%lX"
                                                      : "exit code %lu",
                       (unsigned long)result->exit_code);
    return out;
}

void program_result_clear(struct program_result *result)
{
    text_clear(&result->output);
    text_clear(&result->errors);
    *result = (struct program_result){ 0 };
}
