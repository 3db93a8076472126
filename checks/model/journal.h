/* SPDX-License-Identifier: MIT */
/* What the remediation did, as the records of its file tell it, and what both programs
 * ask of that. */
#ifndef CHECKS_MODEL_JOURNAL_H
#define CHECKS_MODEL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/journal_record.h"

/* Oldest first. Zeroed = empty. */
struct journal {
    struct journal_run *runs; /* owned */
    size_t count;
    size_t capacity; /* runs allocated */
    struct journal_refusals refusals;
    struct journal_refusals audits;
    size_t torn_bytes; /* at the end, from an unconfirmed write: to be cut off */
};

/*
 * Whether the record may come next: runs do not nest, an interrupted one ends (recovery
 * writes its end record) before the next one begins. Gets the memory that taking it
 * needs. ERR_MALFORMED, ERR_MEMORY.
 */
MUST_CHECK bool journal_prepare(struct journal *journal,
                                const struct journal_record *record, struct error *err);

/* Takes the record for which journal_prepare just said yes, and empties its run. `offset`
 * is where its line begins, bytes. */
void journal_take(struct journal *journal, struct journal_record *record, size_t offset);

/* The open run, NULL when the last one ended. Only the last run can be open. */
const struct journal_run *journal_open_run(const struct journal *journal);

/* The newest applied run that was not undone and is no undo itself, of what happened in
 * that network namespace (journal_run.network; NULL = in any), without a trial that ended
 * with another boot than `boot` ("" or NULL = unknown). NULL when there is none. */
const struct journal_run *journal_last_applied_in(const struct journal *journal,
                                                  const char *network, const char *boot);

/* NULL when there is none. */
const struct journal_run *journal_find(const struct journal *journal, const char *id);

/* The run that is on trial now: applied in this boot for a time that may have passed, and
 * neither confirmed nor undone. NULL when there is none, or the boot is not known ("").
 */
const struct journal_run *journal_trial(const struct journal *journal, const char *boot);

/* Whether the run is of another machine than the one of that digest: this machine is an
 * image of that one, and nothing of the run happened here. "" on either side = no. */
bool journal_run_is_foreign(const struct journal_run *run, const char *machine);

/* Where and when the journal is asked; borrowed. */
struct journal_now {
    const char *boot;    /* program_boot_id */
    const char *machine; /* program_machine */
    const char *network; /* as journal_run.network; NULL or "" = that of PID 1 */
};

/* Whether the run happened on this machine and in this network namespace: elsewhere it
 * left nothing that is found here, and nothing to roll back. */
bool journal_run_is_here(const struct journal_run *run, const struct journal_now *now);

/*
 * Since when the setting waits for a reboot: 0 when it does not. It does when changes
 * made here in this boot that need a reboot left another value than the one it had when
 * they began (undone before the reboot = not waiting). An unknown boot ("") waits for
 * nothing.
 */
int64_t journal_waiting_since_s(const struct journal *journal,
                                const struct journal_now *now, const char *setting);

void journal_clear(struct journal *journal);

/* No journal is larger, bytes. */
enum { JOURNAL_MAX = 4 * 1024 * 1024 };

/*
 * A journal is lines of text, only ever appended: eight hex digits (CRC-32 of the rest of
 * the line), a blank, one JSON object (a record), a newline. A record of refused alerts,
 * or of audited ones, replaces the one before it, so that a flood of alerts does not grow
 * the file.
 * A last line that is cut or has a wrong sum was never confirmed: it is as if not there.
 * A broken line before it means that someone else wrote: refused.
 *
 * ERR_MALFORMED with the line number ("line 3: ..."), ERR_LIMIT, ERR_MEMORY;
 * ERR_UNSUPPORTED: a newer version wrote it (a whole sentence); *out unchanged.
 */
MUST_CHECK bool journal_decode(const char *bytes, size_t length, struct journal *out,
                               struct error *err);

#endif
