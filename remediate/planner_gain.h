/* SPDX-License-Identifier: MIT */
/* Whether a wider range of Linux is worth it. Pure. */
#ifndef REMEDIATE_PLANNER_GAIN_H
#define REMEDIATE_PLANNER_GAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* What the item's range gains by being `wanted`, with what the plan reserves of it. */
struct planner_gain {
    uint32_t now;  /* usable ports today */
    uint32_t more; /* as many more; 0 when there would be fewer */
};

struct planner_gain planner_gain(const struct plan_input *input, const struct plan *plan,
                                 const struct plan_item *item, struct port_range wanted);

/* Whether the range is accepted as it is, and would gain less than a tenth. */
bool planner_gain_is_too_small(const struct plan_item *item,
                               const struct planner_gain *gain);

#endif
