/* SPDX-License-Identifier: MIT */
/* One line for each that was looked at, or should have been. */
#include "plugin/explain_where.h"

#include <string.h>

#include "plugin/namespace_words.h"

enum {
    ROWS_SHOWN = 8,
    END_OF_STATE = PAPER_MARGIN + 10,
    END_OF_USAGE = END_OF_STATE + 6,
    BEGIN_OF_WORDS = END_OF_USAGE + 2
};

static void add_text(struct paper *paper, struct text *words)
{
    paper_add(paper, text_string(words));
    paper->out->failed = paper->out->failed || words->failed;
    text_clear(words);
}

static void add_row(const struct report *report, size_t at, struct paper *paper)
{
    const struct namespace_result *result = &report->namespaces->results[at];
    struct text words = { 0 };

    paper_indent(paper, PAPER_MARGIN);
    paper_cell(paper, result->judged ? check_state_names[result->state] : "-",
               END_OF_STATE, false);
    namespace_words_usage(result, &words);
    paper_cell(paper, text_string(&words), END_OF_USAGE, true);
    paper_cell(paper, "", BEGIN_OF_WORDS, false);
    paper->margin = BEGIN_OF_WORDS;
    text_cut(&words, 0);
    namespace_words_at(report, at, &words);
    text_add(&words, result->usage.known ? ": " : "");
    namespace_words_ports(result, &words);
    text_add(&words, result->usage.known ? " ports" : "");
    add_text(paper, &words);
    namespace_words_more(report, at, &words);
    if (words.length > 0)
        paper_glue(paper, ",");
    add_text(paper, &words);
}

void explain_where(const struct explain_subject *subject, struct paper *paper)
{
    const struct report *report = subject->report;
    size_t rows[NAMESPACE_ROWS_MAX];
    size_t count;
    struct text words = { 0 };

    if (!report->namespaces)
        return;
    paper_head(paper, "WHERE");
    namespace_words_all(report, &words);
    paper_add(paper, text_string(&words) + strlen(", "));
    text_clear(&words);
    count = namespace_words_rows(report, rows);
    for (size_t i = 0; i < count && i < ROWS_SHOWN; i++)
        add_row(report, rows[i], paper);
    if (count > ROWS_SHOWN) {
        paper_indent(paper, BEGIN_OF_WORDS);
        paper_addf(paper, "and %zu more", count - ROWS_SHOWN);
    }
}

void explain_unread(const struct explain_subject *subject, struct paper *paper)
{
    const struct report *report = subject->report;
    struct text words = { 0 };

    if (!report->namespaces || !subject->result || subject->result->state != CHECK_OK ||
        report->verdict->state != CHECK_UNKNOWN)
        return;
    paper_head(paper, check_state_names[CHECK_UNKNOWN]);
    namespace_words_all(report, &words);
    paper_add(paper, text_string(&words) + strspn(text_string(&words), ", "));
    text_clear(&words);
}

bool explain_elsewhere(const struct explain_subject *subject, struct paper *paper)
{
    const struct report *report = subject->report;
    struct text words = { 0 };

    if (!report->place && (report->seen->os.kind != OS_LINUX ||
                           report->seen->settings_scope == SETTINGS_OF_HOST))
        return false;
    paper_head(paper, "BUY TIME");
    if (subject->cause == CAUSE_NOBODY_ANSWERS) {
        paper_add(paper, "nothing helps here: a wider range only makes room for more "
                         "attempts");
        return true;
    }
    text_add(&words, "its range and its reuse of TIME_WAIT are its own: ");
    namespace_words_settings(report, &words);
    text_add(&words, ". remediate_port_exhaustion changes the host's own namespace, "
                     "not this one");
    add_text(paper, &words);
    return true;
}

bool explain_look_inside(const struct explain_subject *subject, struct paper *paper)
{
    if (!subject->report->namespaces || subject->report->owners == OWNERS_NONE ||
        !subject->shares || subject->seen->owners.programs)
        return false;
    paper_head(paper, "");
    paper_add(paper,
              "programs and pids: --all-namespaces gives up the rights to see them. "
              "Look inside, as root: nsenter\t-t\tPID\t-n check_port_exhaustion\t"
              "-o\texplain (lsns --type net has the PID)");
    return true;
}
