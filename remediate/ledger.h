/* SPDX-License-Identifier: MIT */
/* The journal of this host: the one owner of what is on the disk, and of our copy of it.
 */
#ifndef REMEDIATE_LEDGER_H
#define REMEDIATE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/journal.h"
#include "remediate/cool_down.h"
#include "remediate/writer/state_store.h"

/* What the journal keeps free when a run begins, bytes: for undoing and recovering, and,
 * when an undo begins, for the steps and the end of any run. */
enum { LEDGER_RESERVE = 256 * 1024, LEDGER_END_RESERVE = 96 * 1024 };

/*
 * Zeroed = closed. Read by others, written here alone. Each record goes to the disk
 * first, then into `journal`, from the very bytes that were written: nothing is read back
 * after our own writes.
 *
 * An append that fails leaves nobody knows what behind `length`: the ledger is stale, and
 * refuses everything but the `back` and `end` records of the open run, which cut that off
 * before they are written; the first of them that reaches the disk ends the staleness.
 */
struct ledger {
    struct state_store store;
    struct journal journal; /* what the file says, our own records included */
    size_t length;          /* confirmed bytes of the file */
    bool recorded;          /* there was a journal when it was inspected */
    bool locked;
    bool contended; /* another run holds the lock: an open run may be that one */
    bool stale;
    /* An id that was told to others and whose run has not begun: no other run gets it. */
    char promised[JOURNAL_ID_SIZE];
};

/* Opens this machine's store; nothing is read. Errors as state_store_open. */
MUST_CHECK bool ledger_open(struct ledger *ledger, struct error *err);

/* Judges directory and files without changing anything, as state_store_ops.inspect. */
MUST_CHECK bool ledger_inspect(struct ledger *ledger, struct error *err);

/* Takes the lock, to be done before loading. Errors as state_store_ops.lock. */
MUST_CHECK bool ledger_lock(struct ledger *ledger, struct error *err);

/* Gives the lock back, to be taken again; what was read stays. Safe on an unlocked one.
 */
void ledger_unlock(struct ledger *ledger);

/* Before and after an alert's looks at the host, without the lock. Errors as
 * state_store_ops.begin_looks. */
MUST_CHECK bool ledger_begin_looks(struct ledger *ledger, struct error *err);
void ledger_end_looks(struct ledger *ledger);

/* Reads the journal, whether locked or not; there may be none yet. Done again, it forgets
 * what it read before: only what was read with the lock may be added to. Errors as
 * state_store_ops.read_journal, and those of a damaged or a newer journal. */
MUST_CHECK bool ledger_load(struct ledger *ledger, struct error *err);

/* Gives the run its id, which no other run has, its time and its uptime: now. */
void ledger_name(const struct ledger *ledger, struct journal_run *run);

/* Records the begin of a run (copied) and all of its changes. ERR_LIMIT: no room is left
 * to undo and recover it; else as state_store_ops.append_journal. Needs the lock. */
MUST_CHECK bool ledger_begin(struct ledger *ledger, const struct journal_run *run,
                             struct error *err);

/* Records a step (start, done or back) of a change of the open run. */
MUST_CHECK bool ledger_step(struct ledger *ledger, enum journal_record_kind kind,
                            size_t change, struct error *err);

/* Records the end of the open run: outcome, end_s and message of `end`. */
MUST_CHECK bool ledger_end(struct ledger *ledger, const struct journal_run *end,
                           struct error *err);

/*
 * Counts an alert that changed nothing, in one record at the end of the journal; in an
 * open run it is not counted. Best effort: what cannot be written is left. True: it is
 * the first one since the last run. Needs the lock.
 */
bool ledger_refuse(struct ledger *ledger, const char *reason);

/* For how long one record counts, and when it is. */
struct ledger_cool_down {
    uint32_t period_s;
    struct cool_down_moment now;
};

/*
 * Counts an alert that was only asked what it would do, in a record of its own: those of
 * one cool-down, from the first of them on, by the clock that cool_down_age believes.
 * Best effort too. True: it is the first one of its cool-down. Needs the lock.
 */
bool ledger_audit(struct ledger *ledger, const char *reason,
                  const struct ledger_cool_down *cool_down);

/* Gives the lock back. Safe on zeroed, safe twice. */
void ledger_close(struct ledger *ledger);

#endif
