/* SPDX-License-Identifier: MIT */
/* The plan for Windows: registry values, then the dynamic ranges around who listens. */
#include "remediate/plan_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* netsh refuses a start below 1025 and fewer than 255 ports (KB929851). */
enum { NETSH_FIRST_LOWEST = 1025, NETSH_PORTS_LOWEST = 255 };

/* Room for an int64_t and the NUL. */
enum { NUMBER_SIZE = 24 };

/* Room for path, '\' and value name. */
enum { PLACE_SIZE = 2 * SETTING_NAME_SIZE };

static const char *const protocol_words[] = { "tcp", "udp" };
static const char *const protocol_names[] = { "TCP", "UDP" };
static const char *const family_words[] = { "ipv4", "ipv6" };
static const char *const family_names[] = { "IPv4", "IPv6" };

/* A registry value before its change. */
struct present_value {
    char place[PLACE_SIZE];
    char number[NUMBER_SIZE];
    const char *text; /* `number` or borrowed from the caller; NULL = absent */
};

/* Whether this version of Windows takes the recommended number; else an obstacle. */
static bool check_number(const struct plan_facts *facts, struct plan_item *item,
                         struct error *err)
{
    const struct policy_setting *rule = item->result->rule;
    const int64_t number = rule->recommended.number;
    char obstacle[OBSERVED_NOTE_SIZE];
    int64_t lowest;
    int64_t highest;

    if (item->result->target != TARGET_VALUE ||
        !setting_valid_numbers(rule->name, &facts->seen->os, &lowest, &highest) ||
        (number >= lowest && number <= highest))
        return true;
    (void)snprintf(obstacle, sizeof obstacle,
                   "the policy recommends %" PRId64 ", this Windows takes %" PRId64
                   " to %" PRId64 " only",
                   number, lowest, highest);
    return plan_obstruct(item, obstacle, err);
}

/* Finds out what must be put back; an obstacle when that is not known. */
static bool find_present(const struct plan_facts *facts, struct plan_item *item,
                         struct present_value *out, struct error *err)
{
    const struct place *location = &item->result->rule->place;
    const struct observed_setting *seen = item->result->seen;

    *out = (struct present_value){ 0 };
    (void)snprintf(out->place, sizeof out->place, "%s\\%s", location->path,
                   location->value);
    if (seen && seen->presence == SETTING_OS_DEFAULT)
        return true;
    if (seen && seen->presence == SETTING_SET) {
        (void)snprintf(out->number, sizeof out->number, "%" PRId64, seen->value.number);
        out->text = out->number;
        return true;
    }
    if (seen && seen->presence == SETTING_WRONG_TYPE && facts->registry_value)
        out->text = facts->registry_value(facts->context, out->place);
    if (out->text)
        return true;
    return plan_obstruct(
        item, "the value now could not be read, so it could not be put back", err);
}

static bool plan_registry(const struct plan_facts *facts, struct plan *plan,
                          struct plan_item *item, struct error *err)
{
    const struct policy_setting *rule = item->result->rule;
    struct present_value present;
    char wanted[NUMBER_SIZE];

    if (!check_number(facts, item, err))
        return false;
    if (item->obstacle)
        return true;
    if (!find_present(facts, item, &present, err))
        return false;
    if (item->obstacle)
        return true;
    (void)snprintf(wanted, sizeof wanted, "%" PRId64, rule->recommended.number);
    return plan_add(plan, item,
                    &(struct change_words){
                        .kind = CHANGE_REGISTRY,
                        .setting = rule->name,
                        .place = present.place,
                        .from = present.text,
                        .to = item->result->target == TARGET_ABSENT ? NULL : wanted,
                        .reboot = !rule->known || rule->known->reboot },
                    err);
}

/* How far a range can grow, and the ports that end it; 0 = none does. */
struct widening {
    struct port_range range;
    uint16_t below;
    uint16_t above;
};

static bool is_taken(const struct plan_facts *facts, enum ip_protocol protocol,
                     uint32_t port)
{
    return port_set_has(facts->listeners[protocol], (uint16_t)port) ||
           port_set_has(facts->excluded[protocol], (uint16_t)port);
}

/* A dynamic range is one piece: it grows at both ends until a port that is taken. */
static struct widening widen(const struct plan_facts *facts, enum ip_protocol protocol,
                             struct port_range now, struct port_range recommended)
{
    struct port_range most = plan_hull(now, recommended);
    struct widening widening = { .range = now };
    struct port_range *range = &widening.range;

    if (most.first < NETSH_FIRST_LOWEST)
        most.first = NETSH_FIRST_LOWEST;
    while (range->first > most.first && !is_taken(facts, protocol, range->first - 1U))
        range->first--;
    while (range->last < most.last && !is_taken(facts, protocol, range->last + 1U))
        range->last++;
    if (range->first > most.first)
        widening.below = (uint16_t)(range->first - 1);
    if (range->last < most.last)
        widening.above = (uint16_t)(range->last + 1);
    return widening;
}

/* "port 40000 (sqlservr.exe, pid 1234) below". */
static void add_limit(const struct plan_facts *facts, enum ip_protocol protocol,
                      uint16_t port, struct text *out)
{
    const char *owner = NULL;

    text_addf(out, "port %" PRIu16, port);
    if (!port_set_has(facts->listeners[protocol], port)) {
        text_add(out, " (excluded port)");
        return;
    }
    if (facts->port_owner)
        owner = facts->port_owner(facts->context, protocol, port);
    text_add(out, " (listener");
    if (owner && *owner) {
        text_add(out, " ");
        text_add_clean(out, owner, "");
    }
    text_add(out, ")");
}

/* Nothing when the range is as good as the recommended one all the same. */
static void explain_limits(const struct plan_facts *facts, enum ip_protocol protocol,
                           const struct widening *widening, uint32_t enough,
                           struct text *out)
{
    if (port_range_size(widening->range) >= enough)
        return;
    if (!widening->below && !widening->above) {
        text_add(out, "netsh sets no range that begins below 1025");
        return;
    }
    text_add(out, "limited by ");
    if (widening->below) {
        add_limit(facts, protocol, widening->below, out);
        text_add(out, " below");
    }
    if (widening->below && widening->above)
        text_add(out, " and ");
    if (widening->above) {
        add_limit(facts, protocol, widening->above, out);
        text_add(out, " above");
    }
}

/* Why netsh would not take the range; NULL when it would. */
static const char *refusal(struct port_range now, struct port_range wanted)
{
    if (port_range_size(now) == 0)
        return "the range now could not be read";
    if (now.first < NETSH_FIRST_LOWEST)
        return "the range now begins below 1025, which netsh does not set; MaxUserPort "
               "does: plan again when it is gone and the host was booted";
    if (port_range_size(wanted) < NETSH_PORTS_LOWEST)
        return "netsh sets no range of fewer than 255 ports";
    return NULL;
}

/* One setting of dynamic ranges while it is planned. */
struct range_work {
    const struct plan_facts *facts;
    struct plan *plan;
    struct plan_item *item;
    enum ip_protocol protocol;
};

static bool add_range(const struct range_work *work, size_t family,
                      struct port_range wanted, struct error *err)
{
    char place[16];
    char from[PORT_RANGE_TEXT_SIZE];
    char to[PORT_RANGE_TEXT_SIZE];

    (void)snprintf(place, sizeof place, "%s/%s", protocol_words[work->protocol],
                   family_words[family]);
    port_range_format(work->facts->dynamic[work->protocol][family], from);
    port_range_format(wanted, to);
    return plan_add(work->plan, work->item,
                    &(struct change_words){ .kind = CHANGE_DYNAMIC_RANGE,
                                            .setting = work->item->result->rule->name,
                                            .place = place,
                                            .from = from,
                                            .to = to },
                    err);
}

/* A family whose range is as large as the recommended one is left alone, like a setting
 * is. */
static bool plan_family(const struct range_work *work, size_t family, struct text *why,
                        struct error *err)
{
    const struct port_range recommended = work->item->result->rule->recommended.range;
    const struct port_range now = work->facts->dynamic[work->protocol][family];
    const uint32_t enough = port_range_size(recommended);
    struct widening widening;
    const char *refused;

    if (port_range_size(now) >= enough)
        return true;
    widening = widen(work->facts, work->protocol, now, recommended);
    refused = refusal(now, widening.range);
    if (refused) {
        text_add(why, refused);
        return text_ok(why, err);
    }
    explain_limits(work->facts, work->protocol, &widening, enough, why);
    return text_ok(why, err) && (port_range_covers(now, widening.range) ||
                                 add_range(work, family, widening.range, err));
}

/* One obstacle of both families, said once when it is the same. */
static bool obstruct_families(struct plan_item *item,
                              const struct text why[IP_FAMILY_COUNT], struct error *err)
{
    struct text all = { 0 };
    bool ok;

    if (why[IP_FAMILY_V4].length == 0 && why[IP_FAMILY_V6].length == 0)
        return true;
    if (strcmp(text_string(&why[IP_FAMILY_V4]), text_string(&why[IP_FAMILY_V6])) == 0)
        text_add(&all, text_string(&why[IP_FAMILY_V4]));
    else
        for (size_t i = 0; i < IP_FAMILY_COUNT; i++)
            if (why[i].length > 0)
                text_addf(&all, "%s%s: %s", all.length > 0 ? "; " : "", family_names[i],
                          text_string(&why[i]));
    ok = text_ok(&all, err) && plan_obstruct(item, text_string(&all), err);
    text_clear(&all);
    return ok;
}

/* Without knowing who listens a range could be laid over a service. */
static bool check_known(const struct range_work *work, struct error *err)
{
    char obstacle[OBSERVED_NOTE_SIZE];
    const char *unknown = NULL;

    if (!work->facts->listeners[work->protocol])
        unknown = "listeners";
    else if (!work->facts->excluded[work->protocol])
        unknown = "excluded ports";
    if (!unknown)
        return true;
    (void)snprintf(obstacle, sizeof obstacle,
                   "the %s %s could not be read, so the range cannot go around them",
                   protocol_names[work->protocol], unknown);
    return plan_obstruct(work->item, obstacle, err);
}

static bool plan_ranges(const struct range_work *work, struct error *err)
{
    struct text why[IP_FAMILY_COUNT] = { { 0 } };
    bool ok = check_known(work, err);

    for (size_t i = 0; ok && !work->item->obstacle && i < IP_FAMILY_COUNT; i++)
        ok = plan_family(work, i, &why[i], err);
    ok = ok && obstruct_families(work->item, why, err);
    for (size_t i = 0; i < IP_FAMILY_COUNT; i++)
        text_clear(&why[i]);
    return ok;
}

static bool is_advised(const struct plan_item *item, enum place_kind kind)
{
    return item->result->advised && item->result->rule->place.kind == kind;
}

static bool plan_protocol(const struct plan_facts *facts, struct plan *plan,
                          enum ip_protocol protocol, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct range_work work = { facts, plan, &plan->items[i], protocol };

        if (is_advised(work.item, PLACE_DYNAMIC_RANGE) &&
            work.item->result->rule->place.protocol == protocol &&
            !plan_ranges(&work, err))
            return false;
    }
    return true;
}

bool plan_windows(const struct plan_facts *facts, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (is_advised(&plan->items[i], PLACE_REGISTRY) &&
            !plan_registry(facts, plan, &plan->items[i], err))
            return false;
    return plan_protocol(facts, plan, IP_PROTOCOL_TCP, err) &&
           plan_protocol(facts, plan, IP_PROTOCOL_UDP, err);
}
