/* SPDX-License-Identifier: MIT */
/* The journal for a person: a line for each run, and below it what it changed. */
#include <inttypes.h>
#include <string.h>

#include "checks/base/text_table.h"
#include "checks/model/utc_time.h"
#include "remediate/report.h"
#include "remediate/trial.h"

const char *remediate_run_word(const struct journal_run *run,
                               const struct journal *journal, const char *boot)
{
    const char *trial = trial_state_name(run, journal, boot);

    if (run->outcome == RUN_OPEN)
        return "interrupted";
    if (trial)
        return trial;
    return run->undone ? "undone" : run_outcome_names[run->outcome];
}

static void add_run(const struct journal_run *run, const struct remediate_report *report,
                    struct text_table *table)
{
    const char *other = run->confirms[0] ? run->confirms : run->undoes;
    char when[UTC_TIME_TEXT_SIZE];

    utc_time_format(run->time_s, when);
    text_table_add(table, run->id);
    text_table_add(table, when);
    text_table_add(table, run->user);
    text_table_addf(table, "%s%s%s", run->command, other[0] ? " of " : "", other);
    text_table_add(table, remediate_run_word(run, report->journal, report->boot));
    text_table_addf(table, "%zu", run->change_count);
    text_table_add(table, run->message);
}

enum fate {
    FATE_MADE = 0,
    FATE_ALREADY,     /* the place had the value before the run */
    FATE_NOT_MADE,    /* the run ended before it */
    FATE_ROLLED_BACK, /* the place has its old value again */
    FATE_BEGUN,       /* nobody knows: the run has no end */
    FATE_LEFT         /* begun, and not restored */
};

static enum fate fate_of(const struct journal_run *run, size_t number)
{
    const uint32_t bit = UINT32_C(1) << number;
    const struct change *change = &run->changes[number];
    const bool done = run->done & bit;

    if (change_same_value(change->kind, change->from, change->to))
        return FATE_ALREADY;
    if (!(run->started & bit))
        return FATE_NOT_MADE;
    if (run->outcome == RUN_RESTORED || run->back & bit)
        return FATE_ROLLED_BACK;
    if (run->outcome == RUN_INCOMPLETE)
        return FATE_LEFT;
    return done ? FATE_MADE : FATE_BEGUN;
}

bool remediate_change_was_made(const struct journal_run *run, size_t number)
{
    const enum fate fate = fate_of(run, number);

    return fate == FATE_MADE || fate == FATE_LEFT;
}

static const char *word_of_fate(enum fate fate)
{
    static const char *const words[] = {
        [FATE_MADE] = "",
        [FATE_ALREADY] = "  (already as wanted)",
        [FATE_NOT_MADE] = "  (not made)",
        [FATE_ROLLED_BACK] = "  (rolled back)",
        [FATE_BEGUN] = "  (begun)",
        [FATE_LEFT] = "  (not rolled back)",
    };

    return words[fate];
}

static void add_changes(const struct journal_run *run, struct text *out)
{
    for (size_t i = 0; i < run->change_count; i++) {
        text_add(out, "      ");
        remediate_report_change(&run->changes[i], out);
        text_addf(out, "%s\n", word_of_fate(fate_of(run, i)));
    }
}

/* Adds "name value" to what stands in the line, where there is a value. */
static void add_fact(const char *name, const char *value, struct text *line)
{
    if (!value || !*value)
        return;
    text_addf(line, "%s%s ", line->length > 0 ? ", " : "", name);
    text_add_clean(line, value, "");
}

/* By what it was made, on which machine and in which boot; of some runs not all is known,
 * and a run that ends or keeps another one has no policy. */
static void add_origin(const struct journal_run *run, struct text *out)
{
    struct text line = { 0 };

    add_fact("policy", run->policy, &line);
    add_fact("version", run->version, &line);
    add_fact("boot", run->boot, &line);
    add_fact("machine", run->machine, &line);
    if (run->uptime_s >= 0)
        text_addf(&line, "%s%" PRId64 " s after the boot", line.length > 0 ? ", " : "",
                  run->uptime_s);
    if (line.length > 0)
        text_addf(out, "      %s\n", text_string(&line));
    out->failed = out->failed || line.failed;
    text_clear(&line);
}

/* -v: the origin, and for how long. */
static void add_circumstances(const struct journal_run *run, struct text *out)
{
    add_origin(run, out);
    if (run->live_only)
        text_add(out, "      live only: nothing was kept for the next boot\n");
    if (run->trial_until_s > 0)
        text_addf(out, "      a trial until %" PRId64 " s after the boot\n",
                  run->trial_until_s);
    if (run->confirms && *run->confirms) {
        text_add(out, "      confirms ");
        text_add_clean(out, run->confirms, "");
        text_add(out, "\n");
    }
}

/* What it changed is not what a reader of this host looks at. */
static void add_network(const struct journal_run *run, struct text *out)
{
    if (run->network[0])
        text_addf(out, "      in another network namespace than process 1's (%s)\n",
                  run->network);
}

static void add_refusals(const char *what, const struct journal_refusals *refusals,
                         struct text *out)
{
    char first[UTC_TIME_TEXT_SIZE];
    char last[UTC_TIME_TEXT_SIZE];

    if (refusals->count == 0)
        return;
    utc_time_format(refusals->first_s, first);
    utc_time_format(refusals->last_s, last);
    text_addf(out, "%" PRIu32 " alert%s %s since the last run, from %s to %s: ",
              refusals->count, refusals->count == 1 ? "" : "s", what, first, last);
    text_add_clean(out, refusals->reason, "");
    text_add(out, "\n");
}

/* Lays the lines of the table out, with what is said of each run below its own. */
static void add_runs(const struct remediate_report *report, const char *lines,
                     struct text *out)
{
    const struct journal *journal = report->journal;

    for (size_t at = journal->count + 1; *lines; at--) {
        const size_t length = strcspn(lines, "\n") + 1;

        text_add_bytes(out, lines, length);
        lines += length;
        if (at > journal->count)
            continue; /* the line of the headings */
        add_network(&journal->runs[at - 1], out);
        add_changes(&journal->runs[at - 1], out);
        if (report->verbosity > 0)
            add_circumstances(&journal->runs[at - 1], out);
    }
}

void remediate_report_history(const struct remediate_report *report, struct text *out)
{
    static const char *const heads[] = { "run",     "when",    "by",     "command",
                                         "outcome", "changes", "message" };
    const struct journal *journal = report->journal;
    struct text_table table = { .columns = ARRAY_COUNT(heads) };
    struct text lines = { 0 };

    add_refusals("refused", &journal->refusals, out);
    add_refusals("audited (would have acted)", &journal->audits, out);
    if (journal->count == 0)
        return;
    text_add(out, "\n");
    for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
        text_table_add(&table, heads[i]);
    for (size_t i = journal->count; i > 0; i--)
        add_run(&journal->runs[i - 1], report, &table);
    text_table_print(&table, &lines);
    out->failed = out->failed || lines.failed;
    add_runs(report, text_string(&lines), out);
    text_clear(&lines);
}
