/* SPDX-License-Identifier: MIT */
/* The hull of two ranges, less what must not be handed out. */
#include "checks/model/wider_range.h"

#include <stdio.h>

#include "checks/model/reserve_listeners.h"
#include "checks/model/service_ports.h"

static struct port_range keep_parity(struct port_range now, struct port_range wanted)
{
    if (wanted.first < now.first && ((wanted.first ^ now.first) & 1) != 0)
        wanted.first++;
    return wanted;
}

struct port_range wider_range_linux(struct port_range now, struct port_range recommended,
                                    uint16_t lowest)
{
    struct port_range wanted = port_range_hull(now, recommended);

    if (lowest > wanted.first)
        wanted.first = lowest < now.first ? lowest : now.first;
    return keep_parity(now, wanted);
}

struct port_range wider_range_windows(const struct port_set *excluded,
                                      struct port_range now,
                                      struct port_range recommended, uint16_t *limit)
{
    struct port_range range = port_range_hull(now, recommended);
    uint16_t start = range.first;

    while (start < now.first && start >= WIDER_RANGE_WINDOWS_FIRST &&
           port_set_has(excluded, start))
        start--;
    if (start >= WIDER_RANGE_WINDOWS_FIRST) {
        range.first = start;
        return range;
    }
    while (range.first < now.first && port_set_has(excluded, range.first))
        *limit = range.first++;
    return range;
}

bool wider_range_gains_little(uint32_t now, uint32_t more)
{
    return UINT64_C(10) * more < now;
}

void wider_range_new_part(struct port_range range, struct port_range now,
                          struct port_range boot,
                          struct port_set new_part[IP_PROTOCOL_COUNT])
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        new_part[i] = (struct port_set){ 0 };
    for (uint32_t port = range.first; port <= range.last; port++) {
        const bool new_now = !port_range_contains(now, (uint16_t)port);
        const bool new_at_boot = !port_range_contains(boot, (uint16_t)port);

        if (new_now || new_at_boot)
            port_set_add(&new_part[IP_PROTOCOL_TCP], (uint16_t)port);
        if (new_now)
            port_set_add(&new_part[IP_PROTOCOL_UDP], (uint16_t)port);
    }
}

bool wider_range_at_boot(const struct observed_setting *setting,
                         const struct os_version *os, struct port_range *out)
{
    struct setting_value value = setting->boot_value;

    if (setting->boot == BOOT_UNKNOWN ||
        (setting->boot == BOOT_UNSET &&
         !setting_kernel_default(setting->name, os, &value)))
        return false;
    *out = value.range;
    return true;
}

/* The lowest ones. */
static void name_ports(const struct port_set *ports, struct observed_wider *out)
{
    out->port_count = 0;
    for (uint32_t port = 1; port <= UINT16_MAX && out->port_count < WIDER_PORTS_MAX;
         port++)
        if (port_set_has(ports, (uint16_t)port))
            out->ports[out->port_count++] = (uint16_t)port;
}

void wider_range_count(const struct wider_ports *ports, struct observed_wider *out)
{
    out->services = port_set_count(&ports->services);
    out->listeners = port_set_count(&ports->listeners);
    out->unprotected = port_set_count(&ports->unprotected);
    out->reserves = out->services + out->listeners;
    name_ports(out->reserves > 0 ? &ports->listeners : &ports->unprotected, out);
}

/* One range in the making. */
struct sum {
    const struct wider_facts *facts;
    struct port_set taken; /* reserved now, or then */
    struct wider_ports ports;
};

/* Ports of the range that are kept though nobody may listen there. */
static void take_services(struct sum *sum)
{
    const struct wider_facts *facts = sum->facts;

    service_ports_kept_here(facts->reserve, facts->kubernetes, facts->range,
                            &sum->ports.services);
    port_set_remove(&sum->ports.services, facts->reserved);
    port_set_unite(&sum->taken, &sum->ports.services);
}

static bool take_listeners(struct sum *sum, struct error *err)
{
    static const struct port_set none;
    const struct wider_facts *facts = sum->facts;
    struct reserve_candidates candidates = { .table = facts->listeners,
                                             .first = &none,
                                             .live = facts->reserved };

    sum->ports.listeners = sum->taken;
    wider_range_new_part(facts->range, facts->now, facts->boot, candidates.ports);
    if (!reserve_listeners(&candidates, &sum->ports.listeners, NULL, err))
        return false;
    port_set_remove(&sum->ports.listeners, &sum->taken);
    port_set_unite(&sum->taken, &sum->ports.listeners);
    return true;
}

/* Where somebody listens whom nothing protects. */
static void find_unprotected(struct sum *sum, enum ip_protocol protocol)
{
    const struct wider_facts *facts = sum->facts;
    struct port_set new_part[IP_PROTOCOL_COUNT];

    wider_range_new_part(facts->range, facts->now, facts->now, new_part);
    port_set_intersect(&new_part[protocol], &facts->listeners->all[protocol]);
    port_set_remove(&new_part[protocol], &sum->taken);
    sum->ports.unprotected = new_part[protocol];
}

/* The planner takes less then, and says how much. */
static void tell_too_long(const struct sum *sum, struct observed_wider *out)
{
    const size_t length = port_set_text_length(&sum->taken);

    if (sum->facts->os != OS_LINUX || length < RESERVE_LIST_MAX)
        return;
    out->reading.known = false;
    (void)snprintf(out->reading.reason, sizeof out->reading.reason,
                   "the list of reserved ports would have %zu bytes, and procps reads %d "
                   "of a line",
                   length, RESERVE_LIST_MAX);
}

bool wider_range_sum(const struct wider_facts *facts, enum ip_protocol protocol,
                     struct observed_wider *out, struct error *err)
{
    struct sum sum = { .facts = facts, .taken = *facts->reserved };
    struct observed_wider wider = { .reading.known = true, .range = facts->range };
    struct port_set usable = { 0 };

    if (facts->os == OS_LINUX) {
        take_services(&sum);
        if (!take_listeners(&sum, err))
            return false;
    }
    port_set_add_range(&usable, facts->range);
    port_set_remove(&usable, &sum.taken);
    wider.usable = port_set_count(&usable);
    find_unprotected(&sum, protocol);
    wider_range_count(&sum.ports, &wider);
    tell_too_long(&sum, &wider);
    *out = wider;
    return true;
}
