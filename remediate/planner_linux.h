/* SPDX-License-Identifier: MIT */
/* What is wanted of a Linux host. Pure. */
#ifndef REMEDIATE_PLANNER_LINUX_H
#define REMEDIATE_PLANNER_LINUX_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* Fills in targets and obstacles of the items, the reserved ports and our file. Errors as
 * plan_make; the caller clears *plan. */
MUST_CHECK bool planner_linux(const struct plan_input *input, struct plan *plan,
                              struct error *err);

#endif
