/* SPDX-License-Identifier: MIT */
/* What making changes and putting them back share. */
#ifndef REMEDIATE_RUN_PARTS_H
#define REMEDIATE_RUN_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "remediate/run.h"

/* A value as it was read; owned. Zeroed = absent. */
struct place_value {
    bool present;
    struct text text;
};

/* Reads into *out (zeroed). Errors as setting_writer_ops.read. */
MUST_CHECK bool run_read(const struct run_tools *tools, const struct change *change,
                         const struct deadline *deadline, struct place_value *out,
                         struct error *err);

/* NULL when it is absent. */
const char *place_value_string(const struct place_value *value);
void place_value_clear(struct place_value *value);

/* "holds '5'", "is absent", "has other contents" (of a file). */
enum { RUN_HOLDS_SIZE = ERR_QUOTE_SIZE + 16 };
const char *run_holds(enum change_kind kind, const char *value, char out[RUN_HOLDS_SIZE]);

/* Writes and verifies one change: gives its place `value`. */
MUST_CHECK bool run_give(const struct run_tools *tools, const struct change *change,
                         const char *value, const struct deadline *deadline,
                         struct error *err);

/* Append one record to the journal, durably. Errors as state_store_ops.append_journal. */
MUST_CHECK bool run_record(struct run_tools *tools, const struct text *record,
                           struct error *err);
MUST_CHECK bool run_record_step(struct run_tools *tools, enum journal_record_kind kind,
                                const struct journal_run *run, size_t change,
                                struct error *err);

/* Ends the run: outcome, message, end; then the end record. */
MUST_CHECK bool run_record_end(struct run_tools *tools, struct journal_run *run,
                               enum run_outcome outcome, const char *message,
                               struct error *err);

/* Whose values are written over when they are put back. */
enum restore_power {
    RESTORE_OURS,    /* only what holds `to`: others had time to change it */
    RESTORE_WHATEVER /* whatever is there: it is this very process that wrote it */
};

/*
 * Puts back what run->started names, in reverse order and as far as it can; fills
 * outcome, left and (in front of report->failure) what went wrong on the way; ends the
 * run. True = everything is as before, and the end is recorded.
 */
bool run_restore(struct run_tools *tools, struct journal_run *run,
                 enum restore_power power, struct run_report *report);

#endif
