/* SPDX-License-Identifier: MIT */
/* What each registry value is brought to, and how far the dynamic ranges can grow around
 * who listens. */
#include "remediate/planner_windows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* netsh refuses a start below 1025 and fewer than 255 ports (KB929851). */
enum { NETSH_FIRST_LOWEST = 1025, NETSH_PORTS_LOWEST = 255 };

/* Whether this version of Windows takes the recommended number; else an obstacle. */
static bool check_number(const struct plan_input *input, struct plan_item *item,
                         struct error *err)
{
    const struct policy_setting *rule = item->result->rule;
    const int64_t number = rule->recommended.number;
    char obstacle[OBSERVED_NOTE_SIZE];
    int64_t lowest;
    int64_t highest;

    if (item->result->target != TARGET_VALUE ||
        !setting_valid_numbers(rule->name, &input->seen->os, &lowest, &highest) ||
        (number >= lowest && number <= highest))
        return true;
    (void)snprintf(obstacle, sizeof obstacle,
                   "the policy recommends %" PRId64
                   ", but this Windows accepts only %" PRId64 " to %" PRId64,
                   number, lowest, highest);
    return plan_obstruct(item, obstacle, err);
}

/* What must be put back; unknown when it could not be read. */
static struct plan_value registry_now(const struct plan_input *input,
                                      const struct setting_result *result)
{
    const struct observed_setting *seen = result->seen;
    const char *text = input->registry_text[result - input->verdict->settings];

    if (seen && seen->presence == SETTING_OS_DEFAULT)
        return (struct plan_value){ .kind = PLAN_ABSENT };
    if (seen && seen->presence == SETTING_SET)
        return plan_value_of(SETTING_NUMBER, &seen->value);
    if (seen && seen->presence == SETTING_WRONG_TYPE && text)
        return (struct plan_value){ .kind = PLAN_TEXT, .text = text };
    return (struct plan_value){ 0 };
}

static bool plan_registry(const struct plan_input *input, struct plan_item *item,
                          struct error *err)
{
    const struct setting_result *result = item->result;
    struct plan_target *target = &item->targets[item->target_count++];

    *target = (struct plan_target){ .kind = CHANGE_REGISTRY,
                                    .live = registry_now(input, result) };
    place_registry_name(&result->rule->place, target->place);
    if (!result->advised)
        return true;
    if (!check_number(input, item, err))
        return false;
    if (item->obstacle)
        return true;
    if (target->live.kind == PLAN_UNKNOWN)
        return plan_obstruct(
            item, "the current value could not be read, so it could not be restored",
            err);
    if (result->target == TARGET_ABSENT)
        target->wanted.kind = PLAN_ABSENT;
    else
        target->wanted = plan_value_of(SETTING_NUMBER, &result->rule->recommended);
    return true;
}

/* How far a range can grow, and the ports that end it; 0 = none does. */
struct widening {
    struct port_range range;
    uint16_t below;
    uint16_t above;
};

static bool is_taken(const struct plan_input *input, enum ip_protocol protocol,
                     uint32_t port)
{
    return port_set_has(input->listeners[protocol], (uint16_t)port) ||
           port_set_has(input->excluded[protocol], (uint16_t)port);
}

/* A dynamic range is one piece: it grows at both ends until a port that is taken. */
static struct widening widen(const struct plan_input *input, enum ip_protocol protocol,
                             struct port_range now, struct port_range recommended)
{
    struct port_range most = port_range_hull(now, recommended);
    struct widening widening = { .range = now };
    struct port_range *range = &widening.range;

    if (most.first < NETSH_FIRST_LOWEST)
        most.first = NETSH_FIRST_LOWEST;
    while (range->first > most.first && !is_taken(input, protocol, range->first - 1U))
        range->first--;
    while (range->last < most.last && !is_taken(input, protocol, range->last + 1U))
        range->last++;
    if (range->first > most.first)
        widening.below = (uint16_t)(range->first - 1);
    if (range->last < most.last)
        widening.above = (uint16_t)(range->last + 1);
    return widening;
}

/* "port 40000 (sqlservr.exe, pid 1234) below". */
static void add_limit(const struct plan_input *input, enum ip_protocol protocol,
                      uint16_t port, struct text *out)
{
    const char *owner = NULL;

    text_addf(out, "port %" PRIu16, port);
    if (!port_set_has(input->listeners[protocol], port)) {
        text_add(out, " (excluded port)");
        return;
    }
    if (input->port_owner)
        owner = input->port_owner(input->context, protocol, port);
    text_add(out, " (listener");
    if (owner && *owner) {
        text_add(out, " ");
        text_add_clean(out, owner, "");
    }
    text_add(out, ")");
}

/* Nothing when the range is as good as the recommended one all the same. */
static void explain_limits(const struct plan_input *input, enum ip_protocol protocol,
                           const struct widening *widening, uint32_t enough,
                           struct text *out)
{
    if (port_range_size(widening->range) >= enough)
        return;
    if (!widening->below && !widening->above) {
        text_add(out, "netsh cannot set a range that begins below 1025");
        return;
    }
    text_add(out, "limited by ");
    if (widening->below) {
        add_limit(input, protocol, widening->below, out);
        text_add(out, " below");
    }
    if (widening->below && widening->above)
        text_add(out, " and ");
    if (widening->above) {
        add_limit(input, protocol, widening->above, out);
        text_add(out, " above");
    }
}

/* Why netsh would not take the range; NULL when it would. */
static const char *refusal(struct port_range now, struct port_range wanted)
{
    if (port_range_size(now) == 0)
        return "the current range could not be read";
    if (now.first < NETSH_FIRST_LOWEST)
        return "the current range begins below 1025, because of MaxUserPort; netsh "
               "cannot change such a range: remove MaxUserPort, reboot, then plan again";
    if (port_range_size(wanted) < NETSH_PORTS_LOWEST)
        return "netsh cannot set a range of fewer than 255 ports";
    return NULL;
}

/* A family whose range is as large as the recommended one is left alone, like a setting
 * is. */
static bool plan_family(const struct plan_input *input, struct plan_item *item,
                        enum ip_family family, struct text *why, struct error *err)
{
    const struct policy_setting *rule = item->result->rule;
    const enum ip_protocol protocol = rule->place.protocol;
    const struct port_range now = input->dynamic[protocol][family];
    const uint32_t enough = port_range_size(rule->recommended.range);
    struct widening widening;
    const char *refused;

    if (port_range_size(now) >= enough)
        return true;
    widening = widen(input, protocol, now, rule->recommended.range);
    refused = refusal(now, widening.range);
    if (refused)
        text_add(why, refused);
    else
        explain_limits(input, protocol, &widening, enough, why);
    if (!refused && !port_range_covers(now, widening.range))
        item->targets[family].wanted =
            (struct plan_value){ .kind = PLAN_RANGE, .range = widening.range };
    return text_ok(why, err);
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
        for (int i = 0; i < IP_FAMILY_COUNT; i++)
            if (why[i].length > 0)
                text_addf(&all, "%s%s: %s", all.length > 0 ? "; " : "",
                          place_family_name((enum ip_family)i), text_string(&why[i]));
    ok = text_ok(&all, err) && plan_obstruct(item, text_string(&all), err);
    text_clear(&all);
    return ok;
}

/* Without knowing who listens a range could be laid over a service. */
static bool check_known(const struct plan_input *input, struct plan_item *item,
                        struct error *err)
{
    const enum ip_protocol protocol = item->result->rule->place.protocol;
    char obstacle[OBSERVED_NOTE_SIZE];
    const char *unknown = NULL;

    if (!input->listeners[protocol])
        unknown = "listeners";
    else if (!input->excluded[protocol])
        unknown = "excluded ports";
    if (!unknown)
        return true;
    (void)snprintf(obstacle, sizeof obstacle,
                   "the %s %s could not be read, so the range cannot avoid them",
                   place_protocol_name(protocol), unknown);
    return plan_obstruct(item, obstacle, err);
}

static void describe_ranges(const struct plan_input *input, struct plan_item *item)
{
    const enum ip_protocol protocol = item->result->rule->place.protocol;

    item->target_count = IP_FAMILY_COUNT;
    for (int i = 0; i < IP_FAMILY_COUNT; i++) {
        const struct port_range now = input->dynamic[protocol][i];
        struct plan_target *target = &item->targets[i];

        *target = (struct plan_target){ .kind = CHANGE_DYNAMIC_RANGE };
        (void)snprintf(target->place, sizeof target->place, "%s",
                       place_range_name(protocol, (enum ip_family)i));
        if (port_range_size(now) > 0)
            target->live = (struct plan_value){ .kind = PLAN_RANGE, .range = now };
    }
}

static bool plan_ranges(const struct plan_input *input, struct plan_item *item,
                        struct error *err)
{
    struct text why[IP_FAMILY_COUNT] = { { 0 } };
    bool ok;

    describe_ranges(input, item);
    if (!item->result->advised)
        return true;
    ok = check_known(input, item, err);
    for (int i = 0; ok && !item->obstacle && i < IP_FAMILY_COUNT; i++)
        ok = plan_family(input, item, (enum ip_family)i, &why[i], err);
    ok = ok && obstruct_families(item, why, err);
    for (size_t i = 0; i < IP_FAMILY_COUNT; i++)
        text_clear(&why[i]);
    return ok;
}

bool planner_windows(const struct plan_input *input, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++) {
        struct plan_item *item = &plan->items[i];

        if (item->result->rule->place.kind == PLACE_DYNAMIC_RANGE
                ? !plan_ranges(input, item, err)
                : !plan_registry(input, item, err))
            return false;
    }
    return true;
}
