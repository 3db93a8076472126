/* SPDX-License-Identifier: MIT */
/* What plan.c and the planners of the two systems share. */
#ifndef REMEDIATE_PLAN_PARTS_H
#define REMEDIATE_PLAN_PARTS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "remediate/plan.h"

/* Add the changes and the obstacles of the advised items of *plan. Errors as plan_make;
 * the caller clears *plan. */
MUST_CHECK bool plan_linux(const struct plan_facts *facts, struct plan *plan,
                           struct error *err);
MUST_CHECK bool plan_windows(const struct plan_facts *facts, struct plan *plan,
                             struct error *err);

/* A struct change whose strings are borrowed. */
struct change_words {
    enum change_kind kind;
    const char *setting;
    const char *place;
    const char *from; /* NULL = absent */
    const char *to;   /* NULL = absent */
    bool reboot;
};

/*
 * Adds a change (its strings are copied); it becomes the item's, whose changes must be
 * added one after the other. `item` NULL = no item's. ERR_LIMIT, ERR_MEMORY.
 */
MUST_CHECK bool plan_add(struct plan *plan, struct plan_item *item,
                         const struct change_words *words, struct error *err);

/* Says why the item has no, or not the whole, change; at most once per item. ERR_MEMORY.
 */
MUST_CHECK bool plan_obstruct(struct plan_item *item, const char *obstacle,
                              struct error *err);

/* The smallest range that covers both. */
struct port_range plan_hull(struct port_range a, struct port_range b);

#endif
