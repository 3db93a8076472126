/* SPDX-License-Identifier: MIT */
/* The seams' answers -> what a wider range would be. */
#include "checks/host/observe_wider.h"

#include <stdio.h>
#include <string.h>

#include "checks/host/observer.h"
#include "checks/host/program.h"
#include "checks/model/wider_range.h"

/* What the look is made with. */
struct look {
    const struct host *host;
    const struct observe_request *request;
    struct observation *seen;
    struct host_listeners listeners;
};

/* The rule for the range of a protocol, that of both on Linux; NULL = the policy leaves
 * it alone. */
static const struct policy_setting *find_rule(const struct look *look,
                                              enum ip_protocol protocol)
{
    const struct policy *policy = look->request->policy;
    const bool linux = look->seen->os.kind == OS_LINUX;

    for (size_t i = 0; i < policy->count; i++) {
        const struct policy_setting *rule = &policy->settings[i];

        if (rule->os != look->seen->os.kind || rule->kind != SETTING_PORT_RANGE ||
            rule->target != TARGET_VALUE)
            continue;
        if (linux ? rule->place.kind == PLACE_SYSCTL &&
                        strcmp(rule->place.path, PLACE_PORT_RANGE) == 0
                  : rule->place.kind == PLACE_DYNAMIC_RANGE &&
                        rule->place.protocol == protocol)
            return rule;
    }
    return NULL;
}

/* Kernels before 4.11 have no such limit. */
static uint16_t read_lowest(const struct look *look)
{
    static const struct place place = { .kind = PLACE_SYSCTL,
                                        .path = PLACE_UNPRIVILEGED_START };
    const struct host *host = look->host;
    struct observed_setting setting = { 0 };

    host->ops->read_setting(host->self, &place, SETTING_NUMBER, &look->request->deadline,
                            &setting);
    return setting.presence == SETTING_SET && setting.value.number > 0 &&
                   setting.value.number <= UINT16_MAX
               ? (uint16_t)setting.value.number
               : 0;
}

static struct port_range boot_range(const struct look *look,
                                    const struct policy_setting *rule,
                                    struct port_range now)
{
    const struct observation *seen = look->seen;
    struct port_range range = now;

    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, rule->name) == 0)
            (void)wider_range_at_boot(&seen->settings[i], &seen->os, &range);
    return range;
}

static struct port_range widen(const struct look *look, const struct policy_setting *rule,
                               const struct host_range *now)
{
    uint16_t limit = 0;

    if (look->seen->os.kind == OS_LINUX)
        return wider_range_linux(now->range, rule->recommended.range, read_lowest(look));
    return wider_range_windows(&now->reserved, now->range, rule->recommended.range,
                               &limit);
}

static bool sum(const struct look *look, enum ip_protocol protocol,
                const struct policy_setting *rule, const struct host_range *now,
                struct error *err)
{
    struct observed_wider *out = &look->seen->wider[protocol];
    const struct wider_facts facts = { .os = look->seen->os.kind,
                                       .range = widen(look, rule, now),
                                       .now = now->range,
                                       .boot = boot_range(look, rule, now->range),
                                       .reserved = &now->reserved,
                                       .reserve = &look->request->policy->reserve,
                                       .kubernetes =
                                           look->listeners.kubernetes[0] != '\0',
                                       .listeners = &look->listeners.table };

    if (port_range_covers(now->range, facts.range)) {
        *out = (struct observed_wider){ .reading.known = true,
                                        .range = now->range,
                                        .usable = look->seen->range[protocol].usable };
        return true;
    }
    if (!look->listeners.known[IP_PROTOCOL_TCP] ||
        !look->listeners.known[IP_PROTOCOL_UDP]) {
        out->range = facts.range;
        reading_set_unknown(&out->reading, look->listeners.notes[0]);
        return true;
    }
    return wider_range_sum(&facts, protocol, out, err);
}

static bool look_at(const struct look *look, enum ip_protocol protocol, struct error *err)
{
    static const struct port_range no_range;
    const struct policy_setting *rule = find_rule(look, protocol);
    const struct host *host = look->host;
    struct host_range now = { 0 };
    struct error failure = { 0 };

    if (!rule || !look->seen->range[protocol].reading.known)
        return true;
    if (!host->ops->read_range(host->self, protocol, no_range, &look->request->deadline,
                               &now, &failure)) {
        reading_set_unknown(&look->seen->wider[protocol].reading, failure.message);
        return failure.code != ERR_MEMORY ||
               error_set(err, ERR_MEMORY, "%s", failure.message);
    }
    if (now.reserved_known)
        return sum(look, protocol, rule, &now, err);
    reading_set_unknown(&look->seen->wider[protocol].reading, now.reserved_reason);
    return true;
}

/* Why nobody listens there is not known, in the words of the one reason. */
static void tell_unread(struct look *look, const struct error *failure)
{
    host_listeners_note(&look->listeners, "listeners not read: %.140s", failure->message);
    look->listeners.known[IP_PROTOCOL_TCP] = false;
}

bool observe_wider(const struct host *host, const struct observe_request *request,
                   struct observation *seen, struct error *err)
{
    struct look look = { .host = host, .request = request, .seen = seen };
    struct error failure = { 0 };
    bool ok = true;

    memset(seen->wider, 0, sizeof seen->wider);
    /* that of --range is not the host's */
    if (port_range_size(request->fixed_range) > 0)
        return true;
    program_watchdog_stage("reading who listens");
    if (!host->ops->read_listeners(host->self, &request->policy->reserve,
                                   &request->deadline, &look.listeners, &failure)) {
        ok = failure.code != ERR_MEMORY ||
             error_set(err, ERR_MEMORY, "%s", failure.message);
        tell_unread(&look, &failure);
    }
    for (int i = 0; ok && i < IP_PROTOCOL_COUNT; i++)
        ok = look_at(&look, (enum ip_protocol)i, err);
    listener_table_clear(&look.listeners.table);
    return ok;
}
