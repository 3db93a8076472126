/* SPDX-License-Identifier: MIT */
/* What is wanted of a Windows host. Pure. */
#ifndef REMEDIATE_PLANNER_WINDOWS_H
#define REMEDIATE_PLANNER_WINDOWS_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* Fills in targets and obstacles of the items. ERR_MEMORY; the caller clears *plan. */
MUST_CHECK bool planner_windows(const struct plan_input *input, struct plan *plan,
                                struct error *err);

#endif
