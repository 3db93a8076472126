/* SPDX-License-Identifier: MIT */
/* What each registry value is brought to, and how far the dynamic ranges grow, past which
 * listeners. */
#include "remediate/planner_windows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/model/wider_range.h"

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
        return plan_obstruct_unread(
            item, "the current value could not be read, so it could not be restored",
            err);
    if (result->target == TARGET_ABSENT)
        target->wanted.kind = PLAN_ABSENT;
    else
        target->wanted = plan_value_of(SETTING_NUMBER, &result->rule->recommended);
    return true;
}

/* "port 47001 (listener svchost.exe, pid 1234): ...", a line. */
static void add_risk(const struct plan_input *input, enum ip_protocol protocol,
                     uint16_t port, struct text *out)
{
    const char *owner = NULL;

    if (input->port_owner)
        owner = input->port_owner(input->context, protocol, port);
    text_addf(out, "port %" PRIu16 " (listener", port);
    if (owner && *owner) {
        text_add(out, " ");
        text_add_clean(out, owner, "");
    }
    text_add(out, "): the system may allocate it while the service is down\n");
}

/* Whether the port is in the planned range of a family, and not in the one of now. */
static bool is_new(const struct plan_item *item, uint16_t port)
{
    const struct port_range one = { port, port };

    for (size_t i = 0; i < item->target_count; i++)
        if (item->targets[i].wanted.kind == PLAN_RANGE &&
            port_range_covers(item->targets[i].wanted.range, one) &&
            !port_range_covers(item->targets[i].live.range, one))
            return true;
    return false;
}

/* Who listens in the new part: each by its name, up to a number that can be read. */
static bool find_risks(const struct plan_input *input, struct plan_item *item,
                       struct error *err)
{
    const enum ip_protocol protocol = item->result->rule->place.protocol;
    struct text risks = { 0 };
    unsigned int count = 0;
    bool ok;

    for (uint32_t port = 0; input->listeners[protocol] && port <= UINT16_MAX; port++)
        if (port_set_has(input->listeners[protocol], (uint16_t)port) &&
            is_new(item, (uint16_t)port) && ++count <= PLAN_RISKS_NAMED)
            add_risk(input, protocol, (uint16_t)port, &risks);
    if (count > PLAN_RISKS_NAMED)
        text_addf(&risks, "and %u more ports with a listener\n",
                  count - PLAN_RISKS_NAMED);
    ok = text_ok(&risks, err) && (count == 0 || plan_warn(item, &risks, err));
    text_clear(&risks);
    return ok;
}

/* Why netsh would not change the range; NULL when it would. */
static const char *refusal(struct port_range now)
{
    if (port_range_size(now) == 0)
        return "the current range could not be read";
    if (now.first < WIDER_RANGE_WINDOWS_FIRST)
        return "the current range begins below 1025, because of MaxUserPort; netsh "
               "cannot change such a range: remove MaxUserPort, reboot, then plan again";
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
    const char *refused = refusal(now);
    struct port_range wanted;
    uint16_t limit = 0;

    if (port_range_size(now) >= enough)
        return true;
    if (refused) {
        text_add(why, refused);
        return text_ok(why, err);
    }
    wanted = wider_range_windows(input->excluded[protocol], now, rule->recommended.range,
                                 &limit);
    if (port_range_size(wanted) < enough)
        text_addf(why, "limited by port %" PRIu16 " (excluded port) below", limit);
    if (!port_range_covers(now, wanted))
        item->targets[family].wanted =
            (struct plan_value){ .kind = PLAN_RANGE, .range = wanted };
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

/* Without knowing who listens the risk cannot be told. */
static bool check_known(const struct plan_input *input, struct plan_item *item,
                        struct error *err)
{
    const enum ip_protocol protocol = item->result->rule->place.protocol;
    char obstacle[OBSERVED_NOTE_SIZE];
    const char *unknown = NULL;
    const char *so = NULL;

    if (!input->listeners[protocol]) {
        unknown = "listeners";
        so = "those in the new part of the range cannot be named";
    } else if (!input->excluded[protocol]) {
        unknown = "excluded ports";
        so = "the start of the range cannot avoid them";
    }
    if (!unknown)
        return true;
    (void)snprintf(obstacle, sizeof obstacle, "the %s %s could not be read, so %s",
                   place_protocol_name(protocol), unknown, so);
    return plan_obstruct_unread(item, obstacle, err);
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
    ok = ok && obstruct_families(item, why, err) && find_risks(input, item, err);
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
