/* SPDX-License-Identifier: MIT */
/* Calls that Windows may not answer: they run in a thread, which is left alone when it is
 * late. */
#ifndef CHECKS_HOST_WINDOWS_LEFT_THREAD_H
#define CHECKS_HOST_WINDOWS_LEFT_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* First member of what thread and caller share. The caller allocates and fills it. */
struct left_job {
    void (*work)(struct left_job *job);    /* in the thread */
    void (*discard)(struct left_job *job); /* frees it, by whoever lets go last */
    volatile long holders;                 /* not for the caller */
};

/*
 * Runs job->work, and waits for its end for `limit_ms`. True when it ended: what it left
 * is the caller's to read. False with ERR_TIMEOUT when it is late ("late"), or why there
 * is no thread. The caller lets go in any case.
 */
MUST_CHECK bool left_job_run(struct left_job *job, int64_t limit_ms, struct error *err);

/* The last one of the two discards it. */
void left_job_let_go(struct left_job *job);

/* Whether any thread was left alone: it may hold any lock of the process, so nobody may
 * wait for its end. */
bool left_thread_any(void);

#endif
