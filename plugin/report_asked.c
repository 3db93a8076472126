/* SPDX-License-Identifier: MIT */
/* Questions and answers in one row: only ports were asked for, so nothing "works". */
#include "plugin/report_asked.h"

#include <inttypes.h>

#include "checks/ask_words.h"

static const char taken[] =
    ", taken by bind() before connect(): no connect() can use them";

void report_closed_ports(const struct observed_tcp *tcp, struct text *out)
{
    switch (tcp->closed_known) {
    case CLOSED_EXACT:
        text_addf(out, "%" PRIu32 "%s", tcp->ports_closed, taken);
        break;
    case CLOSED_SAMPLED:
        text_addf(out, "about %" PRIu32 "%s (from a sample of %" PRIu32 " ports)",
                  tcp->ports_closed, taken, tcp->closed_asked);
        break;
    case CLOSED_AT_LEAST:
        text_addf(out, "at least %" PRIu32 "%s (a lower bound: the system was not asked)",
                  tcp->ports_closed, taken);
        break;
    case CLOSED_NOT_COUNTED:
        break;
    }
}

static void add_cost(const struct ask *ask, struct text *out)
{
    if (ask->microseconds < 1000)
        text_addf(out, " (%" PRIu32 " us)", ask->microseconds);
    else
        text_addf(out, " (%" PRIu32 ".%" PRIu32 " ms)", ask->microseconds / 1000,
                  ask->microseconds % 1000 / 100);
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
    add_cost(ask, out);
    if (ask->answer == ASK_NONE && !ask->confirmed)
        text_add(out, ", not confirmed");
}

static void add_cell(struct text_table *table, struct text *cell)
{
    text_table_add(table, text_string(cell));
    table->cells.failed = table->cells.failed || cell->failed;
    text_clear(cell);
}

void report_asked(const struct report *report, struct text_table *table)
{
    const struct observed_asks *asked = &report->seen->asked;
    struct text cell = { 0 };

    report_closed_ports(&report->seen->tcp, &cell);
    if (cell.length > 0) {
        text_table_add(table, "closed ports");
        add_cell(table, &cell);
    }
    for (size_t i = 0; i < asked->count; i++) {
        char subject[ASK_WORDS_SIZE];

        ask_words_subject(report->seen, &asked->asks[i], subject);
        text_addf(&cell, "%s%s", i > 0 ? "; " : "", subject);
        add_answer(&asked->asks[i], &cell);
    }
    if (asked->count > 0) {
        text_table_add(table, "asked");
        add_cell(table, &cell);
    }
    if (report->verbosity > 1 && asked->not_asked[0]) {
        text_table_add(table, "not asked");
        text_table_add(table, asked->not_asked);
    }
}
