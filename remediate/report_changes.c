/* SPDX-License-Identifier: MIT */
/* Changes in their order, one line each: those that are planned, or what became of them.
 */
#include "remediate/report.h"

/* A file's contents would fill the screen: its name says what happens. */
void remediate_report_change(const struct change *change, struct text *out)
{
    char name[CHANGE_NAME_SIZE];

    (void)change_place_name(change, name);
    if (change->kind == CHANGE_FILE) {
        text_addf(out, "%s %s",
                  change->from ? (change->to ? "rewrite" : "remove") : "create", name);
    } else {
        text_addf(out, "%s: ", name);
        text_add_clean(out, change->from ? change->from : "absent", "");
        text_add(out, " -> ");
        text_add_clean(out, change->to ? change->to : "absent", "");
    }
    if (change->reboot)
        text_add(out, "  (after a reboot)");
}

/* The changes whose bit is set in `which`, under their heading. */
static void add_list(const char *heading, const struct remediate_changes *changes,
                     uint32_t which, struct text *out)
{
    size_t number = 0;

    for (size_t i = 0; i < changes->count; i++) {
        if (!(which >> i & 1))
            continue;
        if (number == 0)
            text_addf(out, "\n%s:\n", heading);
        text_addf(out, "%3zu  ", ++number);
        remediate_report_change(&changes->list[i], out);
        text_add(out, "\n");
    }
}

static const char *heading_of_rest(const struct remediate_report *report)
{
    switch (report->outcome->code) {
    case EXIT_DONE:
    case EXIT_REBOOT:
        return "already as wanted, not changed";
    case EXIT_MANUAL:
        return "not made, or rolled back as far as possible";
    case EXIT_FAILED:
        return "not made, or rolled back";
    default:
        return "not made";
    }
}

void remediate_report_changes(const struct remediate_report *report,
                              const struct remediate_changes *changes, struct text *out)
{
    if (!report->ran) {
        add_list("changes, in this order", changes, UINT32_MAX, out);
        return;
    }
    add_list("changes made, in this order", changes, report->made, out);
    add_list(heading_of_rest(report), changes, ~report->made, out);
}
