/* SPDX-License-Identifier: MIT */
/* Changes in their order, one line each: those that are planned, or what became of them.
 */
#include "remediate/report.h"

#include <string.h>

/* A list of ports may be 4,000 bytes long. */
enum { SHOWN_WHOLE = 80, SHOWN_OF_LONG = 60 };

/* A long list ends behind one of its numbers, and says where all of it is. */
static void add_value(const char *value, struct text *out)
{
    int length = SHOWN_OF_LONG;
    struct text part = { 0 };

    value = change_value_words(value);
    if (strlen(value) <= SHOWN_WHOLE) {
        text_add_clean(out, value, "");
        return;
    }
    while (length > 0 && value[length - 1] != ',')
        length--;
    text_addf(&part, "%.*s", length > 0 ? length : SHOWN_OF_LONG, value);
    text_add_clean(out, text_string(&part), "");
    text_add(out, "... (all of it: -o json)");
    text_clear(&part);
}

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
        add_value(change->from, out);
        text_add(out, " -> ");
        add_value(change->to, out);
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
