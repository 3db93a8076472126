/* SPDX-License-Identifier: MIT */
/* Consequences as steps of a command: foreseen before changes, proven by them, measured
 * after them. */
#ifndef REMEDIATE_COMMAND_CONSEQUENCE_H
#define REMEDIATE_COMMAND_CONSEQUENCE_H

#include <stddef.h>

#include "remediate/command_steps.h"

/* What the changes would do to the usage in context->survey.seen: looks at the host as if
 * they were made. Where it cannot, the consequence says why, and nothing else fails. */
void command_foresee(struct command_context *context, const struct change *changes,
                     size_t count);

/* Lets the next run be done only if the ranges that these changes widen (borrowed until
 * then) have more usable ports after it: one that gained nothing is rolled back. False
 * with the outcome set (EXIT_ERROR): they cannot be counted. */
MUST_CHECK bool command_demand_gain(struct command_context *context,
                                    const struct change *changes, size_t count);

/* After a run that was done: measures again, and asks again. */
void command_measure_again(struct command_context *context);

/* What there is to report of it; NULL = nothing: foreseen and not made, or measured. */
const struct consequence_report *command_consequence(struct command_context *context);

#endif
