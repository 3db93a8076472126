/* SPDX-License-Identifier: MIT */
/* From a verdict to a plan: which settings are in it; the systems' planners do the rest.
 */
#include "remediate/plan.h"

#include <stdlib.h>
#include <string.h>

#include "remediate/plan_parts.h"

static const struct setting_result *find_result(const struct verdict *verdict,
                                                const char *name)
{
    for (size_t i = 0; i < verdict->setting_count; i++)
        if (strcmp(verdict->settings[i].rule->name, name) == 0)
            return &verdict->settings[i];
    return NULL;
}

/* A misspelt name must not look like a host with nothing to do. */
static bool check_only(const struct plan_facts *facts, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < facts->only_count; i++)
        if (!find_result(facts->verdict, facts->only[i]))
            return error_set(err, ERR_ABSENT,
                             "'%s' is no setting of this system and its policy",
                             error_quote(facts->only[i], quoted));
    return true;
}

static bool is_wanted(const struct plan_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->only_count; i++)
        if (strcmp(facts->only[i], name) == 0)
            return true;
    return facts->only_count == 0;
}

static void add_items(const struct plan_facts *facts, struct plan *plan)
{
    const struct verdict *verdict = facts->verdict;

    for (size_t i = 0; i < verdict->setting_count; i++)
        if (is_wanted(facts, verdict->settings[i].rule->name))
            plan->items[plan->item_count++] =
                (struct plan_item){ .result = &verdict->settings[i] };
}

bool plan_make(const struct plan_facts *facts, struct plan *out, struct error *err)
{
    const enum os_kind os = facts->seen->os.kind;
    struct plan plan = { 0 };
    bool ok;

    if (os != OS_LINUX && os != OS_WINDOWS)
        return error_set(err, ERR_UNSUPPORTED,
                         "this operating system is neither Linux nor Windows");
    if (!check_only(facts, err))
        return false;
    add_items(facts, &plan);
    ok = os == OS_LINUX ? plan_linux(facts, &plan, err) : plan_windows(facts, &plan, err);
    if (ok)
        *out = plan;
    else
        plan_clear(&plan);
    return ok;
}

bool plan_add(struct plan *plan, struct plan_item *item, const struct change_words *words,
              struct error *err)
{
    /* change_make only reads and copies them. */
    const struct change lent = {
        .kind = words->kind,
        .setting = (char *)words->setting,
        .place = (char *)words->place,
        .from = (char *)words->from,
        .to = (char *)words->to,
        .reboot = words->reboot,
    };

    if (plan->change_count == CHANGES_MAX)
        return error_set(err, ERR_LIMIT,
                         "more than %d changes in one run; name some with --only",
                         CHANGES_MAX);
    if (!change_make(&lent, &plan->changes[plan->change_count], err))
        return false;
    if (item && item->change_count++ == 0)
        item->first_change = plan->change_count;
    plan->change_count++;
    return true;
}

bool plan_obstruct(struct plan_item *item, const char *obstacle, struct error *err)
{
    size_t size = strlen(obstacle) + 1;

    item->obstacle = malloc(size);
    if (!item->obstacle)
        return error_set(err, ERR_MEMORY, "out of memory");
    memcpy(item->obstacle, obstacle, size);
    return true;
}

struct port_range plan_hull(struct port_range a, struct port_range b)
{
    return (struct port_range){ .first = a.first < b.first ? a.first : b.first,
                                .last = a.last > b.last ? a.last : b.last };
}

void plan_clear(struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++)
        free(plan->items[i].obstacle);
    for (size_t i = 0; i < plan->change_count; i++)
        change_clear(&plan->changes[i]);
    *plan = (struct plan){ 0 };
}
