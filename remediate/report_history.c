/* SPDX-License-Identifier: MIT */
/* The journal for a person: newest run first. */
#include "remediate/report.h"

#include <inttypes.h>

#include "checks/base/text_table.h"
#include "checks/model/utc_time.h"

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
