/* SPDX-License-Identifier: MIT */
/* What a stage of the remediation notes before it changes a host, and how the host is
 * left: values by the list to restore, the product's state directory by a mark beside it.
 */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_SESSION_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_SESSION_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/remedy_judge.h"
#include "tests/windows-kit/lib/remedy_values.h"

enum { REMEDY_PATH_SIZE = 1024 };

/* Zeroed = nothing begun. */
struct remedy {
    const char *check;            /* full paths of the programs; borrowed */
    const char *remediate;        /* the same */
    const char *list;             /* of restore_note; borrowed */
    char mark[REMEDY_PATH_SIZE];  /* beside the list: what was begun */
    char state[REMEDY_PATH_SIZE]; /* the product's state directory */
    bool had_state;               /* it was there when we began */
    struct remedy_values before;  /* by reg.exe and netsh.exe */
    struct remedy_plan plan;
    char run[REMEDY_RUN_SIZE]; /* of `apply`; "" before it */
};

/* The programs and the list; fills in the paths, and whether the state directory is
 * there. ERR_IO, ERR_LIMIT. */
MUST_CHECK bool remedy_init(struct remedy *remedy, const char *check,
                            const char *remediate, const char *list, struct error *err);

/*
 * Notes all places in the list, reads them with Windows' own tools, and writes the mark.
 * Says "skip STAGE: WHY" where the stage must not begin (no administrator, a run of the
 * user's in the journal, another stage that waits for a reboot), and "not ok" where
 * something failed: then false, and nothing was changed.
 */
bool remedy_begin(struct remedy *remedy, const char *stage);

/* Writes the mark anew, with the run of `apply`; the next boot reads it. ERR_IO. */
MUST_CHECK bool remedy_keep(const struct remedy *remedy, struct error *err);

/* Reads the mark. ERR_ABSENT: nothing was begun; ERR_MALFORMED, ERR_IO. */
MUST_CHECK bool remedy_recall(struct remedy *remedy, struct error *err);

/*
 * Puts everything back: the values of the list, and the state directory where we made it
 * (its journal is ours alone then). Says "ok" or "not ok". Also for what a stage left
 * that was stopped; nothing begun is nothing to do.
 */
void remedy_end(struct remedy *remedy);

/* Whether the product said that it does not use its state directory, which others than
 * administrators may change: what is shipped says so of every file of Wine's. */
bool remedy_is_refused(const struct error *err);

/* "ok NAME", or "not ok NAME: MESSAGE, expected WANTED". Returns `ok`. */
bool remedy_say(const char *name, bool ok, const struct error *err, const char *wanted);

#endif
