/* SPDX-License-Identifier: MIT */
/* The one way to run netsh. */
#ifndef CHECKS_HOST_WINDOWS_NETSH_H
#define CHECKS_HOST_WINDOWS_NETSH_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/decode/netsh_question.h"
#include "checks/host/windows/child.h"

/* A netsh that runs. */
struct netsh_call {
    char arguments[NETSH_ARGUMENTS_SIZE];
    struct child child;
};

/*
 * Starts `netsh ARGUMENTS`, which may take `limit_ms`, and never longer than ten seconds.
 * True: the caller calls netsh_finish. Errors of child_start, and ERR_TIMEOUT without
 * time. Every message begins with "netsh".
 */
MUST_CHECK bool netsh_start(const char *arguments, int64_t limit_ms,
                            struct netsh_call *call, struct error *err);

/* Waits for its end and demands exit code 0; adds what it printed. Errors of
 * child_finish, and ERR_IO with the first line of what it said. */
MUST_CHECK bool netsh_finish(struct netsh_call *call, struct text *answer,
                             struct error *err);

/* Both. */
MUST_CHECK bool netsh_run(const char *arguments, int64_t limit_ms, struct text *answer,
                          struct error *err);

#endif
