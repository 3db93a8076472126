/* SPDX-License-Identifier: MIT */
/* The plan for a person: each setting, then the changes in the order they are made. */
#include "remediate/report.h"

#include "checks/base/text_table.h"
#include "checks/setting_words.h"

static const char *effect_of(const struct plan_item *item)
{
    if (item->change_count == 0)
        return "-";
    return setting_words_needs_reboot(item->result->rule) ? "after a reboot" : "at once";
}

static void add_item(const struct plan_item *item, struct text_table *table)
{
    const struct setting_result *result = item->result;
    struct text cell = { 0 };

    text_table_add(table, result->rule->name);
    setting_words_value(result, &cell);
    text_table_add(table, text_string(&cell));
    text_cut(&cell, 0);
    setting_words_boot(result, &cell);
    text_table_add(table, text_string(&cell));
    text_cut(&cell, 0);
    setting_words_accepted(result->rule, &cell);
    text_table_add(table, text_string(&cell));
    text_cut(&cell, 0);
    setting_words_recommended(result->rule, &cell);
    text_table_add(table, text_string(&cell));
    text_table_add(table, setting_state_name(result->state));
    text_table_add(table, effect_of(item));
    text_clear(&cell);
}

static void add_settings(const struct plan *plan, struct text *out)
{
    struct text_table table = { .columns = 7 };
    static const char *const heads[] = { "setting",     "now",   "at boot", "accepted",
                                         "recommended", "state", "change" };

    for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
        text_table_add(&table, heads[i]);
    for (size_t i = 0; i < plan->item_count; i++)
        add_item(&plan->items[i], &table);
    text_table_print(&table, out);
}

/* A file's contents would fill the screen: its name says what happens. */
static void add_change(const struct change *change, size_t number, struct text *out)
{
    text_addf(out, "%3zu  ", number);
    if (change->kind == CHANGE_FILE) {
        text_addf(out, "%s %s",
                  change->from ? (change->to ? "rewrite" : "remove") : "create",
                  change->place);
    } else {
        text_addf(out, "%s: ", change->place);
        text_add_clean(out, change->from ? change->from : "absent", "");
        text_add(out, " -> ");
        text_add_clean(out, change->to ? change->to : "absent", "");
    }
    text_add(out, change->reboot ? "  (after a reboot)\n" : "\n");
}

static void add_reasons(const struct plan_item *item, struct text *out)
{
    const struct setting *known = item->result->rule->known;

    if (item->change_count > 0) {
        text_addf(out, "%s: %s.", item->result->rule->name, item->result->why);
        if (known)
            text_addf(out, " Risk: %s.", known->risk);
        text_add(out, "\n");
    }
    if (item->obstacle)
        text_addf(out, "%s: %s\n", item->result->rule->name, item->obstacle);
}

void remediate_report_changes(const struct change *changes, size_t count,
                              struct text *out)
{
    if (count > 0)
        text_add(out, "\nchanges, in this order:\n");
    for (size_t i = 0; i < count; i++)
        add_change(&changes[i], i + 1, out);
}

void remediate_report_plan(const struct remediate_report *report, struct text *out)
{
    const struct plan *plan = report->plan;

    text_add(out, "\n");
    add_settings(plan, out);
    remediate_report_changes(plan->changes, plan->change_count, out);
    if (plan->item_count > 0)
        text_add(out, "\n");
    for (size_t i = 0; i < plan->item_count; i++)
        add_reasons(&plan->items[i], out);
    if (report->verbosity > 0)
        text_addf(out, "policy: %s\n", report->policy_source);
}
