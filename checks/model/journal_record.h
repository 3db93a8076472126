/* SPDX-License-Identifier: MIT */
/* One record of the journal, and the line of text that it is kept as. */
#ifndef CHECKS_MODEL_JOURNAL_RECORD_H
#define CHECKS_MODEL_JOURNAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/change.h"

struct json_table;

/*
 * Schema 2 adds keys that may be missing (machine, network, uptime, live_only,
 * trial_until, lasting, confirms), the outcome "foreign" and the record "audit"; a begin
 * record that needs none of its keys is still written with schema 1. A higher one is
 * refused.
 */
enum { JOURNAL_SCHEMA = 2, JOURNAL_ID_SIZE = 40, JOURNAL_REASON_SIZE = 256 };

/* Room for the digest of a machine's identity (machine_id.h), and for what tells one
 * network namespace of its boot from the others. */
enum { JOURNAL_MACHINE_SIZE = 12, JOURNAL_NETWORK_SIZE = 32 };

/* Room for a boot's identity (boot_id.h) in a record of alerts; a longer one is unknown.
 */
enum { JOURNAL_BOOT_SIZE = 96 };

/* The length of the hex digits and the blank before the JSON object. */
enum { JOURNAL_SUM_LENGTH = 9 };

/*
 * begin   a run and all of its changes: durable before the first change is made
 * start   change N is about to be written      done    it was written and read back
 * back    change N has its old value again, read back
 * end     the run is over, with its outcome
 * refused alerts that changed nothing since the last run: how many, and why the last one
 * audit   alerts that would have changed something, where the policy only asks what they
 *         would do
 */
enum journal_record_kind {
    RECORD_BEGIN = 0,
    RECORD_START,
    RECORD_DONE,
    RECORD_BACK,
    RECORD_END,
    RECORD_REFUSED,
    RECORD_AUDIT,
    RECORD_KIND_COUNT
};

/* "begin", "start", ...; static. */
const char *journal_record_name(enum journal_record_kind kind);

enum run_outcome {
    RUN_OPEN = 0,   /* no end record: interrupted, or under way */
    RUN_APPLIED,    /* every change made and verified */
    RUN_RESTORED,   /* failed, and everything is as it was before */
    RUN_INCOMPLETE, /* failed, and something could not be put back */
    RUN_FOREIGN,    /* interrupted on another machine: nothing was put back on this one */
    RUN_OUTCOME_COUNT
};

/* "open", "applied", "restored", "incomplete", "foreign"; static. */
extern const char *const run_outcome_names[RUN_OUTCOME_COUNT];

/* One run. Strings owned. */
struct journal_run {
    char id[JOURNAL_ID_SIZE]; /* "20261121T040000Z-1234": UTC time and pid */
    int64_t time_s;           /* Unix time of its begin */
    char *boot;               /* identity of the boot it happened in; "" = unknown */
    char machine[JOURNAL_MACHINE_SIZE]; /* that it happened on; "" = unknown */
    char network[JOURNAL_NETWORK_SIZE]; /* that it happened in; "" = that of PID 1 */
    int64_t uptime_s;                   /* CLOCK_BOOTTIME at its begin, s; -1 = unknown */
    char *user;                         /* who: "root", "root (sudo: nagios)" */
    char *command;         /* "apply", "on-alert", "undo", "confirm", "expire" */
    char *undoes;          /* id of the run that it takes back; "" = none */
    char *confirms;        /* id of the trial that it makes lasting; "" = none */
    bool live_only;        /* nothing was kept for the next boot */
    int64_t trial_until_s; /* CLOCK_BOOTTIME at which its trial ends, s; 0 = no trial */
    struct change
        *lasting;  /* of a trial: what its confirmation changes; NULL = nothing */
    char *policy;  /* "built-in" or a path */
    char *version; /* of the program */
    struct change *changes;
    size_t change_count;
    uint32_t started; /* bit N: change N was about to be written */
    uint32_t done;    /* bit N: it was written and read back */
    uint32_t back;    /* bit N: it has its old value again */
    enum run_outcome outcome;
    int64_t end_s;        /* Unix time of its end; 0 = open */
    int64_t end_uptime_s; /* CLOCK_BOOTTIME of its end, s; -1 = unknown, or open */
    char *message;        /* of its end: the failure, or what is left; "" = none */
    bool undone;          /* a later applied run undoes it */
    bool confirmed;       /* a later applied run confirms it: its trial became lasting */
};

void journal_run_clear(struct journal_run *run);

/* Whether it can be the id of a run: letters, digits and '-'. */
bool journal_is_id(const char *id);

/* The alerts refused, or only audited, since the last run. Zeroed = none. */
struct journal_refusals {
    uint32_t count;
    int64_t first_s; /* Unix time */
    int64_t last_s;
    char boot[JOURNAL_BOOT_SIZE]; /* of the first audit; "" = unknown */
    int64_t uptime_s; /* CLOCK_BOOTTIME of the first audit, s, where the boot is known */
    char reason[JOURNAL_REASON_SIZE]; /* of the last one; one line */
    size_t offset; /* of the record in the journal, bytes; set by journal_take */
};

struct journal_record {
    enum journal_record_kind kind;
    struct journal_run run; /* its id; of a begin all but the end; of an end the end */
    size_t change;          /* of a step */
    struct journal_refusals refusals; /* of a refused or an audit */
};

/* Of struct journal_record, by kind. What may be missing has its value before. */
extern const struct json_table *const journal_record_tables[RECORD_KIND_COUNT];

/* Whether the sum in front of the line (without its newline) is that of the rest. */
bool journal_line_is_whole(const char *line, size_t length);

/* The sum in front of a line; false when there is none as journal_encode_... print it. */
bool journal_line_sum(const char *line, size_t length, uint32_t *out);

/* Reads one whole line without its newline. ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY,
 * ERR_UNSUPPORTED (of a newer version); *out unchanged. Its run is the caller's to clear.
 */
MUST_CHECK bool journal_record_read(const char *line, size_t length,
                                    struct journal_record *out, struct error *err);

/* Add one record, newline included. NULL strings are written as empty ones, a change's
 * values excepted. ERR_MEMORY; ERR_MALFORMED for an id, machine, setting or place that
 * could not be read back (control characters, no UTF-8). */
MUST_CHECK bool journal_encode_begin(const struct journal_run *run, struct text *out,
                                     struct error *err);
MUST_CHECK bool journal_encode_step(enum journal_record_kind kind, const char *id,
                                    size_t change, struct text *out, struct error *err);
MUST_CHECK bool journal_encode_end(const struct journal_run *run, struct text *out,
                                   struct error *err);
MUST_CHECK bool journal_encode_refusals(const struct journal_refusals *refusals,
                                        struct text *out, struct error *err);
MUST_CHECK bool journal_encode_audits(const struct journal_refusals *audits,
                                      struct text *out, struct error *err);

#endif
