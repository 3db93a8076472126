/* SPDX-License-Identifier: MIT */
/* Policy, journal, files and the kernel, each as a set of ports. */
#include "remediate/reserve_sources.h"

#include <stdint.h>

#include "checks/decode/sysctl_text.h"
#include "checks/decode/sysctl_value.h"
#include "checks/model/service_ports.h"
#include "checks/model/wider_range.h"
#include "remediate/drop_in.h"
#include "remediate/reserve_ours.h"

/* A list that the kernel would refuse, or a variable of tuned, reserves nothing that
 * could be relied on. */
static void read_list(const char *list, struct port_set *out)
{
    *out = (struct port_set){ 0 };
    if (list && !sysctl_take_port_list(list, out, NULL))
        *out = (struct port_set){ 0 };
}

bool reserve_range_at_boot(const struct plan_input *input,
                           const struct observed_setting *range, struct port_range *out)
{
    return wider_range_at_boot(range, &input->seen->os, out);
}

bool reserve_own_list(const struct plan_input *input, struct port_set *out,
                      struct error *err)
{
    struct drop_in file = { 0 };
    struct error unread = { 0 };
    char key[PLACE_PART_SIZE];

    *out = (struct port_set){ 0 };
    if (!input->drop_in)
        return true;
    if (!drop_in_parse(input->drop_in, &file, &unread))
        return unread.code != ERR_MEMORY ||
               error_set(err, unread.code, "%s", unread.message);
    place_sysctl_key(PLACE_RESERVED_PORTS, key);
    read_list(drop_in_find(&file, key), out);
    drop_in_clear(&file);
    return true;
}

static void find_kept(struct reserve_sources *sources)
{
    static const struct policy_reserve built_in = { .built_in = true };
    static const struct port_range all_ports = { 1, UINT16_MAX };
    static const struct port_range node_ports = { NODE_PORT_FIRST, NODE_PORT_LAST };
    const struct plan_input *input = sources->input;
    const struct policy_reserve *policy = input->reserve ? input->reserve : &built_in;

    sources->policy = policy->add;
    if (policy->built_in)
        service_ports_add(all_ports, &sources->built_in);
    port_set_remove(&sources->built_in, &policy->drop);
    if (service_ports_wants_node_ports(policy, input->kubernetes != NULL))
        port_set_add_range(&sources->node_ports, node_ports);
    port_set_remove(&sources->node_ports, &policy->drop);
}

/* Of what runs of ours reserved, what is still there and in no file of others. Where
 * nobody tells who listens, nothing is ours to release. */
static bool find_ours(struct reserve_sources *sources, struct error *err)
{
    const struct plan_input *input = sources->input;
    struct port_set there = sources->live;
    struct port_set others;
    struct port_set own;
    const struct reserve_history history = { .journal = input->journal,
                                             .boot = input->boot ? input->boot : "",
                                             .machine =
                                                 input->machine ? input->machine : "",
                                             .own = &own };

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!input->listeners[i])
            return true;
    if (!reserve_own_list(input, &own, err))
        return false;
    reserve_ours(&history, &sources->ours);
    port_set_unite(&there, &own);
    port_set_intersect(&sources->ours, &there);
    read_list(input->reserved_others, &others);
    port_set_remove(&sources->ours, &others);
    return true;
}

bool reserve_sources_read(const struct plan_input *input, const struct plan_item *item,
                          struct reserve_sources *out, struct error *err)
{
    *out = (struct reserve_sources){ .input = input, .range = item->result->seen };
    out->live_known =
        input->reserved && sysctl_text_port_list(input->reserved, &out->live, NULL);
    read_list(input->reserved_boot, &out->boot);
    find_kept(out);
    return find_ours(out, err);
}

void reserve_sources_new_part(const struct reserve_sources *sources,
                              struct port_range range,
                              struct port_set new_part[IP_PROTOCOL_COUNT])
{
    const struct port_range now = sources->range->value.range;
    struct port_range boot = now;

    (void)reserve_range_at_boot(sources->input, sources->range, &boot);
    wider_range_new_part(range, now, boot, new_part);
}
