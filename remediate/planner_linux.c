/* SPDX-License-Identifier: MIT */
/* What each setting is brought to, and the file that keeps it so over the next boot. */
#include "remediate/planner_linux.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/model/wider_range.h"
#include "remediate/drop_in.h"
#include "remediate/planner_gain.h"
#include "remediate/planner_reserve.h"
#include "remediate/relief_plan.h"
#include "remediate/reserve_winner.h"

/* What is known of the setting before anything is planned. */
static void describe(struct plan_item *item)
{
    const struct policy_setting *rule = item->result->rule;
    const struct observed_setting *seen = item->result->seen;
    struct plan_target *target = &item->targets[item->target_count++];

    *target = (struct plan_target){ .kind = CHANGE_SYSCTL };
    (void)snprintf(target->place, sizeof target->place, "%s", rule->place.path);
    if (seen && seen->presence == SETTING_SET)
        target->live = plan_value_of(rule->kind, &seen->value);
    if (seen && seen->boot == BOOT_SET)
        target->boot = plan_value_of(rule->kind, &seen->boot_value);
}

/* The advice tells what the recommended range would have: here less is gained. */
static bool obstruct_limited(const struct plan_input *input, struct plan_item *item,
                             uint32_t gain, struct error *err)
{
    char obstacle[OBSERVED_NOTE_SIZE];
    int length = snprintf(obstacle, sizeof obstacle,
                          "limited by net.ipv4.ip_unprivileged_port_start = %" PRIu16
                          ": the kernel accepts no range that begins below it",
                          input->unprivileged_start);

    if (gain > 0)
        (void)snprintf(obstacle + length, sizeof obstacle - (size_t)length,
                       "; %" PRIu32 " usable port%s gained", gain,
                       gain == 1 ? " is" : "s are");
    return plan_obstruct(item, obstacle, err);
}

static bool obstruct_small(struct plan_item *item, uint32_t gain, struct error *err)
{
    char obstacle[OBSERVED_NOTE_SIZE];

    (void)snprintf(obstacle, sizeof obstacle,
                   "not planned: gains %" PRIu32 " usable port%s, less than a tenth",
                   gain, gain == 1 ? "" : "s");
    return plan_obstruct(item, obstacle, err);
}

/* The value is good, and the next boot would lose it: it is wanted as it is, with who
 * listens in a range that is wider than the boot would make it. */
static bool keep(const struct plan_input *input, struct plan *plan,
                 struct plan_item *item, struct error *err)
{
    struct plan_target *target = &item->targets[0];
    struct port_range range = target->live.range;

    if (input->live_only || (input->relief_only && target->live.kind == PLAN_RANGE))
        return true;
    if (target->live.kind == PLAN_RANGE &&
        !planner_reserve(input, plan, item, &range, err))
        return false;
    if (!item->obstacle)
        target->wanted = target->live;
    return true;
}

/* A range for which wider is not worth it: what the one of now needs. */
static bool leave(const struct plan_input *input, struct plan *plan,
                  struct plan_item *item, uint32_t gain, struct error *err)
{
    struct port_range range = item->targets[0].live.range;

    plan_reserve_clear(&plan->reserve);
    if (item->result->unsaved)
        return keep(input, plan, item, err);
    if (item->result->over_services && !input->relief_only &&
        !planner_reserve(input, plan, item, &range, err))
        return false;
    return item->obstacle || obstruct_small(item, gain, err);
}

/*
 * The kernel prefers ends of different parity (it warns once,
 * net/ipv4/sysctl_net_ipv4.c); a hull that has them equal is kept: a port fewer would
 * narrow it. It refuses a range that begins below net.ipv4.ip_unprivileged_port_start
 * (same file), as it refuses that setting above the range of now: ports below it are kept
 * for services.
 */
static bool widen(const struct plan_input *input, struct plan *plan,
                  struct plan_item *item, struct error *err)
{
    const struct port_range now = item->targets[0].live.range;
    const uint16_t start = input->unprivileged_start;
    const struct port_range recommended = item->result->rule->recommended.range;
    const bool limited = start > port_range_hull(now, recommended).first;
    struct port_range wanted = wider_range_linux(now, recommended, start);
    struct planner_gain gain;

    if (port_range_covers(now, wanted))
        return limited ? obstruct_limited(input, item, 0, err)
                       : plan_obstruct(item, "a range is never narrowed", err);
    if (!planner_reserve(input, plan, item, &wanted, err))
        return false;
    if (item->obstacle)
        return true;
    gain = planner_gain(input, plan, item, wanted);
    if (planner_gain_is_too_small(item, &gain))
        return leave(input, plan, item, gain.more, err);
    item->targets[0].wanted = (struct plan_value){ .kind = PLAN_RANGE, .range = wanted };
    return !limited || obstruct_limited(input, item, gain.more, err);
}

/* A range of the recommended size or more is advised for the services in it alone: it
 * stays as it is. */
static bool only_lacks_reservations(const struct plan_item *item)
{
    const struct policy_setting *rule = item->result->rule;
    const struct observed_setting *seen = item->result->seen;

    return item->targets[0].live.kind == PLAN_RANGE && item->result->over_services &&
           port_range_size(seen->value.range) >= port_range_size(rule->recommended.range);
}

static bool reserve_services(const struct plan_input *input, struct plan *plan,
                             struct plan_item *item, struct error *err)
{
    struct port_range range = item->targets[0].live.range;

    if (input->relief_only)
        return true;
    if (item->result->unsaved && !keep(input, plan, item, err))
        return false;
    return item->obstacle || planner_reserve(input, plan, item, &range, err);
}

/* Of a range for which nothing is planned, the list of reserved ports is looked after. */
static bool tidy(const struct plan_input *input, struct plan *plan,
                 struct plan_item *item, struct error *err)
{
    if (input->relief_only || item->targets[0].live.kind != PLAN_RANGE ||
        plan->reserve.item == item || plan_item_is_planned(item) ||
        strcmp(item->targets[0].place, PLACE_PORT_RANGE) != 0)
        return true;
    return planner_reserve_tidy(input, plan, item, err);
}

static bool plan_item(const struct plan_input *input, struct plan *plan,
                      struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;
    struct plan_target *target = &item->targets[0];

    describe(item);
    if (!result->advised && !result->unsaved)
        return true;
    /* The writer would refuse it, and the whole run with it. */
    if (!place_sysctl_in_reach(target->place))
        return plan_obstruct(
            item, "only sysctls below " PLACE_SYSCTL_REACH " can be changed", err);
    if (!result->advised)
        return keep(input, plan, item, err);
    if (only_lacks_reservations(item))
        return reserve_services(input, plan, item, err);
    if (result->target != TARGET_VALUE)
        return plan_obstruct(item, "a sysctl cannot be removed", err);
    if (target->live.kind == PLAN_UNKNOWN)
        return plan_obstruct(item, "the current value is not known", err);
    if (target->live.kind == PLAN_RANGE)
        return widen(input, plan, item, err);
    target->wanted = plan_value_of(result->rule->kind, &result->rule->recommended);
    return true;
}

/* States a value in our file, or what the file said of the place so far (may be nothing)
 * when `value` is empty. */
static bool state(struct drop_in *wanted, const struct drop_in *now, const char *place,
                  const struct text *value, struct error *err)
{
    char key[PLACE_PART_SIZE];
    const char *kept;

    place_sysctl_key(place, key);
    if (value->length > 0)
        return text_ok(value, err) && drop_in_set(wanted, key, text_string(value), err);
    kept = drop_in_find(now, key);
    return !kept || drop_in_set(wanted, key, kept, err);
}

static const struct plan_item *item_of(const struct plan *plan,
                                       const struct setting_result *result)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].result == result)
            return &plan->items[i];
    return NULL;
}

/* Reserved now, at boot, and for who listens: our file will outrank the others. */
static void add_reserved(const struct plan_reserve *reserve, struct text *out)
{
    struct port_set ports;

    if (!reserve->item)
        return;
    planner_reserve_at_boot(reserve, &ports);
    port_set_format(&ports, out);
}

/* A key that our file has no use for any more: the list when nothing is left of it. */
static bool is_dropped(const struct plan *plan, const char *key)
{
    char reserved[PLACE_PART_SIZE];
    struct port_set ports;

    place_sysctl_key(PLACE_RESERVED_PORTS, reserved);
    if (!plan->reserve.item || strcmp(key, reserved) != 0)
        return false;
    planner_reserve_at_boot(&plan->reserve, &ports);
    return port_set_count(&ports) == 0;
}

/* One setting of the verdict; the reserved ports stand before the range. */
static bool state_setting(const struct plan *plan, const struct setting_result *result,
                          const struct drop_in *now, struct drop_in *wanted,
                          struct error *err)
{
    const struct plan_item *item = item_of(plan, result);
    struct text reserved = { 0 };
    struct text value = { 0 };
    bool ok = true;

    if (result->rule->kind == SETTING_PORT_RANGE) {
        add_reserved(&plan->reserve, &reserved);
        ok = text_ok(&reserved, err) &&
             ((plan->reserve.item && reserved.length == 0) ||
              state(wanted, now, PLACE_RESERVED_PORTS, &reserved, err));
    }
    if (item)
        plan_value_add(CHANGE_SYSCTL, &item->targets[0].wanted, &value);
    ok = ok && text_ok(&value, err) &&
         state(wanted, now, result->rule->place.path, &value, err);
    text_clear(&reserved);
    text_clear(&value);
    return ok;
}

/* The settings in their order, whether planned or kept, then what else the file has. */
static bool compose(const struct plan_input *input, const struct plan *plan,
                    const struct drop_in *now, struct drop_in *wanted, struct error *err)
{
    const struct verdict *verdict = input->verdict;

    for (size_t i = 0; i < verdict->setting_count; i++)
        if (!state_setting(plan, &verdict->settings[i], now, wanted, err))
            return false;
    for (size_t i = 0; i < now->count; i++)
        if (!drop_in_find(wanted, now->lines[i].key) &&
            !is_dropped(plan, now->lines[i].key) &&
            !drop_in_set(wanted, now->lines[i].key, now->lines[i].value, err))
            return false;
    return true;
}

/* Whether the file says all that is wanted already, and no more. */
static bool says_all(const struct drop_in *now, const struct drop_in *wanted)
{
    if (now->count > wanted->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++) {
        const char *value = drop_in_find(now, wanted->lines[i].key);

        if (!value || !change_same_value(CHANGE_SYSCTL, value, wanted->lines[i].value))
            return false;
    }
    return true;
}

static bool plan_file(const struct plan_input *input, struct plan *plan,
                      struct error *err)
{
    struct drop_in now = { 0 };
    struct drop_in wanted = { 0 };
    struct text contents = { 0 };
    bool ok;

    if (input->drop_in && !drop_in_parse(input->drop_in, &now, err))
        return error_prefix(err, "%s", input->drop_in_path);
    plan->file.path = input->drop_in_path;
    plan->file.live = input->drop_in;
    ok = compose(input, plan, &now, &wanted, err);
    if (ok && !says_all(&now, &wanted)) {
        drop_in_format(&wanted, input->drop_in_note, &contents);
        ok = text_ok(&contents, err);
        if (ok)
            plan->file.wanted = contents.data; /* owned there from now on */
        else
            text_clear(&contents);
    }
    drop_in_clear(&now);
    drop_in_clear(&wanted);
    return ok;
}

/* Whether the next boot brings what the plan makes of the setting, whoever sees to it. */
static bool is_right_at_boot(const struct plan_target *target)
{
    const bool planned = target->wanted.kind != PLAN_UNKNOWN;

    return plan_value_equal(&target->boot, planned ? &target->wanted : &target->live);
}

/* What comes after our file belongs to someone else: it is named, not changed. */
static bool name_winner(const struct plan_input *input, const struct plan *plan,
                        struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;
    const char *source = result->seen ? result->seen->boot_source : "";
    char obstacle[2 * OBSERVED_NOTE_SIZE];

    if (item->obstacle)
        return true;
    if ((!result->advised && !result->unsaved) ||
        !planner_file_has_last_word(input, source) || is_right_at_boot(&item->targets[0]))
        return planner_reserve_name_winner(input, plan, item, err);
    (void)snprintf(obstacle, sizeof obstacle,
                   "%s overrides this at boot: change it there", source);
    return plan_obstruct(item, obstacle, err);
}

static bool any_planned(const struct plan *plan)
{
    if (plan->reserve.item)
        return true;
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan_item_is_planned(&plan->items[i]))
            return true;
    return false;
}

bool planner_linux(const struct plan_input *input, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (!plan_item(input, plan, &plan->items[i], err) ||
            !tidy(input, plan, &plan->items[i], err))
            return false;
    if (input->live_only || (input->relief_only && !relief_plan_gives_relief(plan)))
        return true;
    if (any_planned(plan) && !plan_file(input, plan, err))
        return false;
    for (size_t i = 0; i < plan->item_count; i++)
        if (!name_winner(input, plan, &plan->items[i], err))
            return false;
    return true;
}
