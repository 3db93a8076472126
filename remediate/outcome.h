/* SPDX-License-Identifier: MIT */
/* How a command of the remediation ended: what every output says of it. */
#ifndef REMEDIATE_OUTCOME_H
#define REMEDIATE_OUTCOME_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"

enum remediate_exit {
    EXIT_DONE = 0,    /* nothing to do, or everything done and verified */
    EXIT_NEEDED = 1,  /* plan, apply --dry-run: changes are needed */
    EXIT_FAILED = 2,  /* failed; everything was restored */
    EXIT_ERROR = 3,   /* usage, policy, privilege or environment error; nothing changed */
    EXIT_REFUSED = 4, /* gate, cool-down, another run, unsafe file; nothing changed */
    EXIT_MANUAL = 5,  /* failed, and something could not be restored */
    EXIT_REBOOT = 3010 /* --exit-3010 on Windows: done, a reboot is needed */
};

/* "done", "needed", "failed", "error", "refused", "manual action needed"; static. */
const char *remediate_exit_name(enum remediate_exit code);

/* Zeroed = done, nothing to say. */
struct outcome {
    enum remediate_exit code;
    bool reboot;         /* something that was done waits for a reboot */
    bool changed;        /* something on this machine was changed */
    bool audit;          /* only what would be done is told: "ON-ALERT AUDIT: ..." */
    struct text message; /* one line; owned */
    struct text details; /* further lines, each with its newline; owned */
};

/* Sets code and message; returns the code's being EXIT_DONE, for `return
 * outcome_set(...)`. */
bool outcome_set(struct outcome *outcome, enum remediate_exit code, const char *format,
                 ...) PRINTF_LIKE(3, 4);

void outcome_clear(struct outcome *outcome);

#endif
