/* SPDX-License-Identifier: MIT */
/* Advice -> plan. Pure. */
#ifndef REMEDIATE_PLANNER_H
#define REMEDIATE_PLANNER_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/*
 * One item for every setting of the verdict, or every one that `only` names, in that
 * order, and the changes for those that are advised. Linux, in this order: listeners in
 * the new part of the range into ip_local_reserved_ports (merged), live values, then the
 * drop-in with every value that has to survive a boot. Windows: registry values, then the
 * ranges of both families: each covers the present and the recommended one; listeners in
 * its new part are risks, and it does not begin on an excluded port. No range
 * is ever narrowed, no value weakened. ERR_ABSENT (`only` names no setting of this
 * system), ERR_MALFORMED (someone edited the drop-in), ERR_UNSUPPORTED (neither Linux nor
 * Windows), ERR_LIMIT, ERR_MEMORY; *out, which must be zeroed, stays so.
 */
MUST_CHECK bool plan_make(const struct plan_input *input, struct plan *out,
                          struct error *err);

#endif
