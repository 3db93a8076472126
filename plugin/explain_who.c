/* SPDX-License-Identifier: MIT */
/* Owner and state make a row; who is unknown or must not be named is said to be that. */
#include "plugin/explain_who.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plugin/explain_names.h"
#include "plugin/explain_openers.h"
#include "plugin/explain_rows.h"
#include "plugin/report_words.h"

enum {
    ROWS_SHOWN = 5,
    OTHERS_SHOWN = 2,
    /* Columns of the table, behind the margin. */
    END_OF_COUNT = PAPER_MARGIN + 6,
    END_OF_SHARE = END_OF_COUNT + 7,
    BEGIN_OF_STATE = END_OF_SHARE + 2,
    WIDTH_OF_STATE = 13,
    GAP = 2
};

struct table {
    const struct explain_subject *subject;
    struct explain_rows rows;
    size_t names;   /* where they begin */
    size_t program; /* widths of the names' columns; 0 = no such column */
    size_t user;
    size_t unit;
};

/* So many of the rows are shown; small ones behind the second are not worth a line. */
static size_t shown_rows(const struct table *table)
{
    size_t shown = table->rows.count < ROWS_SHOWN ? table->rows.count : ROWS_SHOWN;

    while (shown > 2 &&
           (uint64_t)table->rows.list[shown - 1].sockets * 100 < table->rows.sockets)
        shown--;
    return shown;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The column widens for what fits into it; what does not stands in a line below. */
static void widen(size_t *column, size_t wanted, size_t room)
{
    if (wanted <= room)
        *column = larger(*column, wanted);
}

static void measure(struct table *table, size_t shown, size_t columns)
{
    const size_t room = columns - table->names;
    const struct explain_row *rows = table->rows.list;
    char unit[EXPLAIN_UNIT_SIZE];

    for (size_t i = 0; i < shown; i++)
        if (rows[i].owner)
            widen(&table->program, strlen(explain_program(table->subject, rows[i].owner)),
                  room);
    if (table->program > 0)
        table->program = larger(table->program, strlen("program")) + GAP;
    for (size_t i = 0; i < shown; i++)
        if (rows[i].owner)
            widen(&table->user, strlen(explain_user(table->subject, rows[i].owner)),
                  room - table->program);
    if (table->user > 0)
        table->user = larger(table->user, strlen("user")) + GAP;
    for (size_t i = 0; i < shown; i++)
        if (rows[i].owner && table->program + table->user < room)
            widen(&table->unit, strlen(explain_unit(rows[i].owner, unit)),
                  room - table->program - table->user);
}

static void add_header(const struct table *table, struct paper *paper)
{
    const struct explain_subject *subject = table->subject;
    const bool udp = subject->metric == METRIC_UDP_PORT_USAGE;
    const bool ports = subject->to || explain_is_for_all(subject);
    size_t end = table->names;

    paper_head(paper, subject->cause == CAUSE_NOBODY_ANSWERS ? "WHO WAITS" : "WHO");
    paper_cell(paper, ports ? "ports" : "sockets", END_OF_COUNT, true);
    paper_cell(paper, "share", END_OF_SHARE, true);
    paper_cell(paper, "", BEGIN_OF_STATE, false);
    paper_cell(paper, udp ? "" : "state", end, false);
    if (table->program > 0)
        paper_cell(paper, "program", end += table->program, false);
    if (table->user > 0)
        paper_cell(paper, "user", end += table->user, false);
    if (table->unit > 0)
        paper_cell(paper, subject->seen->os.kind == OS_WINDOWS ? "service" : "unit", end,
                   false);
}

/* In their columns, as far as they fit. */
static void add_names(const struct table *table, const struct owner *owner,
                      struct paper *paper)
{
    const char *user = explain_user(table->subject, owner);
    char unit[EXPLAIN_UNIT_SIZE];
    size_t end = table->names;

    if (table->program > 0)
        paper_cell(paper, explain_program(table->subject, owner), end += table->program,
                   false);
    if (table->user > 0)
        paper_cell(paper, strlen(user) + GAP <= table->user ? user : "",
                   end += table->user, false);
    if (strlen(explain_unit(owner, unit)) <= table->unit)
        paper_cell(paper, unit, end, false);
}

/* What found no column, and the pids. */
static void add_below(const struct table *table, const struct owner *owner,
                      struct paper *paper)
{
    const size_t user_length = strlen(explain_user(table->subject, owner));
    const bool user = user_length > 0 && user_length + GAP > table->user;
    char unit[EXPLAIN_UNIT_SIZE];
    const bool long_unit = strlen(explain_unit(owner, unit)) > table->unit;

    if (!user && !long_unit && !explain_has_pids(table->subject, owner))
        return;
    paper_indent(paper, table->names);
    if (user)
        explain_whose(table->subject, owner, paper);
    if (long_unit)
        paper_add(paper, unit);
    explain_pids(table->subject, owner, paper);
}

static bool is_named_above(const struct table *table, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (table->rows.list[i].owner == table->rows.list[at].owner)
            return true;
    return false;
}

/* "97%", "<1%". */
static void add_share(const struct table *table, uint32_t sockets, struct paper *paper)
{
    const uint32_t percent = explain_percent(sockets, table->rows.sockets);
    char share[PAPER_COUNT_SIZE] = "<1%";

    if (percent > 0)
        (void)snprintf(share, sizeof share, "%" PRIu32 "%%", percent);
    paper_cell(paper, share, END_OF_SHARE, true);
}

static void add_line(const struct table *table, size_t at, struct paper *paper)
{
    const struct explain_row *row = &table->rows.list[at];
    char count[PAPER_COUNT_SIZE];

    paper_indent(paper, PAPER_MARGIN);
    paper_cell(paper, paper_count(row->sockets, count), END_OF_COUNT, true);
    add_share(table, row->sockets, paper);
    paper_cell(paper, "", BEGIN_OF_STATE, false);
    paper_cell(paper, row->state == CONN_UNKNOWN ? "" : explain_state(row->state),
               table->names, false);
    paper_cell(paper, row->words, paper->column, false);
    if (!row->owner)
        return;
    add_names(table, row->owner, paper);
    if (!is_named_above(table, at))
        add_below(table, row->owner, paper);
}

static void add_rest(const struct table *table, size_t shown, struct paper *paper)
{
    uint64_t rest = table->rows.others;
    char count[PAPER_COUNT_SIZE];

    for (size_t i = shown; i < table->rows.count; i++)
        rest += table->rows.list[i].sockets;
    if (rest == 0)
        return;
    paper_indent(paper, PAPER_MARGIN);
    paper_cell(paper, paper_count(rest, count), END_OF_COUNT, true);
    paper_cell(paper, "", table->names, false);
    paper_cell(paper, "others", paper->column, false);
}

/* To whom else; of what is about no destination, to whom at all. */
static void add_destinations(const struct explain_subject *subject, struct paper *paper)
{
    const struct observation *seen = subject->seen;
    const bool all = subject->metric == METRIC_PORT_USAGE && !subject->to;
    const size_t first = all ? 0 : 1;
    char count[PAPER_COUNT_SIZE];

    for (size_t i = first; (subject->to || all) && explain_is_alert(subject) &&
                           i < seen->tcp.top_count && i < first + OTHERS_SHOWN;
         i++) {
        const struct destination *to = &seen->tcp.top[i];
        struct text end = { 0 };

        if (100U * to->sockets < seen->range[IP_PROTOCOL_TCP].usable)
            break;
        words_destination(seen, to, &end);
        if (i == first)
            paper_indent(paper, PAPER_MARGIN);
        paper_addf(paper, "%s %s\t(%s\tports)",
                   i > first ? "and"
                   : all     ? "to:"
                             : "other destinations:",
                   text_string(&end), paper_count(to->sockets, count));
        text_clear(&end);
    }
}

/* What is not known, and what would tell it. */
static void add_unknown(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_owners *owners = &subject->seen->owners;

    if (!subject->shares) {
        if (paper->column > PAPER_MARGIN)
            paper_indent(paper, PAPER_MARGIN);
        paper_add(paper, "whose they are was not read");
        if (owners->reading.reason[0])
            paper_addf(paper, "(%s)", owners->reading.reason);
        return;
    }
    /* Else explain_look_inside() says so. */
    if (owners->unread[0] && (!subject->report->namespaces || owners->programs)) {
        paper_indent(paper, PAPER_MARGIN);
        paper_addf(paper, "(%s)", owners->unread);
    }
    if (subject->cause == CAUSE_BOUND_NEVER_CONNECTED &&
        subject->seen->os.kind == OS_LINUX) {
        paper_indent(paper, PAPER_MARGIN);
        paper_add(paper, "ss and lsof may not list these sockets");
    }
}

void explain_who(const struct explain_subject *subject, struct paper *paper)
{
    struct table table = { .subject = subject,
                           .names = subject->metric == METRIC_UDP_PORT_USAGE
                                        ? BEGIN_OF_STATE
                                        : BEGIN_OF_STATE + WIDTH_OF_STATE };
    size_t shown;

    if (!subject->result || !subject->result->measure.known ||
        !metric_is_port_usage(subject->metric))
        return;
    if (subject->report->owners == OWNERS_NONE) {
        paper_head(paper, "WHO");
        paper_add(paper, "not shown: --owners none, or the policy");
        return;
    }
    explain_rows_fill(subject, &table.rows);
    shown = shown_rows(&table);
    if (shown == 0 && !explain_is_alert(subject))
        return;
    measure(&table, shown, paper->columns);
    if (shown > 0)
        add_header(&table, paper);
    for (size_t i = 0; i < shown; i++)
        add_line(&table, i, paper);
    if (shown > 0)
        add_rest(&table, shown, paper);
    else
        paper_head(paper, "WHO");
    add_unknown(subject, paper);
    explain_openers(subject, paper);
    add_destinations(subject, paper);
}
