/* SPDX-License-Identifier: MIT */
/* What a second look tells: rates, and shares only where every connection was counted. */
#include "plugin/explain_openers.h"

#include <inttypes.h>
#include <stdio.h>

#include "plugin/explain_names.h"
#include "plugin/look_words.h"

enum { MS_PER_S = 1000, OPENERS_SHOWN = 4 };

static bool is_looked_at(const struct explain_subject *subject)
{
    return subject->seen->look.span_ms > 0 && subject->to && !explain_is_for_all(subject);
}

/* Per second, rounded to the next whole number. */
static uint32_t rate_of(uint32_t count, uint32_t span_ms)
{
    return (uint32_t)(((uint64_t)count * MS_PER_S + span_ms / 2) / span_ms);
}

/* Every connection was counted: each has a share. */
static void add_counted(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;
    const struct observed_owners *owners = &subject->seen->owners;
    char cell[PAPER_COUNT_SIZE];

    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper,
               "who opens connections there, counted for %" PRIu32 ".%" PRIu32 "\ts:",
               look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100);
    for (size_t i = 0; i < look->count && i < OPENERS_SHOWN; i++) {
        const struct observed_opener *opener = &look->openers[i];

        if (opener->owner >= owners->count || opener->opened == 0)
            continue;
        paper_indent(paper, PAPER_MARGIN);
        paper_cell(paper, paper_count(rate_of(opener->opened, look->span_ms), cell),
                   PAPER_MARGIN + 6, true);
        paper_cell(paper, "/s", PAPER_MARGIN + 8, false);
        (void)snprintf(cell, sizeof cell, "%" PRIu32 "%%",
                       explain_percent(opener->opened, look->opened));
        paper_cell(paper, cell, PAPER_MARGIN + 13, true);
        paper_cell(paper, "", PAPER_MARGIN + 15, false);
        explain_name(subject, &owners->list[opener->owner], paper);
    }
}

/* Those that live shorter than the looks are apart are seen by chance: no share. */
static void add_seen(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    look_words(subject->seen, subject->report->owners, &words);
    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper, "%s", text_string(&words));
    paper->out->failed = paper->out->failed || words.failed;
    text_clear(&words);
}

void explain_openers(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_look *look = &subject->seen->look;

    if (!is_looked_at(subject)) {
        if (subject->cause == CAUSE_SHORT_CONNECTIONS && subject->to &&
            !subject->report->replayed && !subject->report->place) {
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
    if (look->unread[0] && !subject->report->replayed) {
        paper_indent(paper, PAPER_MARGIN);
        paper_addf(paper, "(not every connection was counted: %s)", look->unread);
    }
}
