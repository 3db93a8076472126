/* SPDX-License-Identifier: MIT */
/* The first line says how it ended; the rest is what a person needs next. */
#include "remediate/report.h"

#include <ctype.h>
#include <string.h>

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
        remediate_report_plan(report, out);
    if (report->undo)
        remediate_report_changes(report->undo->changes, report->undo->change_count, out);
    if (report->journal)
        remediate_report_history(report->journal, out);
    add_notes(report->notes, out);
    if (report->outcome->reboot)
        text_add(out, "The written values take effect after the next reboot.\n");
}
