/* SPDX-License-Identifier: MIT */
/* Headline, WHO, WHY, NOW, BUY TIME, CURE, and where more is to be read. */
#include "plugin/report_explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/buy_time.h"
#include "checks/cause_words.h"
#include "checks/event_words.h"
#include "checks/headline.h"
#include "checks/limit_words.h"
#include "checks/model/utc_time.h"
#include "plugin/conntrack_words.h"
#include "plugin/explain_now.h"
#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"
#include "plugin/explain_where.h"
#include "plugin/explain_who.h"
#include "plugin/report_details.h"
#include "plugin/report_words.h"

/* The build says where it is installed. */
#ifndef PORT_EXHAUSTION_RUNBOOK
#define PORT_EXHAUSTION_RUNBOOK "runbook.md"
#endif

enum { NOTES_SHOWN = 3, SETTINGS_SHOWN = 4, DAY_S = 86400 };

static void add_text(struct paper *paper, struct text *words)
{
    paper_add(paper, text_string(words));
    paper->out->failed = paper->out->failed || words->failed;
    text_clear(words);
}

/* A recorded one tells of another time, and of another host. */
static void add_recorded(const struct explain_subject *subject, struct paper *paper)
{
    const struct observation *seen = subject->seen;
    char time[UTC_TIME_TEXT_SIZE];

    if (!subject->report->replayed)
        return;
    utc_time_format(seen->time_s, time);
    time[strlen("2026-01-31")] = '\t';
    time[strlen("2026-01-31T00:00:00")] = '\0';
    paper_indent(paper, PAPER_MARGIN);
    paper_addf(paper, "RECORDED on %s at %s\tUTC: not what is there now",
               seen->host[0] ? seen->host : "an unknown host", time);
}

/* Each line of foreign words at the margin, the first one where the paper is. */
static void add_lines(struct paper *paper, struct text *lines)
{
    char *line = lines->data;

    while (line && *line) {
        char *end = strchr(line, '\n');

        if (end)
            *end = '\0';
        if (line != lines->data)
            paper_indent(paper, PAPER_MARGIN);
        paper_add(paper, line);
        line = end ? end + 1 : NULL;
    }
    paper->out->failed = paper->out->failed || lines->failed;
    text_clear(lines);
}

/* "86%, limit 80%"; of what is OK its first limit. */
static void add_value_and_limit(const struct report *report, const struct result *result,
                                struct text *out)
{
    char percent[8];
    const struct threshold *limit =
        result->limits.warning.set ? &result->limits.warning : &result->limits.critical;

    if (metric_is_percent(result->metric)) {
        number_format_whole_percent(result->measure.part, result->measure.whole, percent);
        text_addf(out, "%s%%", percent);
    } else {
        words_value(report, result, out);
    }
    text_add(out, ", ");
    if (result->state != CHECK_OK) {
        limit_words(result, out);
    } else if (limit->set) {
        text_add(out, "limit ");
        threshold_format(limit, out);
        text_add(out, metric_is_percent(result->metric) ? "%" : "");
    }
    if (text_string(out)[out->length - 1] == ' ')
        text_cut(out, out->length - strlen(", "));
}

static void add_usage(const struct report *report, const struct result *result,
                      struct paper *paper)
{
    const struct measure *measure = &result->measure;
    struct text value = { 0 };
    char part[PAPER_COUNT_SIZE];
    char whole[PAPER_COUNT_SIZE];

    add_value_and_limit(report, result, &value);
    if (metric_is_port_usage(result->metric))
        paper_addf(paper, "%s%s of %s ports used (%s)",
                   measure->at_least ? "at least " : "", paper_count(measure->part, part),
                   paper_count(measure->whole, whole), text_string(&value));
    else
        add_text(paper, &value);
    text_clear(&value);
}

/* A number that is no usage of ports. Some settings may be known to be wrong while others
 * could not be read. */
static void add_other_headline(const struct explain_subject *subject, struct paper *paper)
{
    const struct result *result = subject->result;
    const struct measure *measure = &result->measure;

    if (measure->known) {
        paper_addf(paper, "%s:", words_metric(result->metric));
        add_usage(subject->report, result, paper);
    } else if (measure->part > 0) {
        paper_addf(paper, "%s: at least %" PRIu64 "; others could not be read: %s",
                   words_metric(result->metric), measure->part, measure->reason);
    } else {
        paper_addf(paper, "%s: not known: %s", words_metric(result->metric),
                   measure->reason);
    }
}

static void add_headline(const struct explain_subject *subject, struct paper *paper)
{
    const struct headline headline = { .seen = subject->seen,
                                       .verdict = subject->report->verdict,
                                       .metric = subject->metric,
                                       .replayed = subject->report->replayed ||
                                                   subject->report->place != NULL,
                                       .elsewhere = subject->report->place != NULL };
    struct text title = { 0 };
    struct text lines = { 0 };
    size_t length;

    paper_head(paper, check_state_names[subject->result->state]);
    if (subject->report->place)
        paper_addf(paper, "%s:", subject->report->place);
    if (!metric_is_port_usage(subject->metric)) {
        add_other_headline(subject, paper);
        add_recorded(subject, paper);
        words_heading(subject->report, &title);
        if (title.length > 0)
            paper_indent(paper, PAPER_MARGIN);
        add_text(paper, &title);
        return;
    }
    headline_lines(&headline, &lines);
    length = strcspn(text_string(&lines), "\n");
    text_add_bytes(&title, text_string(&lines), length);
    add_lines(paper, &title);
    add_recorded(subject, paper);
    if (text_string(&lines)[length] == '\n') {
        text_add(&title, text_string(&lines) + length + 1);
        if (title.length > 0)
            paper_indent(paper, PAPER_MARGIN);
        add_lines(paper, &title);
    }
    text_clear(&lines);
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

/* Where one destination has all the ports, both usages are one number. */
static bool is_same_number(const struct result *result, const struct result *shown)
{
    return shown && result->measure.known && shown->measure.known &&
           result->why[0] == '\0' && metric_is_port_usage(result->metric) &&
           metric_is_port_usage(shown->metric) &&
           result->metric != METRIC_UDP_PORT_USAGE &&
           shown->metric != METRIC_UDP_PORT_USAGE &&
           result->measure.part == shown->measure.part &&
           result->measure.whole == shown->measure.whole;
}

/* ": TcpTimedWaitDelay, StrictTimeWaitSeqCheck, ...": those that are wrong. */
static void add_setting_names(const struct verdict *verdict, struct paper *paper)
{
    size_t wrong = 0;

    for (size_t i = 0; i < verdict->setting_count; i++) {
        if (verdict->settings[i].state != SETTING_STATE_WRONG)
            continue;
        paper_glue(paper, wrong > 0 ? "," : ":");
        paper_add(paper,
                  wrong < SETTINGS_SHOWN ? verdict->settings[i].rule->name : "...");
        if (wrong++ == SETTINGS_SHOWN)
            return;
    }
}

/* What is wrong with settings is not what fills the ports. */
static void add_misconfigured(const struct verdict *verdict, const struct result *result,
                              struct paper *paper)
{
    paper_addf(paper, "%s %" PRIu64 " setting%s misconfigured (not the cause)",
               check_state_names[result->state], result->measure.part,
               result->measure.part == 1 ? " is" : "s are");
    add_setting_names(verdict, paper);
}

/* What is not OK beside what the screen is about. */
static void add_also(const struct explain_subject *subject, struct paper *paper)
{
    enum metric_id order[METRIC_COUNT];
    const size_t count = words_order(subject->report, order);
    bool first = true;

    for (size_t i = 1; i < count; i++) {
        const struct result *result = &subject->report->verdict->results[order[i]];

        if (result->state == CHECK_OK || is_same_number(result, subject->result))
            continue;
        paper_head(paper, first ? "ALSO" : "");
        first = false;
        if (result->metric == METRIC_MISCONFIGURED && result->measure.known) {
            add_misconfigured(subject->report->verdict, result, paper);
            continue;
        }
        paper_addf(paper, "%s %s:", check_state_names[result->state],
                   words_metric(result->metric));
        if (result->measure.known)
            add_usage(subject->report, result, paper);
        if (result->measure.known && result->why[0])
            paper_addf(paper, "- %s", result->why);
        if (!result->measure.known)
            paper_addf(paper, "not known%s%s",
                       is_said(subject->report, order, i) ? "" : ": ",
                       is_said(subject->report, order, i) ? "" : result->measure.reason);
    }
}

static void add_why(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    if (!explain_is_alert(subject) || !metric_is_port_usage(subject->metric))
        return;
    paper_head(paper, "WHY");
    cause_words_why(subject->seen, subject->cause, &words);
    add_text(paper, &words);
}

/* What the remediation would do, by the same function that its plan asks. */
static void add_buy_time(const struct explain_subject *subject, struct paper *paper)
{
    struct text lines = { 0 };

    if (!explain_is_alert(subject) || !metric_is_port_usage(subject->metric))
        return;
    if (explain_elsewhere(subject, paper))
        return;
    paper_head(paper, "BUY TIME");
    buy_time_advised(subject->seen, subject->report->verdict, subject->metric, &lines);
    add_lines(paper, &lines);
}

static void add_cure(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    if (!explain_is_alert(subject) || !metric_is_port_usage(subject->metric))
        return;
    paper_head(paper, "CURE");
    cause_words_cure(subject->seen, subject->cause, &words);
    add_text(paper, &words);
}

/* What Windows itself said of it; the day before it is history, and no help now. */
static void add_events(const struct explain_subject *subject, struct paper *paper)
{
    struct text words = { 0 };

    if (!event_words_within(subject->seen, DAY_S, NULL) &&
        subject->seen->events.collided == 0)
        return;
    event_words(subject->seen, DAY_S, &words);
    if (words.length > 0)
        paper_head(paper, "EVENTS");
    add_text(paper, &words);
}

/* What to do about settings; what a container has, its creator gives it. */
static const char *what_to_do(const struct observation *seen, size_t wrong,
                              size_t waiting)
{
    if (seen->interrupted_since_s > 0)
        return "remediate_port_exhaustion undo rolls the interrupted remediation back";
    if (wrong > 0 && waiting == wrong)
        return "reboot: these settings wait for it";
    return seen->settings_scope == SETTINGS_OF_HOST
               ? "remediate_port_exhaustion plan tells what it would change"
               : "set them where the container is started";
}

/* Which settings, where the screen is about them. */
static void add_settings(const struct explain_subject *subject, struct paper *paper)
{
    const struct verdict *verdict = subject->report->verdict;
    size_t wrong = 0;
    size_t waiting = 0;

    if (subject->metric != METRIC_MISCONFIGURED || !explain_is_alert(subject))
        return;
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        if (setting->state != SETTING_STATE_WRONG)
            continue;
        waiting += setting->seen && setting->seen->waiting_since_s > 0;
        if (wrong++ >= SETTINGS_SHOWN)
            continue;
        paper_head(paper, wrong == 1 ? "WHICH" : "");
        paper_addf(paper, "%s%s%s", setting->rule->name, setting->why[0] ? ": " : "",
                   setting->why);
    }
    if (wrong > SETTINGS_SHOWN)
        paper_addf(paper, "and %zu more", wrong - SETTINGS_SHOWN);
    paper_head(paper, "NOW");
    paper_add(paper, what_to_do(subject->seen, wrong, waiting));
}

static void add_runbook(const struct explain_subject *subject, struct paper *paper)
{
    const char *section = report_runbook_section(subject->report);

    if (!section)
        return;
    paper_head(paper, "");
    paper_addf(paper, "read section \"%s\" of", section);
    paper_indent(paper, PAPER_MARGIN);
    paper_add(paper, PORT_EXHAUSTION_RUNBOOK);
}

/* Names that travel are the policy's; on a terminal, or when asked, all. */
static void add_names(const struct explain_subject *subject,
                      const struct explain_screen *screen, struct paper *paper)
{
    if (explain_look_inside(subject, paper))
        return;
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

/* A shortage of ports that is none of this host's own. */
static void add_conntrack(const struct report *report, struct notes *notes)
{
    struct text words = { 0 };

    if (!report->verdict->results[METRIC_CONNTRACK_USAGE].judged)
        return;
    conntrack_words_refused(&report->seen->conntrack, report->replayed, &words);
    if (words.length > 0)
        add_note(notes, text_string(&words));
    notes->paper->out->failed = notes->paper->out->failed || words.failed;
    text_clear(&words);
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

    explain_subject_find(report->worst ? report->worst : report, &subject);
    explain_unread(&subject, &paper);
    if (subject.result)
        add_headline(&subject, &paper);
    add_also(&subject, &paper);
    explain_who(&subject, &paper);
    add_why(&subject, &paper);
    add_events(&subject, &paper);
    add_settings(&subject, &paper);
    explain_now(&subject, &paper);
    add_buy_time(&subject, &paper);
    add_cure(&subject, &paper);
    explain_where(&subject, &paper);
    add_runbook(&subject, &paper);
    add_names(&subject, screen, &paper);
    add_conntrack(subject.report, &notes);
    words_each_note(subject.report, add_note, &notes);
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
    const size_t whole = strcspn(line, "\n");
    const char *end = strstr(line, "  ");
    size_t length = end && (size_t)(end - line) < whole ? (size_t)(end - line) : whole;

    return line[0] == ' ' || length >= PAPER_MARGIN ? 0 : length;
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
