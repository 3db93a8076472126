/* SPDX-License-Identifier: MIT */
/* Says the worst first, in as many words as there is room for. */
#include "plugin/report_summary.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/utf8.h"
#include "checks/model/metric.h"
#include "plugin/report_words.h"

enum { NAMES_MAX = 3 };

/* What is being said: the metrics in their order, and how much of each. */
struct summary {
    const struct report *report;
    enum metric_id order[METRIC_COUNT];
    size_t count;
    bool with_names; /* of misconfigured settings */
};

static const struct result *result_at(const struct summary *summary, size_t at)
{
    return &summary->report->verdict->results[summary->order[at]];
}

static bool is_said_before(const struct summary *summary, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (!result_at(summary, i)->measure.known &&
            strcmp(result_at(summary, i)->measure.reason,
                   result_at(summary, at)->measure.reason) == 0)
            return true;
    return false;
}

static void add_reason(const struct summary *summary, size_t at, struct text *out)
{
    const struct measure *measure = &result_at(summary, at)->measure;

    if (measure->reason[0] == '\0' || is_said_before(summary, at) ||
        strcmp(measure->reason, summary->report->policy->error) == 0)
        return;
    text_add(out, " (");
    text_add_clean(out, measure->reason, "|");
    text_add(out, ")");
}

static void add_ports(const struct measure *measure, struct text *out)
{
    text_add(out, " (");
    words_ports(measure, out);
    text_add(out, ")");
}

static void add_usage(enum metric_id metric, const struct measure *measure,
                      struct text *out)
{
    if (measure->at_least)
        text_add(out, "at least ");
    words_measure(metric, measure, out);
}

static void add_destination(const struct report *report, const struct measure *measure,
                            struct text *out)
{
    const struct observed_tcp *tcp = &report->seen->tcp;

    text_add(out, "busiest destination ");
    if (words_is_bound_by_untracked(report)) {
        text_add(out, "at most ");
        words_measure(METRIC_DESTINATION_USAGE, measure, out);
    } else if (tcp->top_count == 0) {
        text_add(out, "none ");
        add_usage(METRIC_DESTINATION_USAGE, measure, out);
    } else {
        words_destination(report->seen, &tcp->top[0], out);
        text_add(out, " ");
        add_usage(METRIC_DESTINATION_USAGE, measure, out);
    }
    add_ports(measure, out);
}

/* ": waiting for a reboot" (Nagios makes a ';' into a ':'), or how many of the wrong
 * settings only wait for it. */
static void add_waiting(const struct verdict *verdict, struct text *out)
{
    size_t wrong = 0;
    size_t waiting = 0;

    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        if (setting->state != SETTING_STATE_WRONG)
            continue;
        wrong++;
        waiting += setting->seen && setting->seen->waiting_since_s > 0;
    }
    if (waiting == 0)
        return;
    text_add(out, ": ");
    if (waiting < wrong)
        text_addf(out, "%zu ", waiting);
    text_add(out, "waiting for a reboot");
}

static void add_misconfigured(const struct summary *summary, uint64_t wrong,
                              struct text *out)
{
    const struct verdict *verdict = summary->report->verdict;
    size_t named = 0;

    if (wrong == 0)
        text_add(out, "no setting misconfigured");
    else if (wrong == 1)
        text_add(out, "1 setting misconfigured");
    else
        text_addf(out, "%" PRIu64 " settings misconfigured", wrong);
    if (!summary->with_names)
        return;
    if (summary->report->seen->interrupted_since_s > 0) {
        text_add(out, " (interrupted remediation");
        named++;
    }
    for (size_t i = 0; i < verdict->setting_count && named <= NAMES_MAX; i++) {
        if (verdict->settings[i].state != SETTING_STATE_WRONG)
            continue;
        text_add(out, named == 0 ? " (" : ", ");
        if (named < NAMES_MAX)
            text_add_clean(out, verdict->settings[i].rule->name, "|");
        else
            text_add(out, "...");
        named++;
    }
    if (named == 0)
        return;
    add_waiting(verdict, out);
    text_add(out, ")");
}

/* Some settings may be known to be wrong while others could not be read. */
static void add_unknown(const struct summary *summary, size_t at, struct text *out)
{
    const struct measure *measure = &result_at(summary, at)->measure;
    enum metric_id metric = summary->order[at];

    if (metric == METRIC_MISCONFIGURED && measure->part > 0) {
        add_misconfigured(summary, measure->part, out);
        text_add(out, ", others unknown");
    } else {
        text_addf(out, "%s unknown", words_metric(metric));
    }
    add_reason(summary, at, out);
}

/* What the state comes from stands before the number that does not show it; once. */
static void add_why(const struct summary *summary, size_t at, struct text *out)
{
    const char *why = result_at(summary, at)->why;

    for (size_t i = 0; i < at; i++)
        if (strcmp(result_at(summary, i)->why, why) == 0)
            return;
    if (why[0] == '\0')
        return;
    text_add_clean(out, why, "|");
    text_add(out, ", ");
}

static void add_phrase(const struct summary *summary, size_t at, struct text *out)
{
    enum metric_id metric = summary->order[at];
    const struct measure *measure = &result_at(summary, at)->measure;

    add_why(summary, at, out);
    if (!measure->known) {
        add_unknown(summary, at, out);
    } else if (metric == METRIC_DESTINATION_USAGE) {
        add_destination(summary->report, measure, out);
    } else if (metric == METRIC_MISCONFIGURED) {
        add_misconfigured(summary, measure->part, out);
    } else {
        text_addf(out, "%s ", words_metric(metric));
        add_usage(metric, measure, out);
        if (metric_is_percent(metric) &&
            (at == 0 || metric == metric_deciding(summary->report->seen->os.kind)))
            add_ports(measure, out);
    }
}

/* UDP has its own ports and is rarely the trouble: beside TCP it speaks up when it is. */
static bool is_shown(const struct verdict *verdict, enum metric_id metric)
{
    return metric != METRIC_UDP_PORT_USAGE ||
           verdict->results[metric].state != CHECK_OK ||
           (!verdict->results[METRIC_PORT_USAGE].judged &&
            !verdict->results[METRIC_DESTINATION_USAGE].judged);
}

static void choose_metrics(struct summary *summary)
{
    size_t all = words_order(summary->report, summary->order);

    for (size_t i = 0; i < all; i++)
        if (is_shown(summary->report->verdict, summary->order[i]))
            summary->order[summary->count++] = summary->order[i];
}

/* Replaces *line by the state and the first `most` phrases. */
static void compose(const struct summary *summary, size_t most, struct text *line)
{
    text_cut(line, 0);
    text_addf(line, "PORTS %s: ", check_state_names[summary->report->verdict->state]);
    if (summary->report->policy->error[0]) {
        text_add_clean(line, summary->report->policy->error, "|");
        text_add(line, ", ");
    }
    for (size_t i = 0; i < most; i++) {
        text_add(line, i > 0 ? ", " : "");
        add_phrase(summary, i, line);
    }
}

/* Shortens to `room` bytes, never inside a UTF-8 character. */
static void cut_to(struct text *line, size_t room)
{
    if (line->length <= room)
        return;
    text_cut(line, utf8_cut(line->data, room - strlen("...")));
    text_add(line, "...");
}

static void move(struct text *line, struct text *out)
{
    text_add(out, text_string(line));
    out->failed = out->failed || line->failed;
    text_clear(line);
}

void report_summary(const struct report *report, size_t room, struct text *out)
{
    struct summary summary = { .report = report, .with_names = true };
    struct text line = { 0 };

    choose_metrics(&summary);
    compose(&summary, summary.count, &line);
    summary.with_names = false;
    for (size_t most = summary.count; most > 0 && line.length > room; most--)
        compose(&summary, most, &line);
    cut_to(&line, room);
    move(&line, out);
}

void report_failure_summary(enum check_state state, const char *message, size_t room,
                            struct text *out)
{
    struct text line = { 0 };

    text_addf(&line, "PORTS %s: ", check_state_names[state]);
    text_add_clean(&line, message, "|");
    cut_to(&line, room);
    move(&line, out);
}
