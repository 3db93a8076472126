/* SPDX-License-Identifier: MIT */
/* A child process with a pipe, a time limit and nothing else of ours. */
#include "checks/host/windows/child.h"

#include <stdlib.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* How often we look at the child. */
enum { POLL_MS = 10 };

/* A start that fails in passing (Wine under load: ERROR_INTERNAL_ERROR; Windows short of
 * resources) ran nothing, so it may be tried again. */
enum { START_TRIES = 5, START_PAUSE_MS = 100 };

static void close_handle(HANDLE *handle)
{
    if (*handle)
        (void)CloseHandle(*handle);
    *handle = NULL;
}

static void child_close(struct child *child)
{
    close_handle(&child->input);
    close_handle(&child->output);
    close_handle(&child->pipe);
    close_handle(&child->job);
    close_handle(&child->process);
}

static bool open_streams(struct child *child, struct error *err)
{
    SECURITY_ATTRIBUTES inherit = { .nLength = sizeof inherit, .bInheritHandle = TRUE };
    HANDLE input = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               &inherit, OPEN_EXISTING, 0, NULL);

    if (input == INVALID_HANDLE_VALUE)
        return win_error_set(err, GetLastError(), "NUL");
    child->input = input;
    if (!CreatePipe(&child->pipe, &child->output, &inherit, CHILD_OUTPUT_MAX) ||
        !SetHandleInformation(child->pipe, HANDLE_FLAG_INHERIT, 0))
        return win_error_set(err, GetLastError(), "pipe");
    return true;
}

/* The list of what the child inherits; `handles` must outlive it. NULL: *err is filled.
 */
static LPPROC_THREAD_ATTRIBUTE_LIST inherit_only(HANDLE *handles, size_t count,
                                                 struct error *err)
{
    SIZE_T size = 0;
    LPPROC_THREAD_ATTRIBUTE_LIST list;

    (void)InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    list = calloc(1, size);
    if (!list) {
        (void)error_set(err, ERR_MEMORY, "not enough memory to run a program");
        return NULL;
    }
    if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) {
        (void)win_error_set(err, GetLastError(), "attribute list");
        free(list);
        return NULL;
    }
    if (!UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
                                   count * sizeof *handles, NULL, NULL)) {
        (void)win_error_set(err, GetLastError(), "list of inherited handles");
        DeleteProcThreadAttributeList(list);
        free(list);
        return NULL;
    }
    return list;
}

/* Where we run in a job ourselves, Windows before 8 allows no second one: then only the
 * time limit ends the child. */
static void tie_to_us(struct child *child)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = { 0 };

    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    child->job = CreateJobObjectW(NULL, NULL);
    if (!child->job)
        return;
    if (!SetInformationJobObject(child->job, JobObjectExtendedLimitInformation, &limits,
                                 sizeof limits) ||
        !AssignProcessToJobObject(child->job, child->process))
        close_handle(&child->job);
}

static bool is_passing(DWORD code)
{
    return code == ERROR_INTERNAL_ERROR || code == ERROR_NO_SYSTEM_RESOURCES;
}

/* NO_ERROR, or what the last try said. */
static DWORD create_process(const wchar_t *path, wchar_t *line, STARTUPINFOEXW *startup,
                            PROCESS_INFORMATION *process)
{
    DWORD code = NO_ERROR;

    for (int tries = 0; tries < START_TRIES; tries++) {
        if (CreateProcessW(path, line, NULL, NULL, TRUE,
                           CREATE_NO_WINDOW | CREATE_SUSPENDED |
                               EXTENDED_STARTUPINFO_PRESENT,
                           NULL, NULL, &startup->StartupInfo, process))
            return NO_ERROR;
        code = GetLastError();
        if (!is_passing(code))
            return code;
        Sleep(START_PAUSE_MS);
    }
    return code;
}

static bool create(const struct child *child, const wchar_t *path, wchar_t *line,
                   PROCESS_INFORMATION *process, struct error *err)
{
    HANDLE inherited[2] = { child->input, child->output };
    STARTUPINFOEXW startup = { .StartupInfo = { .cb = sizeof startup } };
    DWORD code;

    startup.lpAttributeList = inherit_only(inherited, ARRAY_COUNT(inherited), err);
    if (!startup.lpAttributeList)
        return false;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES | STARTF_USESHOWWINDOW;
    startup.StartupInfo.wShowWindow = SW_HIDE;
    startup.StartupInfo.hStdInput = child->input;
    startup.StartupInfo.hStdOutput = child->output;
    startup.StartupInfo.hStdError = child->output;
    code = create_process(path, line, &startup, process);
    DeleteProcThreadAttributeList(startup.lpAttributeList);
    free(startup.lpAttributeList);
    return code == NO_ERROR || win_error_set(err, code, "cannot run it");
}

/* It starts suspended, so that it runs no instruction outside the job. */
static bool start(struct child *child, const wchar_t *path, const wchar_t *command_line,
                  struct error *err)
{
    PROCESS_INFORMATION process = { 0 };
    wchar_t *line = _wcsdup(command_line); /* CreateProcessW may write into it */
    bool ok;

    if (!line)
        return error_set(err, ERR_MEMORY, "not enough memory to run a program");
    ok = create(child, path, line, &process, err);
    free(line);
    if (!ok)
        return false;
    child->process = process.hProcess;
    tie_to_us(child);
    (void)ResumeThread(process.hThread);
    (void)CloseHandle(process.hThread);
    close_handle(&child->input);
    close_handle(&child->output);
    return true;
}

/* Takes what is in the pipe now, without waiting for more. */
static bool drain(const struct child *child, struct text *out, struct error *err)
{
    char buffer[4096];
    DWORD waiting = 0;
    DWORD got = 0;

    while (PeekNamedPipe(child->pipe, NULL, 0, NULL, &waiting, NULL) && waiting > 0) {
        DWORD wanted = waiting < sizeof buffer ? waiting : (DWORD)sizeof buffer;

        if (!ReadFile(child->pipe, buffer, wanted, &got, NULL) || got == 0)
            break;
        if (out->length + got > CHILD_OUTPUT_MAX)
            return error_set(err, ERR_LIMIT, "printed more than %d bytes",
                             CHILD_OUTPUT_MAX);
        text_add_bytes(out, buffer, got);
    }
    return text_ok(out, err);
}

static bool collect(const struct child *child, struct text *out, uint32_t *exit_code,
                    struct error *err)
{
    DWORD code = 0;
    bool ended = false;

    while (!ended) {
        ended = WaitForSingleObject(child->process, POLL_MS) == WAIT_OBJECT_0;
        if (!drain(child, out, err))
            return false;
        if (!ended && deadline_passed(&child->deadline))
            return error_set(err, ERR_TIMEOUT, "did not answer within %.1f s",
                             (double)child->limit_ms / 1000);
    }
    if (!GetExitCodeProcess(child->process, &code))
        return win_error_set(err, GetLastError(), "exit code");
    *exit_code = code;
    return true;
}

bool child_start(const wchar_t *path, const wchar_t *command_line, int64_t limit_ms,
                 struct child *child, struct error *err)
{
    struct child begun = { .limit_ms = limit_ms };

    if (!open_streams(&begun, err) || !start(&begun, path, command_line, err)) {
        child_close(&begun);
        return false;
    }
    begun.deadline = deadline_in_ms(limit_ms);
    *child = begun;
    return true;
}

bool child_finish(struct child *child, struct text *out, uint32_t *exit_code,
                  struct error *err)
{
    bool ok = collect(child, out, exit_code, err);

    if (!ok)
        (void)TerminateProcess(child->process, 1);
    child_close(child);
    return ok;
}

bool child_run(const wchar_t *path, const wchar_t *command_line, int64_t limit_ms,
               struct text *out, uint32_t *exit_code, struct error *err)
{
    struct child child = { 0 };

    return child_start(path, command_line, limit_ms, &child, err) &&
           child_finish(&child, out, exit_code, err);
}
