/* SPDX-License-Identifier: MIT */
/* Who listens in a range on Linux, and the list that keeps their ports from being handed
 * out. Pure. */
#ifndef REMEDIATE_PLANNER_RESERVE_H
#define REMEDIATE_PLANNER_RESERVE_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* Fills plan->reserve where someone listens in `range` and would lose the port to it; an
 * obstacle of the item when they cannot be protected. ERR_MEMORY. */
MUST_CHECK bool planner_reserve(const struct plan_input *input, struct plan *plan,
                                struct plan_item *item, struct port_range range,
                                struct error *err);

/* Fills plan->reserve with the ports of services that the range of now hands out; an
 * obstacle of the item when they cannot be protected. ERR_MEMORY. */
MUST_CHECK bool planner_reserve_services(const struct plan_input *input,
                                         struct plan *plan, struct plan_item *item,
                                         struct error *err);

/* An obstacle of the range's item when another file has the last word on the list at
 * boot, and leaves out who listens, or services that the plan reserves. ERR_MEMORY. */
MUST_CHECK bool planner_reserve_name_winner(const struct plan_input *input,
                                            const struct plan *plan,
                                            struct plan_item *item, struct error *err);

/* Whether a file ("" or NULL: none) is read after ours at boot, so that what it says
 * holds. */
bool planner_file_has_last_word(const struct plan_input *input, const char *file);

#endif
