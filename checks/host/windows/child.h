/* SPDX-License-Identifier: MIT */
/* Running a program of the system for what it prints. */
#ifndef CHECKS_HOST_WINDOWS_CHILD_H
#define CHECKS_HOST_WINDOWS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"

/* No program that we run has more to say, bytes. */
enum { CHILD_OUTPUT_MAX = 64 * 1024 };

/* A program that runs. Zeroed = none. Its members are for child.c alone. */
struct child {
    void *input;  /* the NUL device; the child's */
    void *output; /* write end of the pipe; the child's */
    void *pipe;   /* read end; ours */
    void *job;    /* ends the child when its last handle is closed */
    void *process;
    int64_t limit_ms;
    struct deadline deadline; /* the same limit, from its start on */
};

/*
 * Starts `path` (full path, no shell) with `command_line`; it inherits nothing of ours
 * but a pipe for its standard output and error, and its input is empty. It is killed when
 * we end. True: the caller calls child_finish. ERR_ABSENT, ERR_DENIED, ERR_MEMORY,
 * ERR_IO.
 */
MUST_CHECK bool child_start(const wchar_t *path, const wchar_t *command_line,
                            int64_t limit_ms, struct child *child, struct error *err);

/*
 * Waits for its end and adds what it printed; it is killed `limit_ms` after its start.
 * *exit_code is its own. Closes *child in any case. ERR_TIMEOUT, ERR_LIMIT, ERR_MEMORY,
 * ERR_IO; the caller clears *out in any case.
 */
MUST_CHECK bool child_finish(struct child *child, struct text *out, uint32_t *exit_code,
                             struct error *err);

/* Both. */
MUST_CHECK bool child_run(const wchar_t *path, const wchar_t *command_line,
                          int64_t limit_ms, struct text *out, uint32_t *exit_code,
                          struct error *err);

#endif
