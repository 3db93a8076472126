/* SPDX-License-Identifier: MIT */
/* What a person is told: how it ended, the plan or what was done, what is needed next. */
#include "remediate/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/model/utc_time.h"
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

/* Those of this host, a line each. */
static void add_risks(const struct plan_item *item, struct text *out)
{
    for (const char *c = item->risks; c && *c; c += strcspn(c, "\n") + 1)
        text_addf(out, "%s: risk: %.*s\n", item->result->rule->name,
                  (int)strcspn(c, "\n"), c);
}

static void add_reasons(const struct plan_item *item, struct text *out)
{
    const char *risk = plan_item_risk(item);

    if (item->change_count > 0) {
        text_addf(out, "%s: %s.", item->result->rule->name, item->result->why);
        if (risk)
            text_addf(out, " Risk: %s.", risk);
        text_add(out, "\n");
    }
    add_risks(item, out);
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

static void add_plan(const struct remediate_report *report, struct text *out)
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

static const char *word_of(const struct journal_run *run)
{
    if (run->outcome == RUN_OPEN)
        return "interrupted";
    return run->undone ? "undone" : run_outcome_name(run->outcome);
}

static void add_run(const struct journal_run *run, struct text_table *table)
{
    char when[UTC_TIME_TEXT_SIZE];

    utc_time_format(run->time_s, when);
    text_table_add(table, run->id);
    text_table_add(table, when);
    text_table_add(table, run->user);
    text_table_addf(table, "%s%s%s", run->command, run->undoes[0] ? " of " : "",
                    run->undoes);
    text_table_add(table, word_of(run));
    text_table_addf(table, "%zu", run->change_count);
    text_table_add(table, run->message);
}

void remediate_report_history(const struct journal *journal, struct text *out)
{
    static const char *const heads[] = { "run",     "when",    "by",     "command",
                                         "outcome", "changes", "message" };
    struct text_table table = { .columns = ARRAY_COUNT(heads) };

    if (journal->refusals.count > 0) {
        char first[UTC_TIME_TEXT_SIZE];
        char last[UTC_TIME_TEXT_SIZE];

        utc_time_format(journal->refusals.first_s, first);
        utc_time_format(journal->refusals.last_s, last);
        text_addf(out, "%" PRIu32 " alert%s refused since the last run, from %s to %s: ",
                  journal->refusals.count, journal->refusals.count == 1 ? "" : "s", first,
                  last);
        text_add_clean(out, journal->refusals.reason, "");
        text_add(out, "\n");
    }
    if (journal->count == 0)
        return;
    text_add(out, "\n");
    for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
        text_table_add(&table, heads[i]);
    for (size_t i = journal->count; i > 0; i--)
        add_run(&journal->runs[i - 1], &table);
    text_table_print(&table, out);
}

/* "PLAN NEEDED: ..." */
static void add_headline(const struct remediate_report *report, struct text *out)
{
    const struct outcome *outcome = report->outcome;
    const char *state = remediate_exit_name(outcome->code);

    for (const char *c = report->command; *c; c++)
        text_addf(out, "%c", toupper((unsigned char)*c));
    text_add(out, " ");
    for (const char *c = state; *c; c++)
        text_addf(out, "%c", toupper((unsigned char)*c));
    text_addf(out, ": %s\n", text_string(&outcome->message));
}

static void add_notes(const char *notes, struct text *out)
{
    while (notes && *notes) {
        size_t length = strcspn(notes, "\n");

        text_addf(out, "note  %.*s\n", (int)length, notes);
        notes += length + (notes[length] == '\n');
    }
}

void remediate_report_text(const struct remediate_report *report, struct text *out)
{
    add_headline(report, out);
    text_add(out, text_string(&report->outcome->details));
    if (report->interrupted)
        text_addf(
            out,
            "The run %s was interrupted: `remediate_port_exhaustion undo` rolls it back; "
            "`apply` also does so first.%s\n",
            report->interrupted->id,
            report->locked ? "" : " If it is still in progress, wait until it finishes.");
    if (report->plan)
        add_plan(report, out);
    if (report->undo)
        remediate_report_changes(report->undo->changes, report->undo->change_count, out);
    if (report->journal)
        remediate_report_history(report->journal, out);
    add_notes(report->notes, out);
    if (report->outcome->reboot)
        text_add(out, "The written values take effect after the next reboot.\n");
}
