/* SPDX-License-Identifier: MIT */
/* Says the worst first, in as many words as there is room for. */
#include "plugin/report_summary.h"

#include <inttypes.h>
#include <string.h>

#include "checks/ask_words.h"
#include "checks/base/utf8.h"
#include "checks/cause.h"
#include "checks/event_words.h"
#include "checks/limit_words.h"
#include "checks/model/metric.h"
#include "plugin/namespace_words.h"
#include "plugin/owner_words.h"
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

static bool is_alert(const struct result *result)
{
    return result->judged &&
           (result->state == CHECK_WARNING || result->state == CHECK_CRITICAL);
}

/* "61.02% used", with its ports and the limit that was crossed. */
static void add_usage(const struct result *result, bool with_ports, struct text *out)
{
    const struct measure *measure = &result->measure;

    words_measure(result->metric, measure, out);
    text_add(out, " used");
    if (!with_ports)
        return;
    text_addf(out, " (%" PRIu64 " of %" PRIu64, measure->part, measure->whole);
    if (measure->at_least)
        text_addf(out, ", up to %" PRIu64 " more", measure->more);
    text_add(out, result_crossed(result) ? ", " : "");
    limit_words(result, out);
    text_add(out, ")");
}

/* What the state comes from names the busiest destination already. */
static bool is_named_by_why(const struct report *report, const struct result *result)
{
    static const char before[] = "a new connection to ";
    const size_t length = sizeof before - 1;
    char name[ASK_WORDS_SIZE];

    ask_words_destination(report->seen, &report->seen->tcp.top[0], name);
    return strncmp(result->why, before, length) == 0 &&
           strncmp(result->why + length, name, strlen(name)) == 0 &&
           strcmp(result->why + length + strlen(name), " finds no free port") == 0;
}

static void add_destination(const struct report *report, const struct result *result,
                            struct text *out)
{
    const struct observed_tcp *tcp = &report->seen->tcp;

    if (words_is_bound_by_untracked(report)) {
        text_add(out, "busiest destination ");
    } else if (tcp->top_count == 0) {
        text_add(out, "every destination ");
    } else if (!is_named_by_why(report, result)) {
        text_add(out, is_alert(result) ? "" : "busiest ");
        words_destination(report->seen, &tcp->top[0], out);
        text_add(out, " ");
    }
}

/* Where the state comes from something else than the number, that is its cause. */
static enum cause cause_at(const struct summary *summary, size_t at)
{
    const struct result *result = result_at(summary, at);

    if (!is_alert(result) || (result->state != CHECK_CRITICAL && !result_crossed(result)))
        return CAUSE_NONE;
    return cause_of_metric(summary->report->seen, summary->order[at]);
}

/* The line names that one already. */
static bool is_place(const struct report *report, const char *owner)
{
    return report->place && strcmp(report->place, owner) == 0;
}

/* ", not closed here: mailer.service"; once. */
static void add_cause(const struct summary *summary, size_t at, struct text *out)
{
    const struct report *report = summary->report;
    const enum cause cause = cause_at(summary, at);
    struct text owner = { 0 };

    for (size_t i = 0; i < at; i++)
        if (cause_at(summary, i) == cause)
            return;
    if (cause == CAUSE_NONE)
        return;
    text_addf(out, ", %s", cause_words[cause]);
    owner_words_of_cause(report->seen, summary->order[at], cause, report->owners, &owner);
    if (owner.length > 0 && !is_place(report, text_string(&owner)))
        text_addf(out, "%s %s", cause == CAUSE_NOBODY_ANSWERS ? "" : ":",
                  text_string(&owner));
    out->failed = out->failed || owner.failed;
    text_clear(&owner);
}

/* Ports of the whole range are in trouble: whether one destination has most of them. */
static void add_most(const struct summary *summary, size_t at, struct text *out)
{
    const struct observation *seen = summary->report->seen;
    const struct verdict *verdict = summary->report->verdict;
    const struct observed_tcp *tcp = &seen->tcp;

    if (summary->order[at] != METRIC_PORT_USAGE || !is_alert(result_at(summary, at)) ||
        is_alert(&verdict->results[METRIC_DESTINATION_USAGE]) || tcp->top_count == 0 ||
        2U * tcp->top[0].sockets <= tcp->ports_used)
        return;
    text_add(out, ", most to ");
    words_destination(seen, &tcp->top[0], out);
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
static const char *why_at(const struct summary *summary, size_t at)
{
    const char *why = result_at(summary, at)->why;

    for (size_t i = 0; i < at; i++)
        if (strcmp(result_at(summary, i)->why, why) == 0)
            return "";
    return why;
}

/* The number of all ports adds nothing where the busiest destination has half of them or
 * more, and its alert is as bad. */
static bool is_told_by_destination(const struct report *report, enum metric_id metric)
{
    const struct result *ports = &report->verdict->results[METRIC_PORT_USAGE];
    const struct result *busiest = &report->verdict->results[METRIC_DESTINATION_USAGE];

    return metric == METRIC_PORT_USAGE && is_alert(busiest) && ports->measure.known &&
           check_state_worse(busiest->state, ports->state) == busiest->state &&
           !words_is_bound_by_untracked(report) &&
           2 * busiest->measure.part >= ports->measure.part;
}

/* Of destinations that are not told apart the upper bound is said. */
static const char *bound_of(const struct report *report, const struct result *result)
{
    if (result->metric == METRIC_DESTINATION_USAGE && words_is_bound_by_untracked(report))
        return "at most ";
    return result->measure.at_least ? "at least " : "";
}

static void add_ports(const struct summary *summary, size_t at, struct text *out)
{
    const struct report *report = summary->report;
    const enum metric_id metric = summary->order[at];
    const struct result *result = result_at(summary, at);

    if (metric == METRIC_DESTINATION_USAGE)
        add_destination(report, result, out);
    else
        text_add(out, metric == METRIC_PORT_USAGE ? "TCP ports " : "UDP ports ");
    text_add(out, bound_of(report, result));
    add_usage(result,
              at == 0 || is_alert(result) ||
                  metric == metric_deciding(report->seen->os.kind),
              out);
    add_cause(summary, at, out);
    add_most(summary, at, out);
}

static void add_count(const struct result *result, struct text *out)
{
    text_addf(out, "%s ", words_metric(result->metric));
    words_measure(result->metric, &result->measure, out);
    if (!result_crossed(result))
        return;
    text_add(out, " (");
    limit_words(result, out);
    text_add(out, ")");
}

/* "limit 0" of events is that there is any. */
static void add_events(const struct report *report, const struct result *result,
                       struct text *out)
{
    const struct threshold *crossed = result_crossed(result);

    event_words_ran_out(report->seen, out);
    if (!crossed || crossed->end == 0)
        return;
    text_add(out, ", ");
    limit_words(result, out);
}

static void add_phrase(const struct summary *summary, size_t at, struct text *out)
{
    const struct result *result = result_at(summary, at);
    const char *why = why_at(summary, at);

    text_add_clean(out, why, "|");
    if (is_told_by_destination(summary->report, summary->order[at]))
        return;
    text_add(out, why[0] ? ", " : "");
    if (!result->measure.known)
        add_unknown(summary, at, out);
    else if (metric_is_port_usage(summary->order[at]))
        add_ports(summary, at, out);
    else if (summary->order[at] == METRIC_MISCONFIGURED)
        add_misconfigured(summary, result->measure.part, out);
    else if (summary->order[at] == METRIC_EXHAUSTION_EVENTS && result->measure.part > 0)
        add_events(summary->report, result, out);
    else
        add_count(result, out);
}

static bool is_usage_alert(const struct verdict *verdict)
{
    for (int metric = 0; metric < METRIC_COUNT; metric++)
        if (metric_is_port_usage((enum metric_id)metric) &&
            is_alert(&verdict->results[metric]))
            return true;
    return false;
}

/* Of what is good, where no port is in trouble: what tells how good it is. UDP has its
 * own ports and is rarely the trouble: beside TCP it speaks up when it is. */
static bool is_worth_telling(const struct report *report, enum metric_id metric)
{
    const struct result *results = report->verdict->results;

    switch (metric) {
    case METRIC_PORT_USAGE:
        return true;
    case METRIC_DESTINATION_USAGE:
        return report->seen->tcp.top_count > 0 || words_is_bound_by_untracked(report) ||
               !results[METRIC_PORT_USAGE].judged;
    case METRIC_UDP_PORT_USAGE:
        return !results[METRIC_PORT_USAGE].judged &&
               !results[METRIC_DESTINATION_USAGE].judged;
    case METRIC_TIME_WAIT:
        return report->verdict->state == CHECK_OK && results[metric].measure.part > 0;
    case METRIC_CONNTRACK_USAGE:
    case METRIC_EXHAUSTION_EVENTS:
        return false;
    default:
        return report->verdict->state == CHECK_OK;
    }
}

static bool is_shown(const struct report *report, enum metric_id metric)
{
    const struct result *result = &report->verdict->results[metric];

    if (is_told_by_destination(report, metric))
        return result->why[0] &&
               strcmp(result->why,
                      report->verdict->results[METRIC_DESTINATION_USAGE].why) != 0;
    return result->state != CHECK_OK ||
           (!is_usage_alert(report->verdict) && is_worth_telling(report, metric));
}

static void choose_metrics(struct summary *summary)
{
    const size_t all = words_order(summary->report, summary->order);

    for (size_t i = 0; i < all; i++)
        if (all == 1 || is_shown(summary->report, summary->order[i]))
            summary->order[summary->count++] = summary->order[i];
}

/* The line is about another namespace: what is the matter with ours, the worst alone; a
 * broken policy is told already. */
static void add_ours(const struct report *ours, bool with_names, struct text *out)
{
    struct summary summary = { .report = ours, .with_names = with_names };

    if (words_order(ours, summary.order) == 0 ||
        result_at(&summary, 0)->state == CHECK_OK)
        return;
    text_add(out, ", this namespace: ");
    add_phrase(&summary, 0, out);
}

/* Replaces *line by the state and the first `most` phrases. */
static void compose(const struct summary *summary, const struct report *ours, size_t most,
                    struct text *line)
{
    text_cut(line, 0);
    text_addf(line, "PORTS %s: ", check_state_names[summary->report->verdict->state]);
    if (summary->report->policy->error[0]) {
        text_add_clean(line, summary->report->policy->error, "|");
        text_add(line, ", ");
    }
    if (summary->report->place)
        text_addf(line, "%s: ", summary->report->place);
    for (size_t i = 0; i < most; i++) {
        text_add(line, i > 0 ? ", " : "");
        add_phrase(summary, i, line);
    }
    if (ours != summary->report)
        add_ours(ours, summary->with_names, line);
    namespace_words_all(summary->report, line);
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
    struct summary summary = { .report = report->worst ? report->worst : report,
                               .with_names = true };
    struct text line = { 0 };

    choose_metrics(&summary);
    compose(&summary, report, summary.count, &line);
    summary.with_names = false;
    for (size_t most = summary.count; most > 0 && line.length > room; most--)
        compose(&summary, report, most, &line);
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
