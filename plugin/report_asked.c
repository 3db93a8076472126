/* SPDX-License-Identifier: MIT */
/* Questions and answers in one row: only ports were asked for, so nothing "works". */
#include "plugin/report_asked.h"

#include <inttypes.h>

#include "checks/ask_words.h"

static const char taken[] = " taken by bind() before connect()";

/* What is known of a number that is not exact. */
static void add_closed_source(const struct observed_tcp *tcp, struct text *out)
{
    if (tcp->closed_known == CLOSED_SAMPLED)
        text_addf(out, ", from a sample of %" PRIu32 " ports", tcp->closed_asked);
    else if (tcp->closed_known == CLOSED_AT_LEAST)
        text_add(out, ", a lower bound: the system was not asked");
}

void report_closed_ports(const struct observed_tcp *tcp, struct text *out)
{
    static const char *const heads[] = { [CLOSED_NOT_COUNTED] = "",
                                         [CLOSED_EXACT] = "",
                                         [CLOSED_SAMPLED] = "about ",
                                         [CLOSED_AT_LEAST] = "at least " };

    if (tcp->closed_known == CLOSED_NOT_COUNTED)
        return;
    text_addf(out, "%s%" PRIu32 "%s", heads[tcp->closed_known], tcp->ports_closed, taken);
    if (tcp->ports_closed > 0)
        text_add(out, " (no connect() can use them)");
    add_closed_source(tcp, out);
}

static void add_answer(const struct ask *ask, struct text *out)
{
    if (ask->answer == ASK_UNKNOWN) {
        text_addf(out, ": not known%s", ask->reason[0] ? " (" : "");
        text_add(out, ask->reason);
        text_add(out, ask->reason[0] ? ")" : "");
        return;
    }
    text_add(out, ask->answer == ASK_FREE ? " finds a port" : " finds no free port");
    text_add(out, " (");
    ask_words_cost(ask, out);
    text_add(out, ")");
    if (ask->answer == ASK_NONE && !ask->confirmed)
        text_add(out, ", not confirmed");
}

void report_asked(const struct report *report, struct text_table *table)
{
    const struct observed_asks *asked = &report->seen->asked;
    struct text cell = { 0 };

    if (report->verbosity > 1 || report->seen->tcp.ports_closed > 0)
        report_closed_ports(&report->seen->tcp, &cell);
    if (cell.length > 0) {
        text_table_add(table, "closed ports");
        text_table_take(table, &cell);
    }
    for (size_t i = 0; i < asked->count; i++) {
        char subject[ASK_WORDS_SIZE];

        ask_words_subject(report->seen, &asked->asks[i], subject);
        text_addf(&cell, "%s%s", i > 0 ? "; " : "", subject);
        add_answer(&asked->asks[i], &cell);
    }
    if (asked->count > 0) {
        text_table_add(table, "asked");
        text_table_take(table, &cell);
    }
    if (report->verbosity > 1 && asked->not_asked[0]) {
        text_table_add(table, "not asked");
        text_table_add(table, asked->not_asked);
    }
}
