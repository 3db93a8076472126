/* SPDX-License-Identifier: MIT */
/* A named pipe that administrators write into. */
#include "tests/windows-kit/lib/kit_pipe.h"

#include <stdio.h>
#include <string.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"

enum { POLL_MS = 20, BUFFER_SIZE = 64 * 1024, MS_PER_S = 1000, COMES_S = 120 };

#define PREFIX "\\\\.\\pipe\\"
/* System, Administrators: all; NETWORK SERVICE reads and writes. */
#define SDDL L"D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GRGW;;;NS)"

bool kit_pipe_make(struct kit_pipe *out, struct error *err)
{
    SECURITY_ATTRIBUTES attributes = { .nLength = sizeof attributes };
    struct kit_pipe made = { 0 };

    (void)snprintf(made.name, sizeof made.name, PREFIX "port-exhaustion-kit-%lu-%llu",
                   GetCurrentProcessId(), (unsigned long long)deadline_now_ns());
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            SDDL, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL))
        return win_error_set(err, GetLastError(), "access list of a pipe");
    made.handle = CreateNamedPipeA(
        made.name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_NOWAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
        BUFFER_SIZE, BUFFER_SIZE, 0, &attributes);
    (void)LocalFree(attributes.lpSecurityDescriptor);
    if (made.handle == INVALID_HANDLE_VALUE)
        return win_error_set(err, GetLastError(), "pipe '%s'", made.name);
    *out = made;
    return true;
}

static bool has_ended(HANDLE process)
{
    return process && WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

/* Whoever came may be gone again; what he said is in the pipe. */
static bool has_come(HANDLE pipe)
{
    return ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED ||
           GetLastError() == ERROR_NO_DATA;
}

static bool await(const struct kit_pipe *pipe, HANDLE process,
                  const struct deadline *deadline, const struct kit_sink *sink,
                  struct error *err)
{
    while (!has_come(pipe->handle)) {
        bool ended = has_ended(process);

        if (ended && has_come(pipe->handle))
            return true;
        if (ended || deadline_passed(deadline))
            return error_set(err, ERR_TIMEOUT, "it said nothing");
        if (sink->stopped(sink->self))
            return error_set(err, ERR_TIMEOUT, "was stopped");
        Sleep(POLL_MS);
    }
    return true;
}

bool kit_pipe_follow(const struct kit_pipe *pipe, HANDLE process, uint32_t limit_s,
                     const struct kit_sink *sink, struct error *err)
{
    struct deadline deadline = deadline_in_ms((int64_t)limit_s * MS_PER_S);
    /* Where there is a process somebody may still be asked whether it may run. */
    struct deadline comes = process || limit_s < COMES_S
                                ? deadline
                                : deadline_in_ms((int64_t)COMES_S * MS_PER_S);
    struct kit_lines lines = { 0 };
    bool ok = true;

    if (!await(pipe, process, &comes, sink, err))
        return false;
    while (ok && kit_lines_drain(&lines, pipe->handle, sink)) {
        if (sink->stopped(sink->self))
            break;
        if (deadline_passed(&deadline))
            ok = error_set(err, ERR_TIMEOUT, "did not end in time");
        Sleep(POLL_MS);
    }
    kit_lines_end(&lines, sink);
    return ok;
}

void kit_pipe_close(struct kit_pipe *pipe)
{
    if (pipe->handle)
        (void)CloseHandle(pipe->handle);
    *pipe = (struct kit_pipe){ 0 };
}

/* Anonymous: whoever made the pipe learns nothing of our rights. */
bool kit_pipe_join(const char *name, struct kit_pipe *out, struct error *err)
{
    HANDLE handle;

    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
        return error_set(err, ERR_MALFORMED, "'%s' is no pipe", name);
    handle = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                         SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return win_error_set(err, GetLastError(), "pipe '%s'", name);
    *out = (struct kit_pipe){ .handle = handle };
    return true;
}

static void write_line(void *self, const char *line)
{
    const struct kit_pipe *pipe = self;
    DWORD written = 0;

    (void)WriteFile(pipe->handle, line, (DWORD)strlen(line), &written, NULL);
    (void)WriteFile(pipe->handle, "\n", 1, &written, NULL);
}

static bool nobody_reads(void *self)
{
    const struct kit_pipe *pipe = self;
    DWORD waiting = 0;

    return !PeekNamedPipe(pipe->handle, NULL, 0, NULL, &waiting, NULL);
}

struct kit_sink kit_pipe_sink(struct kit_pipe *joined)
{
    return (
        struct kit_sink){ .line = write_line, .stopped = nobody_reads, .self = joined };
}
