/* SPDX-License-Identifier: MIT */
/* Which file has the last word at boot, and what becomes of reserved ports there. Pure.
 */
#ifndef REMEDIATE_RESERVE_WINNER_H
#define REMEDIATE_RESERVE_WINNER_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* An obstacle of the range's item when another file has the last word on the list at
 * boot, and leaves out what the plan reserves, or our file does. ERR_MEMORY. */
MUST_CHECK bool planner_reserve_name_winner(const struct plan_input *input,
                                            const struct plan *plan,
                                            struct plan_item *item, struct error *err);

/* Whether a file ("" or NULL: none) is read after ours at boot, so that what it says
 * holds. */
bool planner_file_has_last_word(const struct plan_input *input, const char *file);

#endif
