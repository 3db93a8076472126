/* SPDX-License-Identifier: MIT */
/* What a person is told: how it ended, the plan or what was done, what is needed next. */
#include "remediate/report.h"

#include <ctype.h>
#include <string.h>

#include "checks/base/text_table.h"
#include "checks/setting_words.h"
#include "remediate/report_reserve.h"

/* Adds what `words` say of the setting as a cell. */
static void add_words(void (*words)(const struct setting_result *, struct text *),
                      const struct setting_result *result, struct text_table *table)
{
    struct text cell = { 0 };

    words(result, &cell);
    text_table_take(table, &cell);
}

static void say_typed(const struct setting_result *result, struct text *out)
{
    setting_words_typed(result->rule, out);
}

static void say_accepted(const struct setting_result *result, struct text *out)
{
    setting_words_accepted(result->rule, out);
}

static void say_recommended(const struct setting_result *result, struct text *out)
{
    setting_words_recommended(result->rule, out);
}

/* The same setting as it was found after the changes. */
static const struct setting_result *find_after(const struct verdict *after,
                                               const struct setting_result *before)
{
    for (size_t i = 0; i < after->setting_count; i++)
        if (strcmp(after->settings[i].rule->name, before->rule->name) == 0)
            return &after->settings[i];
    return before;
}

static const char *effect_of(const struct plan_item *item)
{
    if (item->change_count == 0)
        return "-";
    return setting_words_needs_reboot(item->result->rule) ? "after a reboot" : "at once";
}

static void add_item(const struct remediate_report *report, const struct plan_item *item,
                     struct text_table *table)
{
    const struct setting_result *before = item->result;
    const struct setting_result *now =
        report->after ? find_after(report->after, before) : before;

    add_words(say_typed, before, table);
    if (report->after)
        add_words(setting_words_value, before, table);
    add_words(setting_words_value, now, table);
    add_words(setting_words_boot, now, table);
    add_words(say_accepted, now, table);
    add_words(say_recommended, now, table);
    text_table_add(table, setting_state_names[now->state]);
    text_table_add(table, effect_of(item));
}

/* Before, now and at boot where the changes were looked at again; else now means what it
 * was planned from. */
static void add_settings(const struct remediate_report *report, struct text *out)
{
    static const char *const heads[] = { "setting",  "before",      "now",   "at boot",
                                         "accepted", "recommended", "state", "change" };
    struct text_table table = { .columns = ARRAY_COUNT(heads) - !report->after };

    for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
        if (report->after || strcmp(heads[i], "before") != 0)
            text_table_add(&table, heads[i]);
    for (size_t i = 0; i < report->plan->item_count; i++)
        add_item(report, &report->plan->items[i], &table);
    text_table_print(&table, out);
}

/* Those of this host, a line each. */
static void add_risks(const struct plan_item *item, struct text *out)
{
    for (const char *c = item->risks; c && *c; c += strcspn(c, "\n") + 1) {
        setting_words_typed(item->result->rule, out);
        text_addf(out, ": risk: %.*s\n", (int)strcspn(c, "\n"), c);
    }
}

/* "net.ipv4.ip_local_port_range: WHY. Risk: RISK.", without what nobody says. */
static void add_reason(const struct plan_item *item, struct text *out)
{
    const char *why = plan_item_why(item);
    const char *risk = plan_item_risk(item);

    setting_words_typed(item->result->rule, out);
    text_add(out, ":");
    if (why[0] != '\0') {
        text_add(out, " ");
        text_add_clean(out, why, "");
        text_add(out, ".");
    }
    if (risk)
        text_addf(out, " Risk: %s.", risk);
    text_add(out, "\n");
}

static void add_reasons(const struct plan_item *item, struct text *out)
{
    if (item->change_count > 0 &&
        (plan_item_why(item)[0] != '\0' || plan_item_risk(item)))
        add_reason(item, out);
    add_risks(item, out);
    if (item->obstacle) {
        setting_words_typed(item->result->rule, out);
        text_add(out, ": ");
        text_add_clean(out, item->obstacle, "");
        text_add(out, "\n");
    }
}

static void add_plan(const struct remediate_report *report, struct text *out)
{
    const struct plan *plan = report->plan;
    const struct remediate_changes changes = { plan->changes, plan->change_count };

    text_add(out, "\n");
    add_settings(report, out);
    remediate_report_changes(report, &changes, out);
    if (plan->item_count > 0)
        text_add(out, "\n");
    for (size_t i = 0; i < plan->item_count; i++)
        add_reasons(&plan->items[i], out);
    remediate_report_reserve(&plan->reserve, report->verbosity, out);
    if (report->verbosity > 0) {
        text_add(out, "policy: ");
        text_add_clean(out, report->policy_source, "");
        text_add(out, "\n");
    }
}

/* "PLAN NEEDED: ..." */
static void add_headline(const struct remediate_report *report, struct text *out)
{
    const struct outcome *outcome = report->outcome;
    const char *state = outcome->audit ? "audit" : remediate_exit_name(outcome->code);

    for (const char *c = report->command; *c; c++)
        text_addf(out, "%c", toupper((unsigned char)*c));
    text_add(out, " ");
    for (const char *c = state; *c; c++)
        text_addf(out, "%c", toupper((unsigned char)*c));
    text_addf(out, ": %s\n", text_string(&outcome->message));
}

/* Each line of `lines` (may be NULL), clean, behind `head`. */
static void add_lines(const char *head, const char *lines, struct text *out)
{
    struct text line = { 0 };

    while (lines && *lines) {
        size_t length = strcspn(lines, "\n");

        text_cut(&line, 0);
        text_add_bytes(&line, lines, length);
        text_add(out, head);
        text_add_clean(out, text_string(&line), "");
        text_add(out, "\n");
        lines += length + (lines[length] == '\n');
    }
    out->failed = out->failed || line.failed;
    text_clear(&line);
}

void remediate_report_text(const struct remediate_report *report, struct text *out)
{
    add_headline(report, out);
    add_lines("", text_string(&report->outcome->details), out);
    if (report->interrupted)
        text_addf(
            out,
            "The run %s was interrupted: `remediate_port_exhaustion undo` rolls it back; "
            "`apply` also does so first.%s\n",
            report->interrupted->id,
            report->locked ? "" : " If it is still in progress, wait until it finishes.");
    if (report->opening) {
        text_add(out, "\n");
        opening_text(report->opening, out);
    }
    if (report->status)
        remediate_report_status(report, out);
    else if (report->plan)
        add_plan(report, out);
    if (report->undo) {
        const struct remediate_changes changes = { report->undo->changes,
                                                   report->undo->change_count };

        remediate_report_changes(report, &changes, out);
    }
    if (report->consequence)
        report_consequence_text(report->consequence, out);
    if (report->journal)
        remediate_report_history(report, out);
    add_lines("note  ", report->notes, out);
    if (report->outcome->reboot)
        text_add(out, "The written values take effect after the next reboot.\n");
}
