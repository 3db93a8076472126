/* SPDX-License-Identifier: MIT */
/* Which ports a range must not hand out on Linux, and the list that keeps it from doing
 * so. Pure. */
#ifndef REMEDIATE_PLANNER_RESERVE_H
#define REMEDIATE_PLANNER_RESERVE_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/wider_range.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/*
 * Fills plan->reserve anew for a range that is planned: what is reserved now and not by
 * us; what policy, built-in list and NodePorts keep in it; who listens where the kernel
 * will hand out ports and does not now, and on ports that a run of ours reserved. What
 * else a run of ours reserved is released.
 *
 * *range covers the range of now. Where the list would have RESERVE_LIST_MAX bytes, less
 * of its new part is taken: *range is then the one with the most usable ports for which
 * the list fits, its ends as far from `*range` as an even number, and
 * plan->reserve.limit says so. An obstacle of the item when nothing fits, or something
 * cannot be read. ERR_MEMORY.
 */
MUST_CHECK bool planner_reserve(const struct plan_input *input, struct plan *plan,
                                struct plan_item *item, struct port_range *range,
                                struct error *err);

/*
 * The same for a range that stays as it is, and for which nothing else is planned:
 * releases what is of no use any more, and reserves NodePorts. plan->reserve stays
 * zeroed where there is nothing to do. ERR_MEMORY.
 */
MUST_CHECK bool planner_reserve_tidy(const struct plan_input *input, struct plan *plan,
                                     struct plan_item *item, struct error *err);

/* The list for our file: what is wanted, and what others' files reserve at boot. */
void planner_reserve_at_boot(const struct plan_reserve *reserve, struct port_set *out);

#endif
