/* SPDX-License-Identifier: MIT */
/* From a verdict to a plan: which settings are in it; the systems' planners say what is
 * wanted of them. */
#include "remediate/planner.h"

#include <string.h>

#include "remediate/planner_linux.h"
#include "remediate/planner_windows.h"

static const struct setting_result *find_result(const struct verdict *verdict,
                                                const char *name)
{
    for (size_t i = 0; i < verdict->setting_count; i++)
        if (strcmp(verdict->settings[i].rule->name, name) == 0)
            return &verdict->settings[i];
    return NULL;
}

/* A misspelt name must not look like a host with nothing to do. */
static bool check_only(const struct plan_input *input, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < input->only_count; i++)
        if (!find_result(input->verdict, input->only[i]))
            return error_set(err, ERR_ABSENT,
                             "'%s' is not a setting of this system and its policy",
                             error_quote(input->only[i], quoted));
    return true;
}

static bool is_wanted(const struct plan_input *input, const char *name)
{
    for (size_t i = 0; i < input->only_count; i++)
        if (strcmp(input->only[i], name) == 0)
            return true;
    return input->only_count == 0;
}

static void add_items(const struct plan_input *input, struct plan *plan)
{
    const struct verdict *verdict = input->verdict;

    for (size_t i = 0; i < verdict->setting_count; i++)
        if (is_wanted(input, verdict->settings[i].rule->name))
            plan->items[plan->item_count++] =
                (struct plan_item){ .result = &verdict->settings[i] };
}

/* In place: the parts of a plan point at each other. */
static bool fill(const struct plan_input *input, struct plan *plan, struct error *err)
{
    add_items(input, plan);
    return (input->seen->os.kind == OS_LINUX ? planner_linux(input, plan, err)
                                             : planner_windows(input, plan, err)) &&
           plan_changes(plan, err);
}

bool plan_make(const struct plan_input *input, struct plan *out, struct error *err)
{
    const enum os_kind os = input->seen->os.kind;

    if (os != OS_LINUX && os != OS_WINDOWS)
        return error_set(err, ERR_UNSUPPORTED,
                         "this operating system is neither Linux nor Windows");
    if (!check_only(input, err))
        return false;
    if (fill(input, out, err))
        return true;
    plan_clear(out);
    return false;
}
