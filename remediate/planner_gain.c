/* SPDX-License-Identifier: MIT */
/* Counts usable ports before and after a widening. */
#include "remediate/planner_gain.h"

#include "checks/decode/sysctl_text.h"
#include "checks/model/wider_range.h"

static uint32_t count_usable(struct port_range range, const struct port_set *reserved)
{
    struct port_set usable = { 0 };

    port_set_add_range(&usable, range);
    port_set_remove(&usable, reserved);
    return port_set_count(&usable);
}

struct planner_gain planner_gain(const struct plan_input *input, const struct plan *plan,
                                 const struct plan_item *item, struct port_range wanted)
{
    struct port_set live = { 0 };
    struct planner_gain gain;
    uint32_t after;

    /* A list that cannot be read reserves nothing that could be counted. */
    if (input->reserved && !sysctl_text_port_list(input->reserved, &live, NULL))
        live = (struct port_set){ 0 };
    gain.now = count_usable(item->targets[0].live.range, &live);
    after =
        count_usable(wanted, plan->reserve.item == item ? &plan->reserve.wanted : &live);
    gain.more = after > gain.now ? after - gain.now : 0;
    return gain;
}

bool planner_gain_is_too_small(const struct plan_item *item,
                               const struct planner_gain *gain)
{
    return item->result->state == SETTING_STATE_ACCEPTED &&
           wider_range_gains_little(gain->now, gain->more);
}
