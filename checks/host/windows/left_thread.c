/* SPDX-License-Identifier: MIT */
/* Only the main thread leaves others alone, and only it asks. */
#include "checks/host/windows/left_thread.h"

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

static bool any;

void left_job_let_go(struct left_job *job)
{
    if (InterlockedDecrement(&job->holders) == 0)
        job->discard(job);
}

static DWORD WINAPI work(void *context)
{
    struct left_job *job = context;

    job->work(job);
    left_job_let_go(job);
    return 0;
}

bool left_job_run(struct left_job *job, int64_t limit_ms, struct error *err)
{
    HANDLE thread;
    bool late;

    job->holders = 2;
    thread = CreateThread(NULL, 0, work, job, 0, NULL);
    if (!thread) {
        job->holders = 1;
        return win_error_set(err, GetLastError(), "thread");
    }
    late = WaitForSingleObject(thread, (DWORD)limit_ms) != WAIT_OBJECT_0;
    (void)CloseHandle(thread);
    any = any || late;
    return !late || error_set(err, ERR_TIMEOUT, "late");
}

bool left_thread_any(void)
{
    return any;
}
