/* SPDX-License-Identifier: MIT */
/* What a command prints: text for a person, JSON for machines. Pure. */
#ifndef REMEDIATE_REPORT_H
#define REMEDIATE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "remediate/opening.h"
#include "remediate/outcome.h"
#include "remediate/plan.h"
#include "remediate/report_consequence.h"
#include "remediate/status.h"

enum { REMEDIATE_SCHEMA = 2 };

/* Changes in their order, borrowed. */
struct remediate_changes {
    const struct change *list;
    size_t count; /* at most CHANGES_MAX */
};

/* All that is shown; everything borrowed, NULL = not part of this command. */
struct remediate_report {
    const char *command; /* "plan", "apply", ...; NULL: none that there is */
    const struct outcome *outcome;
    const struct opening *opening; /* of `plan`: what is the matter */
    const struct plan *plan;
    const struct verdict *after;   /* the settings as they were found after the changes of
                                      `plan`; NULL = not looked at again */
    bool ran;                      /* the changes of `plan` or `undo` were to be made */
    uint32_t made;                 /* bit N: change N was made, and stays */
    const struct journal *journal; /* of `history` */
    const char *boot;              /* of `history`: identity of this boot */
    const struct remediate_status *status; /* of `status`, together with `plan` */
    const struct journal_run *undo;        /* of `undo`: the changes, in their order */
    const struct journal_run *interrupted; /* has no end in the journal */
    const struct consequence_report *consequence; /* usage before and after */
    bool locked;       /* no other run is under way: `interrupted` surely is */
    const char *notes; /* lines: what could not be seen */
    const char *policy_source;
    uint32_t verbosity;
};

/* Of struct remediate_report, and of what its lists hold; for the schema's test. */
struct json_table;
extern const struct json_table remediate_report_table, report_reservation_table;

/* Adds the whole output, final newline included. */
void remediate_report_text(const struct remediate_report *report, struct text *out);
MUST_CHECK bool remediate_report_json(const struct remediate_report *report,
                                      struct text *out, struct error *err);

/* Parts of the text: one change, without its end of line; the changes of a command,
 * those that were made apart from the others; the journal's runs. */
void remediate_report_change(const struct change *change, struct text *out);
void remediate_report_changes(const struct remediate_report *report,
                              const struct remediate_changes *changes, struct text *out);
void remediate_report_status(const struct remediate_report *report, struct text *out);
void remediate_report_history(const struct remediate_report *report, struct text *out);

/* "applied", "undone", "interrupted", ...: what became of a run; static. */
const char *remediate_run_word(const struct journal_run *run,
                               const struct journal *journal, const char *boot);

/* Whether the run made change `number`, and did not roll it back. */
bool remediate_change_was_made(const struct journal_run *run, size_t number);

#endif
