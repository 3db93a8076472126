/* SPDX-License-Identifier: MIT */
/* Tells changes that relieve a host from those that do not. */
#include "remediate/relief_plan.h"

#include <string.h>

bool relief_plan_gives_relief(const struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++)
        for (size_t t = 0; t < plan->items[i].target_count; t++) {
            const struct plan_target *target = &plan->items[i].targets[t];

            if (target->wanted.kind != PLAN_UNKNOWN &&
                !plan_value_equal(&target->live, &target->wanted))
                return true;
        }
    return false;
}

void relief_plan_keep_released(struct plan_reserve *reserve, struct port_set *kept)
{
    *kept = reserve->released;
    port_set_intersect(kept, &reserve->live);
    port_set_unite(&reserve->wanted, kept);
    reserve->released = (struct port_set){ 0 };
}

void relief_plan_add_waiting(const struct plan *whole, struct text *out)
{
    text_add(out, "Waiting for apply:");
    for (size_t i = 0; i < whole->change_count; i++) {
        char name[CHANGE_NAME_SIZE];

        text_add(out, i > 0 ? ", " : " ");
        text_add_clean(out, change_place_name(&whole->changes[i], name), "");
    }
    text_add(out, ".\n");
}

void relief_plan_add_audit(const struct plan *plan, struct text *out)
{
    const char *last = "";

    text_addf(out, "would make %zu change%s", plan->change_count,
              plan->change_count == 1 ? "" : "s");
    for (size_t i = 0; i < plan->change_count; i++) {
        const char *setting = plan->changes[i].setting;

        if (strcmp(setting, last) != 0)
            text_addf(out, "%s%s", i > 0 ? ", " : ": ", setting);
        last = setting;
    }
}
