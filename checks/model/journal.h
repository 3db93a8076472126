/* SPDX-License-Identifier: MIT */
/* The record of what the remediation did: written by it, read by both programs. */
#ifndef CHECKS_MODEL_JOURNAL_H
#define CHECKS_MODEL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/change.h"

/*
 * A journal is lines of text, only ever appended: eight hex digits (CRC-32 of the rest of
 * the line), a blank, one JSON object, a newline. Records, by "record":
 *   begin   a run and all of its changes: durable before the first change is made
 *   start   change N is about to be written      done    it was written and read back
 *   back    change N has its old value again, read back
 *   end     the run is over, with its outcome
 *   refused alerts that changed nothing since the last run: how many, and why the last
 * one; it replaces the one before it, so that a flood of alerts does not grow the file A
 * last line that is cut or has a wrong sum was never confirmed: it is as if not there. A
 * broken line before it means that someone else wrote: refused.
 */
enum { JOURNAL_MAX = 4 * 1024 * 1024, JOURNAL_SCHEMA = 1, JOURNAL_ID_SIZE = 40 };

enum run_outcome {
    RUN_OPEN = 0,   /* no end record: interrupted, or under way */
    RUN_APPLIED,    /* every change made and verified */
    RUN_RESTORED,   /* failed, and everything is as it was before */
    RUN_INCOMPLETE, /* failed, and something could not be put back */
    RUN_OUTCOME_COUNT
};

/* "open", "applied", "restored", "incomplete"; static. */
const char *run_outcome_name(enum run_outcome outcome);

/* One run. Strings owned. */
struct journal_run {
    char id[JOURNAL_ID_SIZE]; /* "20261121T040000Z-1234": UTC time and pid */
    int64_t time_s;           /* Unix time of its begin */
    char *boot;               /* identity of the boot it happened in; "" = unknown */
    char *user;               /* who: "root", "root (sudo: nagios)" */
    char *command;            /* "apply", "on-alert", "undo", "recover" */
    char *undoes;             /* id of the run that it takes back; "" = none */
    char *policy;             /* "built-in" or a path */
    char *version;            /* of the program */
    struct change *changes;
    size_t change_count;
    uint32_t started; /* bit N: change N was about to be written */
    uint32_t done;    /* bit N: it was written and read back */
    uint32_t back;    /* bit N: it has its old value again */
    enum run_outcome outcome;
    int64_t end_s; /* Unix time of its end; 0 = open */
    char *message; /* of its end: the failure, or what is left; "" = none */
    bool undone;   /* a later applied run undoes it */
};

enum { JOURNAL_REASON_SIZE = 256 };

/* The alerts refused since the last run. Zeroed = none. */
struct journal_refusals {
    uint32_t count;
    int64_t first_s; /* Unix time */
    int64_t last_s;
    char reason[JOURNAL_REASON_SIZE]; /* of the last one; one line */
    size_t offset; /* of the record in the journal, bytes; set by journal_decode */
};

/* Oldest first. Zeroed = empty. */
struct journal {
    struct journal_run *runs; /* owned */
    size_t count;
    struct journal_refusals refusals;
    size_t torn_bytes; /* at the end, from an unconfirmed write: to be cut off */
};

/*
 * ERR_MALFORMED with the line number ("line 3: ..."), ERR_LIMIT, ERR_MEMORY; *out
 * unchanged. Runs do not nest: an interrupted one ends (recovery writes its end record)
 * before the next one begins.
 */
MUST_CHECK bool journal_decode(const char *bytes, size_t length, struct journal *out,
                               struct error *err);

/* Add one record, newline included. NULL strings are written as empty ones, a change's
 * values excepted. ERR_MEMORY; ERR_MALFORMED for an id, setting or place that could not
 * be read back (control characters, no UTF-8). */
MUST_CHECK bool journal_encode_begin(const struct journal_run *run, struct text *out,
                                     struct error *err);
/* `record` is "start", "done" or "back". */
MUST_CHECK bool journal_encode_step(const char *record, const char *id, size_t change,
                                    struct text *out, struct error *err);
MUST_CHECK bool journal_encode_end(const struct journal_run *run, struct text *out,
                                   struct error *err);

MUST_CHECK bool journal_encode_refusals(const struct journal_refusals *refusals,
                                        struct text *out, struct error *err);

/* The open run, NULL when the last one ended. Only the last run can be open. */
const struct journal_run *journal_open_run(const struct journal *journal);

/* The newest applied run that was not undone and is no undo itself; NULL when none. */
const struct journal_run *journal_last_applied(const struct journal *journal);

/* NULL when there is none. */
const struct journal_run *journal_find(const struct journal *journal, const char *id);

/* Unix time of the end (of the begin, while open) of the last run, whatever its command:
 * each one changed something or failed (for the cool-down); 0 = none. */
int64_t journal_last_action_s(const struct journal *journal);

/*
 * Since when the setting waits for a reboot: 0 when it does not. It does when changes of
 * this boot that need a reboot left another value than the one it had when they began
 * (undone before the reboot = not waiting). An unknown boot ("") waits for nothing.
 */
int64_t journal_waiting_since_s(const struct journal *journal, const char *boot,
                                const char *setting);

void journal_run_clear(struct journal_run *run);
void journal_clear(struct journal *journal);

#endif
