/* SPDX-License-Identifier: MIT */
/* Usage before and after for a person: what changes do, or what they did. */
#include "remediate/report_consequence.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/ask_words.h"
#include "checks/base/text_table.h"
#include "remediate/plan.h"

/* Rows of "  what  percents  counts". */
static void begin_row(struct text_table *table, const char *what)
{
    text_table_addf(table, "  %s", what);
}

static void add_usage(const char *what, const struct consequence_usage *usage,
                      struct text_table *table)
{
    char percents[CONSEQUENCE_TEXT_SIZE];
    char counts[CONSEQUENCE_TEXT_SIZE];

    if (!usage->now.known && !usage->after.known)
        return;
    consequence_percents(usage, percents);
    consequence_counts(usage, counts);
    begin_row(table, what);
    text_table_add(table, percents);
    text_table_addf(table, "(%s)", counts);
}

/* "gains 27304", "gained none", "loses 27304" */
static void add_gain(const struct consequence_ports *ports, bool measured,
                     struct text_table *table)
{
    const char *gains = measured ? "gained" : "gains";

    if (ports->after > ports->now)
        text_table_addf(table, "%s %" PRIu32, gains, ports->after - ports->now);
    else if (ports->after < ports->now)
        text_table_addf(table, "%s %" PRIu32, measured ? "lost" : "loses",
                        ports->now - ports->after);
    else
        text_table_addf(table, "%s none", gains);
}

static void add_ports(const struct consequence_report *report, struct text_table *table)
{
    static const char *const names[] = {
        [IP_PROTOCOL_TCP] = "usable TCP ports", [IP_PROTOCOL_UDP] = "usable UDP ports"
    };
    const struct consequence *consequence = report->consequence;

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        const struct consequence_ports *ports = &consequence->usable[i];

        if (!ports->known || !ports->changes ||
            (consequence->one_range && i != IP_PROTOCOL_TCP))
            continue;
        begin_row(table, consequence->one_range ? "usable ports" : names[i]);
        text_table_addf(table, "%" PRIu32 " -> %" PRIu32, ports->now, ports->after);
        add_gain(ports, consequence->measured, table);
    }
}

static void add_destinations(const struct consequence_report *report,
                             struct text_table *table)
{
    const struct consequence *consequence = report->consequence;

    for (size_t i = 0; i < consequence->destination_count; i++) {
        const struct consequence_destination *to = &consequence->destinations[i];
        char name[ASK_WORDS_SIZE];
        char what[ASK_WORDS_SIZE + 16];

        ask_words_destination(report->now, &to->to, name);
        (void)snprintf(what, sizeof what, "usage of %s", name);
        add_usage(what, &to->usage, table);
    }
}

/* What no percentage tells. */
static void add_reusable(const struct consequence_report *report, struct text *out)
{
    const struct consequence *consequence = report->consequence;

    for (size_t i = 0; !consequence->measured && i < consequence->destination_count;
         i++) {
        const struct consequence_destination *to = &consequence->destinations[i];
        char name[ASK_WORDS_SIZE];

        if (to->freed == 0)
            continue;
        ask_words_destination(report->now, &to->to, name);
        text_addf(out,
                  "  up to %" PRIu32 " of %" PRIu16 " in TIME_WAIT toward %s can be "
                  "reused: all of them if that server uses TCP timestamps\n",
                  to->freed, to->to.time_wait, name);
    }
    if (consequence->frees_later)
        text_add(out, "  TCP timestamps help connections made from now on: no TIME_WAIT "
                      "of today becomes reusable by them\n");
}

static void add_unprotected(const struct consequence_report *report, struct text *out)
{
    const struct consequence *consequence = report->consequence;
    struct text ports = { 0 };

    if (port_set_count(&consequence->unprotected) == 0)
        return;
    port_set_format(&consequence->unprotected, &ports);
    text_addf(out, "  no longer reserved, so any program may get them: %s\n",
              text_string(&ports));
    out->failed |= ports.failed;
    text_clear(&ports);
}

/* Where a question was due and nobody answered it. */
static void add_not_asked(const char *what, const char *why, struct text *out)
{
    if (!why[0])
        return;
    text_addf(out, "  whether a new socket finds a port was not %s: ", what);
    text_add_clean(out, why, "");
    text_add(out, "\n");
}

static void add_reliefs(const struct consequence_report *report, struct text *out)
{
    for (size_t i = 0; report->reliefs && i < report->reliefs->count; i++) {
        text_add(out, "  ");
        relief_words(report->now, &report->reliefs->asks[i], out);
        text_add(out, "\n");
    }
    if (report->reliefs)
        add_not_asked("asked again", report->reliefs->not_asked, out);
}

/* The answers of now, where nothing was made yet or nobody was asked before: exhaustion
 * above all. */
static void add_asked(const struct consequence_report *report, struct text *out)
{
    const struct observation *seen =
        report->asked_after ? report->asked_after : report->now;
    const bool is_now = report->asked_after || !report->consequence->measured;
    const struct observed_asks *asked = &seen->asked;

    for (size_t i = 0; is_now && i < asked->count; i++) {
        char subject[ASK_WORDS_SIZE];

        if (asked->asks[i].answer != ASK_NONE || !asked->asks[i].confirmed)
            continue;
        ask_words_subject(seen, &asked->asks[i], subject);
        text_add(out, "  ");
        text_add_clean(out, subject, "");
        text_add(out, " finds no free port now\n");
    }
    add_not_asked("asked", asked->not_asked, out);
}

static void add_numbers(const struct consequence_report *report, struct text *out)
{
    const struct consequence *consequence = report->consequence;
    struct text_table table = { .columns = 3 };

    add_ports(report, &table);
    add_usage("port usage", &consequence->total[METRIC_PORT_USAGE], &table);
    add_destinations(report, &table);
    add_usage("UDP port usage", &consequence->total[METRIC_UDP_PORT_USAGE], &table);
    text_table_print(&table, out);
    if (!consequence->measured && consequence->widens && consequence->usable[0].known &&
        consequence->usable[0].after <= consequence->usable[0].now &&
        consequence->usable[1].after <= consequence->usable[1].now)
        text_add(out,
                 "  the wider range gains no usable port: apply will roll it back\n");
}

static void add_head(const struct consequence *consequence, struct text *out)
{
    text_add(out, consequence->measured ? "\nusage before and after, measured:\n"
                                        : "\neffect on the usage measured now:\n");
}

void report_consequence_text(const struct consequence_report *report, struct text *out)
{
    const struct consequence *consequence = report->consequence;

    if (consequence->unknown[0]) {
        text_addf(out, "\n%s: ",
                  consequence->measured ? "usage could not be measured again"
                                        : "effect on usage not known");
        text_add_clean(out, consequence->unknown, "");
        text_add(out, "\n");
        return;
    }
    if (consequence->moves) {
        add_head(consequence, out);
        add_numbers(report, out);
        add_reusable(report, out);
        add_unprotected(report, out);
        if (consequence->reboot)
            text_add(out, "  what waits for a reboot is not in these numbers\n");
        add_asked(report, out);
        add_reliefs(report, out);
    } else if (consequence->reboot) {
        text_add(out, "\neffect on usage: none before a reboot\n");
    }
}
