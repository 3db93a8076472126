/* SPDX-License-Identifier: MIT */
/* Changes in their order, one line each: those that are planned, or what became of them.
 */
#include "remediate/report.h"

#include <inttypes.h>
#include <string.h>

#include "checks/decode/sysctl_value.h"
#include "checks/model/place.h"

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

/* How two lists of ports differ, ", adds 15672, removes 8080": two long ones would hide
 * it. False when either is none. */
static bool add_difference(const struct change *change, struct text *out)
{
    struct port_set from;
    struct port_set to;
    struct port_set added;
    struct text list = { 0 };

    if (strcmp(change->place, PLACE_RESERVED_PORTS) != 0 ||
        !sysctl_take_port_list(change->from, &from, NULL) ||
        !sysctl_take_port_list(change->to, &to, NULL))
        return false;
    added = to;
    port_set_remove(&added, &from);
    text_addf(out, "%" PRIu32 " -> %" PRIu32 " ports", port_set_count(&from),
              port_set_count(&to));
    port_set_remove(&from, &to);
    for (int i = 0; i < 2; i++) {
        const struct port_set *ports = i == 0 ? &added : &from;

        if (port_set_count(ports) == 0)
            continue;
        text_cut(&list, 0);
        port_set_format(ports, &list);
        text_add(out, i == 0 ? ", adds " : ", removes ");
        add_value(text_string(&list), out);
    }
    text_clear(&list);
    return true;
}

/* Whether both values would be cut. */
static bool are_long(const struct change *change)
{
    return change->from && change->to && strlen(change->from) > SHOWN_WHOLE &&
           strlen(change->to) > SHOWN_WHOLE;
}

static void add_values(const struct change *change, struct text *out)
{
    if (are_long(change) && add_difference(change, out))
        return;
    add_value(change->from, out);
    text_add(out, " -> ");
    add_value(change->to, out);
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
        add_values(change, out);
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
