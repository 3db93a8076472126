/* SPDX-License-Identifier: MIT */
/* A process in a job, with a pipe and a limit. */
#include "tests/windows-kit/lib/kit_child.h"

#include <stdlib.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/kit_token.h"

enum { POLL_MS = 10, OUTPUT_MAX = 1024 * 1024, MS_PER_S = 1000 };

/* Zeroed = nothing open. */
struct running {
    HANDLE job; /* ends all of them when its last handle is closed; NULL = has none */
    HANDLE input;
    HANDLE output; /* write end; the child's */
    HANDLE pipe;   /* read end; ours */
    HANDLE token;  /* NULL = our own */
    HANDLE process;
};

static void close_handle(HANDLE *handle)
{
    if (*handle)
        (void)CloseHandle(*handle);
    *handle = NULL;
}

static void close_all(struct running *running)
{
    close_handle(&running->job);
    close_handle(&running->input);
    close_handle(&running->output);
    close_handle(&running->pipe);
    close_handle(&running->token);
    close_handle(&running->process);
}

static bool open_all(struct running *running, bool as_user, struct error *err)
{
    SECURITY_ATTRIBUTES inherit = { .nLength = sizeof inherit, .bInheritHandle = TRUE };
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = { 0 };
    HANDLE input = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                               &inherit, OPEN_EXISTING, 0, NULL);

    running->input = input == INVALID_HANDLE_VALUE ? NULL : input;
    if (!running->input || !CreatePipe(&running->pipe, &running->output, &inherit, 0) ||
        !SetHandleInformation(running->pipe, HANDLE_FLAG_INHERIT, 0))
        return win_error_set(err, GetLastError(), "pipe");
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    running->job = CreateJobObjectW(NULL, NULL);
    if (!running->job ||
        !SetInformationJobObject(running->job, JobObjectExtendedLimitInformation, &limits,
                                 sizeof limits))
        return win_error_set(err, GetLastError(), "job");
    return !as_user || kit_token_of_user(&running->token, err);
}

/* Where we run in a job ourselves, Windows before 8 allows no second one: then only the
 * process itself is ended. */
static bool tie_to_us(struct running *running, struct error *err)
{
    if (AssignProcessToJobObject(running->job, running->process))
        return true;
    if (GetLastError() != ERROR_ACCESS_DENIED)
        return win_error_set(err, GetLastError(), "cannot tie it to the kit");
    close_handle(&running->job);
    return true;
}

static bool create(struct running *running, wchar_t *line, const wchar_t *directory,
                   struct error *err)
{
    const DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED;
    STARTUPINFOW startup = { .cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process = { 0 };
    BOOL ok;

    startup.hStdInput = running->input;
    startup.hStdOutput = running->output;
    startup.hStdError = running->output;
    ok = running->token
             ? CreateProcessAsUserW(running->token, NULL, line, NULL, NULL, TRUE, flags,
                                    NULL, directory, &startup, &process)
             : CreateProcessW(NULL, line, NULL, NULL, TRUE, flags, NULL, directory,
                              &startup, &process);
    if (!ok)
        return win_error_set(err, GetLastError(), "cannot start it");
    running->process = process.hProcess;
    ok = tie_to_us(running, err);
    if (ok)
        (void)ResumeThread(process.hThread);
    (void)CloseHandle(process.hThread);
    close_handle(&running->input);
    close_handle(&running->output);
    return ok;
}

static bool start(const struct kit_child *child, struct running *running,
                  struct error *err)
{
    wchar_t *line = win_text_to_wide(child->command, err);
    wchar_t *directory = line ? win_text_to_wide(child->directory, err) : NULL;
    bool ok = directory && open_all(running, child->as_user, err) &&
              create(running, line, directory, err);

    if (!ok && running->process)
        (void)TerminateProcess(running->process, 1);
    free(line);
    free(directory);
    return ok;
}

static void end_all(const struct running *running)
{
    if (running->job)
        (void)TerminateJobObject(running->job, 1);
    (void)TerminateProcess(running->process, 1);
}

/* NULL: it ended by itself. */
static const char *follow(const struct kit_child *child, const struct running *running,
                          const struct kit_sink *sink)
{
    struct deadline deadline = deadline_in_ms((int64_t)child->limit_s * MS_PER_S);
    struct kit_lines lines = { .foreign = true };
    const char *why = NULL;
    bool ended = false;

    while (!ended && !why) {
        ended = WaitForSingleObject(running->process, POLL_MS) == WAIT_OBJECT_0;
        (void)kit_lines_drain(&lines, running->pipe, sink);
        if (ended)
            break;
        if (sink->stopped(sink->self))
            why = "was stopped";
        else if (deadline_passed(&deadline))
            why = "did not end within its limit";
        else if (lines.bytes > OUTPUT_MAX)
            why = "said too much";
    }
    if (why)
        end_all(running);
    kit_lines_end(&lines, sink);
    return why;
}

void kit_child_run(const struct kit_child *child, const struct kit_sink *sink)
{
    struct running running = { 0 };
    struct error err = { 0 };
    int64_t began_ns = deadline_now_ns();
    const char *why;
    DWORD code = 0;

    if (!start(child, &running, &err)) {
        kit_lines_mark(sink, "%s", err.message);
    } else {
        why = follow(child, &running, sink);
        if (why)
            kit_lines_mark(sink, "%s", why);
        else if (GetExitCodeProcess(running.process, &code))
            kit_lines_mark(sink, "exit %lu, %lld s", code,
                           (deadline_now_ns() - began_ns) / DEADLINE_NS_PER_MS /
                               MS_PER_S);
    }
    close_all(&running);
}
