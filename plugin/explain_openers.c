/* SPDX-License-Identifier: MIT */
/* What a second look tells: rates, and shares only where every connection was counted. */
#include "plugin/explain_openers.h"

#include <inttypes.h>
#include <stdio.h>

#include "plugin/explain_names.h"

enum { MS_PER_S = 1000, TIME_WAIT_S = 60, OPENERS_SHOWN = 4, HOUR_S = 3600 };

static bool is_looked_at(const struct explain_subject *subject)
{
    return subject->seen->look.span_ms > 0 && subject->to && !explain_is_for_all(subject);
}

/* Per second, rounded to the next whole number. */
static uint32_t rate_of(uint32_t count, uint32_t span_ms)
{
    return (uint32_t)(((uint64_t)count * MS_PER_S + span_ms / 2) / span_ms);
}

/* "etl-load.service (curl),", "user\talice,": one who opens connections. */
static void add_opener(const struct explain_subject *subject, const struct owner *owner,
                       const char *behind, struct paper *paper)
{
    const char *program = explain_program(subject, owner);
    char unit[EXPLAIN_UNIT_SIZE];

    if (explain_unit(owner, unit)[0])
        paper_addf(paper, "%s", unit);
    else
        explain_whose(subject, owner, paper);
    if (program[0])
        paper_addf(paper, "(%s)", program);
    paper_glue(paper, behind);
}

/* Every connection was counted: each has a share. */
static void add_counted(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;
    const struct observed_owners *owners = &subject->seen->owners;
    char count[PAPER_COUNT_SIZE];

    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper, "opened there, counted for %" PRIu32 ".%" PRIu32 " s:",
               look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100);
    for (size_t i = 0; i < look->count && i < OPENERS_SHOWN; i++) {
        const struct observed_opener *opener = &look->openers[i];

        if (opener->owner >= owners->count)
            continue;
        paper_indent(paper, PAPER_MARGIN);
        paper_cell(paper, paper_count(rate_of(opener->opened, look->span_ms), count),
                   PAPER_MARGIN + 6, true);
        paper_add(paper, "per\tsecond");
        paper_addf(paper, "%3" PRIu32 "%%",
                   look->opened > 0
                       ? (uint32_t)(UINT64_C(100) * opener->opened / look->opened)
                       : 0);
        add_opener(subject, &owners->list[opener->owner], "", paper);
    }
}

static size_t count_seen(const struct observed_look *look, bool counted)
{
    size_t count = 0;

    for (size_t i = 0; i < look->count; i++)
        count += (look->openers[i].opened > 0) == counted;
    return count;
}

/* Those that live shorter than the looks are apart are seen by chance: no share. */
static void add_seen(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;
    const struct observed_owners *owners = &subject->seen->owners;
    const size_t by_chance = count_seen(look, false);
    size_t named = 0;
    char count[PAPER_COUNT_SIZE];

    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper, "%s\tclosed/s there:",
               paper_count(rate_of(look->closed, look->span_ms), count));
    for (size_t i = 0; i < look->count; i++) {
        const struct observed_opener *opener = &look->openers[i];
        const uint32_t rate = rate_of(opener->opened, look->span_ms);
        char behind[64];

        if (opener->opened == 0 || opener->owner >= owners->count)
            continue;
        (void)snprintf(behind, sizeof behind, "\t%" PRIu32 "\t(%" PRIu32 "%%);", rate,
                       look->closed > 0
                           ? (uint32_t)(UINT64_C(100) * opener->opened / look->closed)
                           : 0);
        add_opener(subject, &owners->list[opener->owner], behind, paper);
    }
    if (by_chance == 0)
        return;
    paper_addf(paper, "%s live under %" PRIu32 "\tms, seen, without a share:",
               count_seen(look, true) > 0 ? "the others" : "they", look->shortest_ms);
    for (size_t i = 0; i < look->count; i++)
        if (look->openers[i].opened == 0 && look->openers[i].owner < owners->count)
            add_opener(subject, &owners->list[look->openers[i].owner],
                       ++named < by_chance ? "," : "", paper);
}

void explain_openers(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;

    if (!is_looked_at(subject)) {
        if (subject->cause == CAUSE_SHORT_CONNECTIONS && subject->to &&
            !subject->report->replayed) {
            paper_indent(paper, PAPER_MARGIN);
            paper_add(paper, "who opens these connections: --look SECONDS");
        }
        return;
    }
    if (subject->cause != CAUSE_SHORT_CONNECTIONS && look->opened == 0 &&
        look->closed == 0)
        return;
    if (look->exact && look->opened > 0)
        add_counted(subject, paper);
    else if (!look->exact && (look->closed > 0 || look->count > 0))
        add_seen(subject, paper);
    if (look->unread[0]) {
        paper_indent(paper, PAPER_MARGIN);
        paper_addf(paper, "not counted exactly: %s", look->unread);
    }
}

/* Ports that many more than chance explains: noise grows with the root. */
static bool is_growth(const struct observed_look *look)
{
    const uint64_t grown = look->ports_last - look->ports_first;
    const uint64_t moved = grown + look->opened + look->closed;

    return look->ports_last > look->ports_first && grown * grown > 16 * moved;
}

static void add_time_wait_level(const struct explain_subject *subject, uint32_t usable,
                                struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;
    const uint32_t rate = rate_of(look->closed, look->span_ms);
    char count[PAPER_COUNT_SIZE];
    char level[PAPER_COUNT_SIZE];

    paper_addf(paper, "%s\tclosed/s, each 60\ts in TIME_WAIT: that leads to %s\tports",
               paper_count(rate, count),
               paper_count((uint64_t)rate * TIME_WAIT_S, level));
    if ((uint64_t)rate * TIME_WAIT_S > usable)
        paper_add(paper, "more than there are");
}

void explain_heading(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;
    const uint32_t usable = subject->seen->range[IP_PROTOCOL_TCP].usable;
    char count[PAPER_COUNT_SIZE];
    uint32_t rate;
    uint32_t left;

    if (!is_looked_at(subject))
        return;
    paper_indent(paper, PAPER_MARGIN);
    if (!is_growth(look)) {
        if (look->closed > 0 && subject->cause == CAUSE_SHORT_CONNECTIONS)
            add_time_wait_level(subject, usable, paper);
        else
            paper_addf(paper, "not growing in %" PRIu32 ".%" PRIu32 "\ts",
                       look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100);
        return;
    }
    rate = rate_of(look->ports_last - look->ports_first, look->span_ms);
    left = usable > look->ports_last ? usable - look->ports_last : 0;
    paper_addf(paper, "growing %s/s", paper_count(rate, count));
    if (rate > 0 && left > 0 && left / rate < HOUR_S)
        paper_addf(paper, "- full in about %" PRIu32 "\ts if that goes on",
                   left / rate > 0 ? left / rate : 1);
    paper_addf(paper, "(2 looks, %" PRIu32 ".%" PRIu32 "\ts apart)",
               look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100);
}
