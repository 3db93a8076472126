/* SPDX-License-Identifier: MIT */
/* Making changes one at a time, with a journal, verified, and taken back on any failure.
 */
#ifndef REMEDIATE_RUN_H
#define REMEDIATE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/journal.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"

/* What the journal keeps free when a run begins: for undoing and recovering, and, when an
 * undo begins, for the steps and the end of any run. */
enum { RUN_JOURNAL_RESERVE = 256 * 1024, RUN_JOURNAL_END_RESERVE = 96 * 1024 };

/* The machine and the memory of a run; the lock is held. */
struct run_tools {
    const struct setting_writer *writer;
    const struct state_store *store;
    size_t journal_length; /* bytes of the journal that are confirmed; kept up to date */
    struct deadline deadline; /* for the changes; restoring is never given up half way */
    const char *boot;         /* identity of this boot; NULL or "" = unknown */
};

/* What became of a run. Zeroed = nothing was touched. */
struct run_report {
    bool touched;             /* the first change was begun */
    enum run_outcome outcome; /* RUN_OPEN = refused before anything was written */
    struct error failure;     /* why it failed */
    struct text left; /* RUN_INCOMPLETE: per line, what could not be put back and how
                         to do it by hand; owned */
};

/*
 * Makes run->changes in order: begin record -> for each: start record, write, read back,
 * done record -> end record. Before anything every place must still hold `from`, else it
 * is refused: nothing touched, ERR_LIMIT, as with a full journal (an undo still begins
 * in its reserve). A place that holds `to`
 * already counts as done: its `from` becomes `to`, so that nothing takes it back later.
 * The first failure puts everything begun back in reverse order, whatever holds it now,
 * and verifies that. True = applied. `run` gets outcome, end and message.
 *
 * When the end cannot be recorded the changes are put back too: the journal would show an
 * interrupted run. If even that cannot be recorded, the failure says so and the run stays
 * open: the next start looks after it.
 */
MUST_CHECK bool run_apply(struct run_tools *tools, struct journal_run *run,
                          struct run_report *report);

/*
 * Ends an interrupted run with `back` records and its end record: of the changes that it
 * began it puts back every one that holds `to`, leaves what holds `from`, and names what
 * holds something else, but for a sysctl in a later boot: there both values are gone.
 * True = everything is as before that run, and the end is recorded;
 * outcome RUN_RESTORED with a failure = put back, but not recorded.
 */
MUST_CHECK bool run_recover(struct run_tools *tools, const struct journal_run *open,
                            struct run_report *report);

/*
 * The run that takes `of` back: command "undo", its changes reversed in reverse order,
 * without those that changed nothing. Id, time, boot, user, policy and version are the
 * caller's to fill. ERR_MEMORY.
 */
MUST_CHECK bool run_make_undo(const struct journal_run *of, struct journal_run *out,
                              struct error *err);

void run_report_clear(struct run_report *report);

#endif
