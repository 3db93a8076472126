/* SPDX-License-Identifier: MIT */
/* What a command works with, and the steps that several commands take. */
#ifndef REMEDIATE_COMMAND_STEPS_H
#define REMEDIATE_COMMAND_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/check.h"
#include "checks/model/change.h"
#include "checks/model/journal.h"
#include "checks/model/observation.h"
#include "remediate/command.h"
#include "remediate/consequence.h"
#include "remediate/foreseen.h"
#include "remediate/opening.h"
#include "remediate/outcome.h"
#include "remediate/plan.h"
#include "remediate/relief.h"
#include "remediate/report_consequence.h"
#include "remediate/run.h"
#include "remediate/session.h"
#include "remediate/status.h"
#include "remediate/survey.h"

/* What `apply --for` set up before its run. Zeroed = no trial. */
struct trial_terms {
    char id[JOURNAL_ID_SIZE];    /* of the run to come */
    int64_t until_s;             /* as journal_run.trial_until_s */
    struct change lasting;       /* owned; without a place = nothing */
    char ended[JOURNAL_ID_SIZE]; /* the overdue trial that was ended first; "" = none */
};

/* The ranges that a run must have made wider. */
struct gain {
    const struct change *changes; /* borrowed */
    size_t count;
    uint64_t before; /* their usable ports */
};

/* What there is and what was found out so far; all of it owned. Large, never moved. */
struct command_context {
    struct session session;
    struct outcome outcome;
    struct survey survey;
    struct plan plan;
    bool planned; /* `plan` is made */
    /* Of run_terms, with the context: what a run must show to be done; NULL = nothing. */
    bool (*prove)(void *context, struct error *err);
    bool ran;           /* changes were to be made: the outcome tells of that run */
    uint32_t made;      /* bit N: change N of that run was made, and stays */
    bool wants_history; /* the report shows the journal */
    bool wants_status;  /* the report shows the next */
    struct remediate_status status;
    bool has_consequence;     /* the next ones are filled, as far as can be known */
    struct foreseen foreseen; /* what the changes make of the settings */
    struct consequence consequence;
    struct observation after; /* as it would be, or is */
    struct verdict after_verdict;
    bool measured;          /* `after` is what is, with its verdict */
    struct reliefs reliefs; /* asked before and after */
    struct gain gain;       /* what the run must show */
    struct consequence_report told;
    struct opening opening;   /* of `plan`; without `seen` = nothing to tell */
    struct journal_run undo;  /* what `undo` takes back; no changes = nothing */
    struct observation usage; /* of an alert that wants to act */
    struct verdict verdict;   /* on it */
    struct trial_terms trial;
};

/* Looks at the machine and plans. False with the outcome set: EXIT_REFUSED or
 * EXIT_ERROR. */
MUST_CHECK bool command_make_plan(struct command_context *context);

/* The plan as an outcome, for whoever only wants to see it. */
void command_tell_plan(struct command_context *context);

/* Adds "; could not be read: A, B" to the message: what was planned is not all that there
 * may be to change. False when all could be read. */
bool command_tell_unread(struct command_context *context);

/* Ends an interrupted run, if there is one, by putting back what it did; one that
 * happened elsewhere in the journal alone. Needs the lock. False with the outcome set:
 * EXIT_FAILED, EXIT_MANUAL, EXIT_REFUSED or EXIT_ERROR. */
MUST_CHECK bool command_recover(struct command_context *context);

/* Whether the command ends or keeps runs that are there, and plans none of its own: undo,
 * confirm. */
bool command_is_of_a_run(const struct command_context *context);

/* Makes context->undo the run that takes `of` back, as far as anything of it is left in
 * this boot. False with the outcome set: EXIT_ERROR or EXIT_REFUSED. */
MUST_CHECK bool command_make_undo(struct command_context *context,
                                  const struct journal_run *of);

/* A run that a command wants; all borrowed. What is zeroed makes it an ordinary one. */
struct command_run {
    const struct change *changes; /* copied: a report shows them as they were planned */
    size_t count;
    const char *command;  /* in the journal; NULL = the command's own name */
    const char *id;       /* that ledger_name gave before; NULL = a new one */
    const char *undoes;   /* NULL = none */
    const char *confirms; /* NULL = none */
    bool live_only;
    int64_t trial_until_s;        /* as in journal_run */
    const struct change *lasting; /* of a trial; NULL = none */
};

/*
 * Makes the changes as one run of the command. Sets the outcome: EXIT_DONE, EXIT_FAILED,
 * EXIT_MANUAL, EXIT_REFUSED or, without memory, EXIT_ERROR. Needs the lock.
 */
void command_make_changes(struct command_context *context,
                          const struct command_run *wanted);

/* Closes the session and frees everything. */
void command_context_clear(struct command_context *context);

#endif
