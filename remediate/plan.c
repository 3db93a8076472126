/* SPDX-License-Identifier: MIT */
/* From the states of places to changes; the one place where values become text. */
#include "remediate/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/setting_words.h"

struct plan_value plan_value_of(enum setting_kind kind, const struct setting_value *value)
{
    if (kind == SETTING_PORT_RANGE)
        return (struct plan_value){ .kind = PLAN_RANGE, .range = value->range };
    return (struct plan_value){ .kind = PLAN_NUMBER, .number = value->number };
}

bool plan_value_equal(const struct plan_value *a, const struct plan_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == PLAN_RANGE)
        return a->range.first == b->range.first && a->range.last == b->range.last;
    if (a->kind == PLAN_TEXT)
        return strcmp(a->text, b->text) == 0;
    return a->number == b->number;
}

void plan_value_add(enum change_kind kind, const struct plan_value *value,
                    struct text *out)
{
    if (value->kind == PLAN_NUMBER)
        text_addf(out, "%" PRId64, value->number);
    else if (value->kind == PLAN_RANGE)
        text_addf(out, "%" PRIu16 "%s%" PRIu16, value->range.first,
                  kind == CHANGE_DYNAMIC_RANGE ? "-" : " ", value->range.last);
    else if (value->kind == PLAN_TEXT)
        text_add(out, value->text);
}

bool plan_item_is_planned(const struct plan_item *item)
{
    for (size_t i = 0; i < item->target_count; i++)
        if (item->targets[i].wanted.kind != PLAN_UNKNOWN)
            return true;
    return false;
}

bool plan_obstruct(struct plan_item *item, const char *obstacle, struct error *err)
{
    struct text clean = { 0 };

    text_add_clean(&clean, obstacle, "");
    if (!clean.failed)
        item->obstacle = text_copy(text_string(&clean));
    text_clear(&clean);
    return item->obstacle || error_set(err, ERR_MEMORY, "out of memory");
}

bool plan_obstruct_unread(struct plan_item *item, const char *obstacle, struct error *err)
{
    item->unread = true;
    return plan_obstruct(item, obstacle, err);
}

bool plan_warn(struct plan_item *item, const struct text *risks, struct error *err)
{
    item->risks = text_copy(text_string(risks));
    return item->risks || error_set(err, ERR_MEMORY, "out of memory");
}

/* NULL for a value that is absent, not known, or of another type. */
static const struct setting_value *setting_value_of(const struct plan_value *value,
                                                    struct setting_value *out)
{
    if (value->kind == PLAN_RANGE)
        *out =
            (struct setting_value){ .kind = SETTING_PORT_RANGE, .range = value->range };
    else if (value->kind == PLAN_NUMBER)
        *out = (struct setting_value){ .number = value->number };
    else
        return NULL;
    return out;
}

const char *plan_item_risk(const struct plan_item *item)
{
    const struct setting *known = item->result->rule->known;
    struct setting_value from = { 0 };
    struct setting_value to = { 0 };

    if (!known || item->change_count == 0)
        return NULL;
    for (size_t i = 0; i < item->target_count; i++) {
        const struct plan_target *target = &item->targets[i];

        if (target->wanted.kind != PLAN_UNKNOWN &&
            !plan_value_equal(&target->live, &target->wanted))
            return setting_risk(known, setting_value_of(&target->live, &from),
                                setting_value_of(&target->wanted, &to));
    }
    return setting_risk_of_reserve(known, item->reserve_turn);
}

const char *plan_item_why(const struct plan_item *item)
{
    const char *why = item->result->why;

    if (why[0] != '\0' || item->change_count == 0)
        return why;
    if (item->reserve_turn == SETTING_RESERVED)
        return "ports of the range must stay free for services";
    if (item->reserve_turn == SETTING_RELEASED)
        return "ports that an earlier run reserved need it no more";
    if (item->reserve_turn == SETTING_EXCHANGED)
        return "other ports of the range must stay free for services now";
    return why;
}

/* Adds a change whose strings are borrowed; it becomes the item's (NULL: no item's). */
static bool add_change(struct plan *plan, struct plan_item *item,
                       const struct change *lent, struct error *err)
{
    if (plan->change_count == CHANGES_MAX)
        return error_set(err, ERR_LIMIT,
                         "more than %d changes in one run; choose some with --only",
                         CHANGES_MAX);
    if (!change_make(lent, &plan->changes[plan->change_count], err))
        return false;
    if (item && item->change_count++ == 0)
        item->first_change = plan->change_count;
    plan->change_count++;
    return true;
}

/* One value of a change, which only reads it; NULL = absent. */
static char *lend(const struct plan_value *value, struct text *text)
{
    return value->kind == PLAN_ABSENT ? NULL : (char *)text_string(text);
}

static bool change_target(struct plan *plan, struct plan_item *item,
                          const struct plan_target *target, struct error *err)
{
    const struct policy_setting *rule = item->result->rule;
    struct text from = { 0 };
    struct text to = { 0 };
    bool ok;

    if (target->wanted.kind == PLAN_UNKNOWN ||
        plan_value_equal(&target->live, &target->wanted))
        return true;
    plan_value_add(target->kind, &target->live, &from);
    plan_value_add(target->kind, &target->wanted, &to);
    ok = text_ok(&from, err) && text_ok(&to, err) &&
         add_change(plan, item,
                    &(struct change){ .kind = target->kind,
                                      .setting = (char *)rule->name,
                                      .place = (char *)target->place,
                                      .from = lend(&target->live, &from),
                                      .to = lend(&target->wanted, &to),
                                      .reboot = setting_words_needs_reboot(rule) },
                    err);
    text_clear(&from);
    text_clear(&to);
    return ok;
}

/* What becomes of the list, whose sets differ. */
static enum setting_turn turn_of(const struct plan_reserve *reserve)
{
    struct port_set added = reserve->wanted;
    struct port_set gone = reserve->live;

    port_set_remove(&added, &reserve->live);
    port_set_remove(&gone, &reserve->wanted);
    if (port_set_count(&gone) == 0)
        return SETTING_RESERVED;
    return port_set_count(&added) == 0 ? SETTING_RELEASED : SETTING_EXCHANGED;
}

static bool change_reserve(struct plan *plan, struct plan_item *item, struct error *err)
{
    const struct plan_reserve *reserve = &plan->reserve;
    struct text from = { 0 };
    struct text to = { 0 };
    char place[] = PLACE_RESERVED_PORTS;
    bool ok;

    if (reserve->item != item ||
        memcmp(&reserve->live, &reserve->wanted, sizeof reserve->live) == 0)
        return true;
    item->reserve_turn = turn_of(reserve);
    port_set_format(&reserve->live, &from);
    port_set_format(&reserve->wanted, &to);
    ok = text_ok(&from, err) && text_ok(&to, err) &&
         add_change(plan, item,
                    &(struct change){ .kind = CHANGE_SYSCTL,
                                      .setting = (char *)item->result->rule->name,
                                      .place = place,
                                      .from = (char *)text_string(&from),
                                      .to = (char *)text_string(&to) },
                    err);
    text_clear(&from);
    text_clear(&to);
    return ok;
}

/* The changes of the item's places of that kind. */
static bool change_item(struct plan *plan, struct plan_item *item, enum change_kind kind,
                        struct error *err)
{
    if (kind == CHANGE_SYSCTL && !change_reserve(plan, item, err))
        return false;
    for (size_t i = 0; i < item->target_count; i++)
        if (item->targets[i].kind == kind &&
            !change_target(plan, item, &item->targets[i], err))
            return false;
    return true;
}

static bool change_file(struct plan *plan, struct error *err)
{
    const struct plan_file *file = &plan->file;
    char setting[] = PLAN_DROP_IN;

    return !file->wanted || add_change(plan, NULL,
                                       &(struct change){ .kind = CHANGE_FILE,
                                                         .setting = setting,
                                                         .place = (char *)file->path,
                                                         .from = (char *)file->live,
                                                         .to = file->wanted },
                                       err);
}

bool plan_changes(struct plan *plan, struct error *err)
{
    static const enum change_kind order[] = { CHANGE_SYSCTL, CHANGE_REGISTRY,
                                              CHANGE_DYNAMIC_RANGE };

    for (size_t kind = 0; kind < ARRAY_COUNT(order); kind++)
        for (size_t i = 0; i < plan->item_count; i++)
            if (!change_item(plan, &plan->items[i], order[kind], err))
                return false;
    return change_file(plan, err);
}

void plan_reserve_clear(struct plan_reserve *reserve)
{
    plan_reservations_clear(&reserve->rows);
    free(reserve->limit);
    *reserve = (struct plan_reserve){ 0 };
}

void plan_clear(struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++) {
        free(plan->items[i].obstacle);
        free(plan->items[i].risks);
    }
    for (size_t i = 0; i < plan->change_count; i++)
        change_clear(&plan->changes[i]);
    free(plan->file.wanted);
    plan_reserve_clear(&plan->reserve);
    *plan = (struct plan){ 0 };
}
