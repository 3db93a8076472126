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
#include "remediate/outcome.h"
#include "remediate/plan.h"

enum { REMEDIATE_SCHEMA = 1 };

/* All that is shown; everything borrowed, NULL = not part of this command. */
struct remediate_report {
    const char *command; /* "plan", "apply", ...; NULL: none that there is */
    const struct outcome *outcome;
    const struct plan *plan;
    const struct journal *journal;         /* of `history` */
    const struct journal_run *undo;        /* of `undo`: the changes, in their order */
    const struct journal_run *interrupted; /* has no end in the journal */
    bool locked;       /* no other run is under way: `interrupted` surely is */
    const char *notes; /* lines: what could not be seen */
    const char *policy_source;
    uint32_t verbosity;
};

/* Adds the whole output, final newline included. */
void remediate_report_text(const struct remediate_report *report, struct text *out);
MUST_CHECK bool remediate_report_json(const struct remediate_report *report,
                                      struct text *out, struct error *err);

/* Part of the text: changes alone; the journal's runs. */
void remediate_report_changes(const struct change *changes, size_t count,
                              struct text *out);
void remediate_report_history(const struct journal *journal, struct text *out);

#endif
