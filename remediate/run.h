/* SPDX-License-Identifier: MIT */
/* Making changes one at a time, with a journal, verified, and taken back on any failure.
 */
#ifndef REMEDIATE_RUN_H
#define REMEDIATE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/journal.h"
#include "remediate/ledger.h"
#include "remediate/remains.h"
#include "remediate/writer/setting_writer.h"

/* What became of a run. Zeroed = nothing was touched. */
struct run_report {
    bool touched;             /* the first change was begun */
    enum run_outcome outcome; /* RUN_OPEN = refused before anything was written */
    bool outlived;            /* of what it put back, something ended with its boot */
    struct error failure;     /* why it failed */
    bool only_files;          /* RUN_INCOMPLETE: all that is left is a file of ours */
    struct text left; /* RUN_INCOMPLETE: per line, what could not be put back and how
                         to do it by hand; owned */
};

/* On what terms changes are made; everything borrowed. */
struct run_terms {
    const struct deadline *deadline; /* for the changes */
    /* Asked after the last change, before the run is recorded as applied: false, with
     * *err saying why, rolls it back. NULL = nothing is asked. */
    bool (*prove)(void *context, struct error *err);
    /* Asked just before the run is begun: ends what stands in its way in the journal.
     * False: refused. NULL = nothing does. */
    bool (*make_room)(void *context, struct error *err);
    void *context;
};

/*
 * Makes run->changes in order: begin record -> for each: start record, write, read back,
 * done record -> the proof -> end record. Before anything every place must still hold
 * `from`, else it is refused: nothing touched, ERR_LIMIT, as with a full journal (an undo
 * still begins in its reserve). A place that holds `to` already counts as done: its
 * `from` becomes `to`, so that nothing takes it back later. The first failure puts
 * everything begun back in reverse order, whatever holds it now, and verifies that; the
 * deadline is for the changes, restoring is never given up half way. True = applied.
 * `run` gets outcome, end and message. Needs the ledger's lock.
 *
 * When the end cannot be recorded the changes are put back too: the journal would show an
 * interrupted run. If even that cannot be recorded, the failure says so and the run stays
 * open: the next start looks after it.
 */
MUST_CHECK bool run_apply(const struct run_site *site, const struct run_terms *terms,
                          struct journal_run *run, struct run_report *report);

/*
 * Ends the journal's interrupted run with `back` records and its end record: of the
 * changes that it began it puts back every one that holds `to`, leaves what holds `from`,
 * and names what holds something else. In a later boot than the run's a sysctl that is
 * not the run's any more (remains.h), or holds neither value, is left as it is. True =
 * everything is as before that run, and the end is recorded; outcome RUN_RESTORED with a
 * failure = put back, but not recorded. Needs the lock.
 *
 * RECOVER_AGAIN: where our file alone cannot be put back the run stays open, for the next
 * recovery to go on with it; outcome RUN_OPEN.
 */
enum recover_files { RECOVER_ONCE = 0, RECOVER_AGAIN };
MUST_CHECK bool run_recover(const struct run_site *site, enum recover_files files,
                            struct run_report *report);

/*
 * The run that takes `of` back: command "undo", its changes reversed in reverse order,
 * without those that changed nothing and those whose bit is set in `gone`. Id, time,
 * boot, user, policy and version are the caller's to fill. ERR_MEMORY.
 */
MUST_CHECK bool run_make_undo(const struct journal_run *of, uint32_t gone,
                              struct journal_run *out, struct error *err);

void run_report_clear(struct run_report *report);

#endif
