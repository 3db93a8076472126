/* SPDX-License-Identifier: MIT */
/* The steps of a trial that several commands take. */
#ifndef REMEDIATE_TRIAL_STEPS_H
#define REMEDIATE_TRIAL_STEPS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "remediate/command_steps.h"

/*
 * Of `apply --for`, before the bounds, since it has a program run: takes the lock, names
 * the run, and arms the timer that ends it; a run of that name that is never made, or
 * fails, is none to the timer. False with the outcome set: EXIT_ERROR (no trial here) or
 * EXIT_REFUSED.
 */
MUST_CHECK bool trial_arm(struct command_context *context);

/* Of `apply --for`, after the bounds: opens what trial_arm left. False with the outcome
 * set. */
MUST_CHECK bool trial_open(struct command_context *context);

/* Of `apply --for`, with the plan made: takes the file for the next boot out of it, for
 * `confirm` to write, and fills `run` with the terms of the trial. False with the outcome
 * set: nothing is left to try. */
MUST_CHECK bool trial_prepare(struct command_context *context, struct command_run *run);

/* Ends the trial whose time has passed, if there is one, and says so in the details.
 * Needs the lock, and no interrupted run. False with the outcome set: it could not be
 * ended. */
MUST_CHECK bool trial_end_overdue(struct command_context *context);

/* Whether trial_end_overdue ended just the run that `id` names; NULL = the newest. Then
 * the outcome tells of that. */
bool trial_was_ended(struct command_context *context, const char *id);

/* False with EXIT_REFUSED while a trial is on. */
MUST_CHECK bool trial_is_none(struct command_context *context);

/* Ends the trial that is on, as a run of `expire`: reverts what still is ours, names the
 * rest. Sets the outcome: EXIT_DONE, EXIT_MANUAL (ended; values of others are left), or
 * as command_make_changes. */
void trial_end(struct command_context *context, const struct journal_run *trial);

/* Whether what the trial changed would come back at the next boot once it is confirmed.
 */
bool trial_outlives_boot(const struct command_context *context,
                         const struct journal_run *trial);

/* Adds a line on the trial that is on, and on what ends it, to the details. */
void trial_tell(struct command_context *context);

/* As command_make_undo; of a trial that was confirmed, what `confirm` wrote goes too. */
MUST_CHECK bool trial_make_undo(struct command_context *context,
                                const struct journal_run *run);

#endif
