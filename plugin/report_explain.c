/* SPDX-License-Identifier: MIT */
/* Headline, WHO, WHY, NOW, BUY TIME, CURE, and where more is to be read. */
#include "plugin/report_explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"
#include "checks/cause_words.h"
#include "checks/model/utc_time.h"
#include "plugin/explain_now.h"
#include "plugin/explain_openers.h"
#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"
#include "plugin/explain_who.h"
#include "plugin/report_details.h"
#include "plugin/report_words.h"

enum { NOTES_SHOWN = 3, SETTINGS_SHOWN = 4, COST_WORTH_A_WORD_US = 100 };

static void add_text(struct paper *paper, struct text *words)
{
    paper_add(paper, text_string(words));
    paper->out->failed = paper->out->failed || words->failed;
    text_clear(words);
}

static const char *filled(const struct explain_subject *subject)
{
    switch (subject->cause) {
    case CAUSE_BOUND_NEVER_CONNECTED:
        return "ports are held by sockets that never connected: these are blocked for "
               "every destination";
    case CAUSE_LISTENERS:
        return "listeners hold ports of the range: these are blocked for every "
               "destination";
    case CAUSE_BIND_BEFORE_CONNECT:
        return "bind() before connect() closed ports: they are blocked for every "
               "destination";
    default:
        return NULL;
    }
}

static void add_title(const struct explain_subject *subject, struct paper *paper)
{
    const char *words = filled(subject);
    struct text end = { 0 };

    if (subject->to)
        words_destination(subject->seen, subject->to, &end);
    if (words)
        paper_add(paper, words);
    else if (subject->cause == CAUSE_NOBODY_ANSWERS && subject->to)
        paper_addf(paper, "nobody answers at %s", text_string(&end));
    else if (subject->to)
        paper_addf(paper, "ports toward %s are running out", text_string(&end));
    else if (subject->metric == METRIC_UDP_PORT_USAGE)
        paper_add(paper, "UDP ports are running out");
    else if (metric_is_percent(subject->metric))
        paper_add(paper, "the ports of this host are running out");
    else if (subject->metric == METRIC_TIME_WAIT)
        paper_add(paper, "many sockets are in TIME_WAIT");
    else
        paper_add(paper, "settings of this host are not as they should be");
    text_clear(&end);
}

/* "86.99%, limit 80%": the limit that the value is beyond; of what is OK the first. */
static void add_value_and_limit(const struct result *result, struct text *out)
{
    const char *unit = metric_is_percent(result->metric) ? "%" : "";
    const struct threshold *limit =
        result->state == CHECK_CRITICAL || !result->limits.warning.set
            ? &result->limits.critical
            : &result->limits.warning;

    words_measure(result->metric, &result->measure, out);
    text_add(out, limit->set ? ", limit " : ", no limit");
    threshold_format(limit, out);
    text_add(out, limit->set ? unit : "");
}

static void add_usage(const struct result *result, struct paper *paper)
{
    const struct measure *measure = &result->measure;
    struct text value = { 0 };
    char part[PAPER_COUNT_SIZE];
    char whole[PAPER_COUNT_SIZE];

    add_value_and_limit(result, &value);
    if (metric_is_percent(result->metric))
        paper_addf(paper, "%s%s of %s ports used (%s)",
                   measure->at_least ? "at least " : "", paper_count(measure->part, part),
                   paper_count(measure->whole, whole), text_string(&value));
    else
        add_text(paper, &value);
    text_clear(&value);
}

/* What the system says of the next socket; nothing where it was not asked. */
static void add_consequence(const struct explain_subject *subject, struct paper *paper)
{
    const bool udp = subject->metric == METRIC_UDP_PORT_USAGE;
    const char *what = udp ? "new UDP sockets" : "new connections";
    const struct ask *ask = explain_ask(subject);
    struct text cost = { 0 };

    if (!ask || ask->answer == ASK_UNKNOWN)
        return;
    if (ask->answer == ASK_NONE) {
        if (ask_is_exhaustion(subject->seen, ask))
            paper_addf(paper, "- %s FAIL: no port is free", what);
        return;
    }
    paper_addf(paper, "- %s still find a port", what);
    if (ask->microseconds < COST_WORTH_A_WORD_US)
        return;
    ask_words_cost(ask, &cost);
    paper_addf(paper, ", but each costs %s of CPU", text_string(&cost));
    text_clear(&cost);
}

static void add_headline(const struct explain_subject *subject, struct paper *paper)
{
    const struct result *result = subject->result;

    paper_head(paper, check_state_names[result->state]);
    if (!result->measure.known) {
        paper_addf(paper, "%s is not known: %s", words_metric(result->metric),
                   result->measure.reason);
        return;
    }
    if (result->state == CHECK_OK) {
        paper_addf(paper, "%s:", words_metric(result->metric));
    } else {
        add_title(subject, paper);
        paper_indent(paper, PAPER_MARGIN);
    }
    add_usage(result, paper);
    add_consequence(subject, paper);
    if (result->why[0]) {
        paper_indent(paper, PAPER_MARGIN);
        paper_add(paper, result->why);
    }
    explain_heading(subject, paper);
}

/* A recorded one tells of another time, and of another host. */
static void add_replayed(const struct explain_subject *subject, struct paper *paper)
{
    const struct observation *seen = subject->seen;
    char time[UTC_TIME_TEXT_SIZE];

    if (!subject->report->replayed)
        return;
    utc_time_format(seen->time_s, time);
    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper, "(recorded at %s on %s: not what is there now)", time,
               seen->host[0] ? seen->host : "an unknown host");
}

/* The same reason is read once. */
static bool is_said(const struct report *report, const enum metric_id *order, size_t at)
{
    const struct result *results = report->verdict->results;

    for (size_t i = 0; i < at; i++)
        if (strcmp(results[order[i]].measure.reason, results[order[at]].measure.reason) ==
            0)
            return true;
    return false;
}

/* What is not OK beside what the screen is about. */
static void add_also(const struct explain_subject *subject, struct paper *paper)
{
    enum metric_id order[METRIC_COUNT];
    const size_t count = words_order(subject->report, order);
    bool first = true;

    for (size_t i = 1; i < count; i++) {
        const struct result *result = &subject->report->verdict->results[order[i]];

        if (result->state == CHECK_OK)
            continue;
        paper_head(paper, first ? "ALSO" : "");
        first = false;
        paper_addf(paper, "%s %s:", check_state_names[result->state],
                   words_metric(result->metric));
        if (result->measure.known)
            add_usage(result, paper);
        else
            paper_addf(paper, "not known%s%s",
                       is_said(subject->report, order, i) ? "" : ": ",
                       is_said(subject->report, order, i) ? "" : result->measure.reason);
    }
}

static void add_why(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    if (!explain_is_alert(subject) || !metric_is_percent(subject->metric))
        return;
    paper_head(paper, "WHY");
    cause_words_why(subject->seen, subject->cause, &words);
    add_text(paper, &words);
}

static void add_cure(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    if (!explain_is_alert(subject) || !metric_is_percent(subject->metric))
        return;
    paper_head(paper, "CURE");
    cause_words_cure(subject->seen, subject->cause, &words);
    add_text(paper, &words);
}

/* Which settings, where the screen is about them. */
static void add_settings(const struct explain_subject *subject, struct paper *paper)
{
    const struct verdict *verdict = subject->report->verdict;
    size_t shown = 0;

    if (subject->metric != METRIC_MISCONFIGURED || !explain_is_alert(subject))
        return;
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        if (setting->state != SETTING_STATE_WRONG)
            continue;
        if (shown++ == SETTINGS_SHOWN)
            break;
        paper_head(paper, shown == 1 ? "WHICH" : "");
        paper_addf(paper, "%s: %s", setting->rule->name, setting->why);
    }
    paper_head(paper, "NOW");
    paper_add(paper, "remediate_port_exhaustion plan says what it would change");
}

static void add_runbook(const struct explain_subject *subject, struct paper *paper)
{
    const char *section = report_runbook_section(subject->report);

    if (!section)
        return;
    paper_head(paper, "");
    paper_addf(paper, "runbook.md, section \"%s\"", section);
}

/* Names that travel are the policy's; on a terminal, or when asked, all. */
static void add_names(const struct explain_subject *subject,
                      const struct explain_screen *screen, struct paper *paper)
{
    if (screen->names_asked || screen->terminal || !subject->shares ||
        subject->shares->count == 0 || subject->report->owners != OWNERS_SYSTEM)
        return;
    paper_head(paper, "");
    paper_add(paper, "people, programs and pids are left out (no terminal): --owners "
                     "full shows them");
}

struct notes {
    struct paper *paper;
    size_t count;
};

static void add_note(void *context, const char *note)
{
    struct notes *notes = context;

    if (notes->count++ >= NOTES_SHOWN)
        return;
    paper_head(notes->paper, notes->count == 1 ? "NOTE" : "");
    paper_add(notes->paper, note);
}

/* Whole lines from the end are what it can do without. */
static void cut_lines(struct text *out, size_t start)
{
    size_t length = start + PAPER_BYTES_MAX;

    if (out->length <= length)
        return;
    while (length > start && out->data[length - 1] != '\n')
        length--;
    text_cut(out, length);
}

static size_t columns_of(const struct explain_screen *screen)
{
    if (screen->columns < PAPER_COLUMNS)
        return PAPER_COLUMNS;
    return screen->columns < PAPER_COLUMNS_MAX ? screen->columns : PAPER_COLUMNS_MAX;
}

bool report_explain(const struct report *report, const struct explain_screen *screen,
                    struct text *out, struct error *err)
{
    const size_t start = out->length;
    struct paper paper = { .out = out, .columns = columns_of(screen) };
    struct notes notes = { .paper = &paper };
    struct explain_subject subject;

    explain_subject_find(report, &subject);
    if (subject.result)
        add_headline(&subject, &paper);
    add_replayed(&subject, &paper);
    add_also(&subject, &paper);
    explain_who(&subject, &paper);
    add_why(&subject, &paper);
    add_settings(&subject, &paper);
    explain_now(&subject, &paper);
    add_cure(&subject, &paper);
    add_runbook(&subject, &paper);
    add_names(&subject, screen, &paper);
    words_each_note(report, add_note, &notes);
    paper_end(&paper);
    cut_lines(out, start);
    return text_ok(out, err);
}

/* ECMA-48, "select graphic rendition". */
static const char bold[] = "\x1B[1m";
static const char plain[] = "\x1B[0m";
static const char *const state_colours[] = {
    [CHECK_OK] = "\x1B[1;32m",
    [CHECK_WARNING] = "\x1B[1;33m",
    [CHECK_CRITICAL] = "\x1B[1;31m",
    [CHECK_UNKNOWN] = "\x1B[1;35m",
};

static const char *colour_of(const char *head, size_t length)
{
    for (size_t i = 0; i < ARRAY_COUNT(state_colours); i++)
        if (strlen(check_state_names[i]) == length &&
            strncmp(check_state_names[i], head, length) == 0)
            return state_colours[i];
    return bold;
}

/* A head stands at the begin of a line; two blanks end it. */
static size_t head_length(const char *line)
{
    const char *end = strstr(line, "  ");

    return line[0] == ' ' || line[0] == '\n' || !end || end - line > PAPER_MARGIN
               ? 0
               : (size_t)(end - line);
}

void report_explain_colour(const char *screen, struct text *out)
{
    while (*screen) {
        const size_t head = head_length(screen);
        const size_t length = strcspn(screen, "\n");

        if (head > 0) {
            text_add(out, colour_of(screen, head));
            text_add_bytes(out, screen, head);
            text_add(out, plain);
        }
        text_add_bytes(out, screen + head, length - head);
        screen += length;
        if (*screen == '\n') {
            text_add(out, "\n");
            screen++;
        }
    }
}
