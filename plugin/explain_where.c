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
    const struct namespaces_verdict *all = report->namespaces;
    struct text words = { 0 };

    if (!all)
        return;
    paper_head(paper, "WHERE");
    namespace_words_all(report, &words);
    paper_add(paper, text_string(&words) + strlen(", "));
    text_clear(&words);
    for (size_t i = 0; i < all->row_count && i < ROWS_SHOWN; i++)
        add_row(report, all->rows[i], paper);
    if (all->row_count > ROWS_SHOWN) {
        paper_indent(paper, BEGIN_OF_WORDS);
        paper_addf(paper, "and %zu more", all->row_count - ROWS_SHOWN);
    }
}

void explain_elsewhere(struct paper *paper)
{
    paper_head(paper, "BUY TIME");
    paper_add(paper,
              "its range and its reuse of TIME_WAIT are its own: set them where it is "
              "started (docker run or podman run --sysctl, compose sysctls:, Kubernetes "
              "securityContext.sysctls), and start it again. remediate_port_exhaustion "
              "changes this host's own namespace, not this one");
}
