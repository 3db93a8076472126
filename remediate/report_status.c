/* SPDX-License-Identifier: MIT */
/* status for a person: one line for each thing. */
#include <inttypes.h>

#include "checks/base/text_table.h"
#include "checks/model/utc_time.h"
#include "checks/setting_words.h"
#include "remediate/drop_in.h"
#include "remediate/report.h"
#include "remediate/trial.h"

static void add_row(const char *name, struct text *cell, struct text_table *table)
{
    text_table_add(table, name);
    text_table_take(table, cell);
}

/* What apply would make of it. */
static void add_wanted(const struct plan_item *item, struct text *cell)
{
    for (size_t i = 0; i < item->target_count; i++) {
        const struct plan_target *target = &item->targets[i];
        char range[PORT_RANGE_TEXT_SIZE];

        if (target->wanted.kind == PLAN_UNKNOWN ||
            plan_value_equal(&target->wanted, &target->live))
            continue;
        text_add(cell, "; apply sets it to ");
        if (target->wanted.kind == PLAN_RANGE) {
            port_range_format(target->wanted.range, range);
            text_add(cell, range);
        } else if (target->wanted.kind == PLAN_ABSENT) {
            text_add(cell, "absent");
        } else {
            plan_value_add(target->kind, &target->wanted, cell);
        }
        return;
    }
}

static void add_setting(const struct plan_item *item, struct text_table *table)
{
    const struct setting_result *result = item->result;
    const struct observed_setting *seen = result->seen;
    struct text cell = { 0 };

    setting_words_typed(result->rule, &cell);
    if (result->state == SETTING_STATE_UNREAD) {
        text_addf(&cell, " could not be read: %s", result->why);
    } else {
        text_add(&cell, " is ");
        setting_words_value(result, &cell);
        text_addf(&cell, " (%s)", setting_state_names[result->state]);
    }
    if (seen && seen->boot != BOOT_UNKNOWN) {
        text_add(&cell, ", at boot ");
        setting_words_boot(result, &cell);
    }
    add_wanted(item, &cell);
    if (item->obstacle)
        text_addf(&cell, "; %s", item->obstacle);
    add_row("setting", &cell, table);
}

static void add_drop_in(const struct remediate_status *status, struct text_table *table)
{
    struct drop_in kept = { 0 };
    struct text cell = { 0 };
    struct error err = { 0 };

    if (!status->drop_in) {
        text_add(&cell, "none");
    } else if (!drop_in_parse(status->drop_in, &kept, &err)) {
        text_addf(&cell, "%s was edited: %s", status->drop_in_path, err.message);
        cell.failed = cell.failed || err.code == ERR_MEMORY;
    } else {
        text_addf(&cell, "%s sets", status->drop_in_path);
        for (size_t i = 0; i < kept.count; i++)
            text_addf(&cell, "%s %s = %s", i > 0 ? "," : "", kept.lines[i].key,
                      kept.lines[i].value);
    }
    drop_in_clear(&kept);
    add_row("kept for boot", &cell, table);
}

static void add_waiting(const struct plan *plan, struct text_table *table)
{
    struct text cell = { 0 };

    for (size_t i = 0; i < plan->item_count; i++) {
        const struct observed_setting *seen = plan->items[i].result->seen;
        char since[UTC_TIME_TEXT_SIZE];

        if (!seen || seen->waiting_since_s == 0)
            continue;
        utc_time_format(seen->waiting_since_s, since);
        text_add(&cell, cell.length > 0 ? ", " : "a reboot brings into force: ");
        setting_words_typed(plan->items[i].result->rule, &cell);
        text_addf(&cell, " (written %s)", since);
    }
    if (cell.length == 0)
        text_add(&cell, "nothing");
    add_row("waiting", &cell, table);
}

/* The run that is on trial, and when it ends; or that it should have ended. */
static void add_trial(const struct remediate_status *status, struct text_table *table)
{
    const struct journal_run *trial = journal_trial(status->journal, status->boot);
    struct text cell = { 0 };

    if (trial) {
        text_addf(&cell, "run %s ", trial->id);
        trial_add_end(trial, status->uptime_s, status->now_s, &cell);
    } else {
        text_add(&cell, "none");
    }
    add_row("trial", &cell, table);
}

/* Where it was, unless it was here. */
static void add_place(const struct remediate_status *status,
                      const struct journal_run *run, struct text *cell)
{
    if (status->machine && journal_run_is_foreign(run, status->machine))
        text_addf(cell, ", on another machine (%s)", run->machine);
    else if (run->network[0])
        text_addf(cell, ", in another network namespace than process 1's (%s)",
                  run->network);
}

static void add_last_run(const struct remediate_status *status, struct text_table *table)
{
    const struct journal *journal = status->journal;
    const struct journal_run *run =
        journal->count > 0 ? &journal->runs[journal->count - 1] : NULL;
    struct text cell = { 0 };

    if (run) {
        char when[UTC_TIME_TEXT_SIZE];

        utc_time_format(run->time_s, when);
        text_addf(&cell, "%s by %s at %s: %s, %zu change%s (run %s)", run->command,
                  run->user, when, remediate_run_word(run, status->journal, status->boot),
                  run->change_count, run->change_count == 1 ? "" : "s", run->id);
        add_place(status, run, &cell);
    } else {
        text_add(&cell, "none");
    }
    add_row("last run", &cell, table);
}

/* `counted` says which alerts the number is of. */
static void add_alerts(const char *name, const struct journal_refusals *alerts,
                       const char *counted, struct text_table *table)
{
    struct text cell = { 0 };

    if (alerts->count > 0) {
        char last[UTC_TIME_TEXT_SIZE];

        utc_time_format(alerts->last_s, last);
        text_addf(&cell, "%" PRIu32 " alert%s since the last run%s, the last at %s: %s",
                  alerts->count, alerts->count == 1 ? "" : "s", counted, last,
                  alerts->reason);
    } else {
        text_addf(&cell, "none since the last run%s", counted);
    }
    add_row(name, &cell, table);
}

/* An agent's line comes with every state of a check, and most of them may not act. */
static const char of_refused[] =
    " (not counted: SOFT, in a downtime, a state that the policy does not act on)";

static void add_journal(const struct remediate_status *status, struct text_table *table)
{
    const struct journal *journal = status->journal;

    if (!journal) {
        text_table_add(table, "journal");
        text_table_add(table, "could not be read");
        return;
    }
    add_trial(status, table);
    add_last_run(status, table);
    add_alerts("refused", &journal->refusals, of_refused, table);
    add_alerts("audited", &journal->audits, "", table);
}

static void add_mode(const struct policy_gate *gate, struct text_table *table)
{
    struct text cell = { 0 };

    text_addf(&cell, "%s: an alert %s on %s, cool-down %" PRIu32 " s%s",
              policy_mode_names[gate->mode],
              gate->mode == POLICY_AUDIT ? "changes nothing; it would act" : "acts",
              gate->act_on, gate->cool_down_s,
              gate->confirm ? ", if the host confirms" : ", unconfirmed");
    add_row("mode", &cell, table);
}

static void add_policy(const struct remediate_report *report, struct text_table *table)
{
    const struct policy *policy = report->status->policy;
    struct text cell = { 0 };

    if (policy)
        add_mode(&policy->gate, table);
    text_add(&cell,
             report->policy_source[0] != '\0' ? report->policy_source : "not read");
    if (!policy)
        text_add(&cell,
                 ": has no effect; until it is right, only status and history work");
    else if (policy->origin.summed)
        text_addf(&cell, ", CRC-32 %08" PRIx32, policy->origin.crc32);
    add_row("policy", &cell, table);
}

void remediate_report_status(const struct remediate_report *report, struct text *out)
{
    const struct remediate_status *status = report->status;
    struct text_table table = { .columns = 2 };

    text_add(out, "\n");
    for (size_t i = 0; report->plan && i < report->plan->item_count; i++)
        add_setting(&report->plan->items[i], &table);
    if (status->drop_in_path)
        add_drop_in(status, &table);
    if (report->plan)
        add_waiting(report->plan, &table);
    add_journal(status, &table);
    add_policy(report, &table);
    if (status->confinement.length > 0) {
        text_table_add(&table, "confinement");
        text_table_add(&table, text_string(&status->confinement));
    }
    text_table_print(&table, out);
    out->failed = out->failed || status->confinement.failed;
}
