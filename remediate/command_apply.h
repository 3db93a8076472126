/* SPDX-License-Identifier: MIT */
/* Applying the plan, by hand or for an alert. */
#ifndef REMEDIATE_COMMAND_APPLY_H
#define REMEDIATE_COMMAND_APPLY_H

#include "remediate/command_steps.h"

/* With the lock held: puts back what was interrupted, then plans and applies. */
void command_apply_locked(struct command_context *context);

#endif
