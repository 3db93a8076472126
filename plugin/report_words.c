/* SPDX-License-Identifier: MIT */
/* One phrase for one fact, so that every format says it the same way. */
#include "plugin/report_words.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks/ask_judgement.h"
#include "checks/base/number.h"
#include "checks/event_words.h"
#include "checks/headline.h"
#include "checks/judge_namespaces.h"
#include "checks/model/utc_time.h"

static const char *const metric_words[] = {
    [METRIC_PORT_USAGE] = "port usage",
    [METRIC_DESTINATION_USAGE] = "destination usage",
    [METRIC_TIME_WAIT] = "TIME_WAIT",
    [METRIC_UDP_PORT_USAGE] = "UDP port usage",
    [METRIC_MISCONFIGURED] = "misconfigured settings",
    [METRIC_CONNTRACK_USAGE] = "conntrack usage",
    [METRIC_EXHAUSTION_EVENTS] = "exhaustion events",
};
static_assert(ARRAY_COUNT(metric_words) == METRIC_COUNT, "every metric has words");

const char *words_metric(enum metric_id metric)
{
    return metric_words[metric];
}

/* The deciding metric, then all others in the order of the perfdata; settings come last.
 */
static void usual_order(enum metric_id deciding, enum metric_id out[METRIC_COUNT])
{
    size_t count = 0;

    out[count++] = deciding;
    for (enum metric_id id = 0; id < METRIC_COUNT; id++)
        if (id != deciding && id != METRIC_MISCONFIGURED)
            out[count++] = id;
    out[count] = METRIC_MISCONFIGURED;
}

size_t words_order(const struct report *report, enum metric_id out[METRIC_COUNT])
{
    const struct result *results = report->verdict->results;
    enum metric_id usual[METRIC_COUNT];
    size_t count = 0;
    size_t worst = 0;

    usual_order(metric_deciding(report->seen->os.kind), usual);
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (results[usual[i]].judged)
            out[count++] = usual[i];
    for (size_t i = 1; i < count; i++) {
        enum check_state best_so_far = results[out[worst]].state;
        enum check_state state = results[out[i]].state;

        if (state != best_so_far && check_state_worse(state, best_so_far) == state)
            worst = i;
    }
    if (count > 0) {
        enum metric_id first = out[worst];

        for (size_t i = worst; i > 0; i--)
            out[i] = out[i - 1];
        out[0] = first;
    }
    return count;
}

void words_endpoint(const struct ip_address *address, uint16_t port, struct text *out)
{
    char name[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, name);
    text_addf(out, ip_address_is_v4(address) ? "%s:%" PRIu16 : "[%s]:%" PRIu16, name,
              port);
}

void words_destination(const struct observation *seen, const struct destination *to,
                       struct text *out)
{
    words_endpoint(&to->remote, to->remote_port, out);
    if (to->device == 0)
        return;
    text_add(out, " over ");
    text_add_clean(out, observation_device(seen, to->device), "|");
}

void words_ports(const struct measure *measure, struct text *out)
{
    text_addf(out, "%" PRIu64 " of %" PRIu64 " ports", measure->part, measure->whole);
    if (measure->at_least)
        text_addf(out, ", up to %" PRIu64 " more", measure->more);
}

void words_measure(enum metric_id metric, const struct measure *measure, struct text *out)
{
    char percent[8];

    if (!metric_is_percent(metric)) {
        text_addf(out, "%" PRIu64, measure->part);
        return;
    }
    number_format_percent(measure->part, measure->whole, percent);
    text_addf(out, "%s%%", percent);
}

void words_value(const struct report *report, const struct result *result,
                 struct text *out)
{
    if (result->metric == METRIC_EXHAUSTION_EVENTS)
        text_add(out, event_words_bound(&report->seen->events));
    words_measure(result->metric, &result->measure, out);
}

double words_percent(uint64_t part, uint64_t whole)
{
    char percent[8];

    number_format_percent(part, whole, percent);
    return strtod(percent, NULL); /* no program here leaves the C locale */
}

static uint64_t tenths(double per_s)
{
    return (uint64_t)(per_s * 10 + 0.5);
}

double words_tenths(double per_s)
{
    return (double)tenths(per_s) / 10;
}

void words_rate(double per_s, struct text *out)
{
    text_addf(out, "%" PRIu64, tenths(per_s) / 10);
    if (tenths(per_s) % 10 != 0)
        text_addf(out, ".%" PRIu64, tenths(per_s) % 10);
}

void words_heading(const struct report *report, struct text *out)
{
    const struct headline headline = { .seen = report->seen,
                                       .verdict = report->verdict,
                                       .metric = METRIC_DESTINATION_USAGE };

    if (report->verdict->results[METRIC_DESTINATION_USAGE].judged)
        (void)headline_heading(&headline, out);
}

bool words_is_bound_by_untracked(const struct report *report)
{
    const struct observed_tcp *tcp = &report->seen->tcp;
    const struct measure *measure =
        &report->verdict->results[METRIC_DESTINATION_USAGE].measure;

    if (!measure->known || tcp->untracked_bound == 0)
        return false;
    return tcp->top_count == 0 ||
           measure->part > observation_destination_ports(report->seen, &tcp->top[0]);
}

bool words_judges_tcp_ports(const struct report *report)
{
    const struct result *results = report->verdict->results;

    return results[METRIC_PORT_USAGE].judged || results[METRIC_DESTINATION_USAGE].judged;
}

size_t words_destinations(const struct report *report)
{
    size_t seen = report->seen->tcp.reading.known ? report->seen->tcp.top_count : 0;

    return seen < report->top ? seen : report->top;
}

void words_policy_sum(const struct report *report, struct text *out)
{
    if (report->policy->summed)
        text_addf(out, "%08" PRIx32, report->policy->crc32);
}

/* "No port is free" where ports are free: once for each call, whatever its destination.
 */
static void note_doubts(const struct observation *seen,
                        void (*note)(void *context, const char *text), void *context)
{
    bool noted[ASK_KIND_COUNT] = { false };
    char line[OBSERVED_NOTE_SIZE];

    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];

        if (noted[ask->kind] || !ask_judgement_doubt(seen, ask, line))
            continue;
        noted[ask->kind] = true;
        note(context, line);
    }
}

void words_each_note(const struct report *report,
                     void (*note)(void *context, const char *text), void *context)
{
    const struct observation *seen = report->seen;

    if (report->policy->error[0])
        note(context, "the site's policy has no effect: usage that the command line does "
                      "not limit is judged by the built-in limits, as WARNING at most");
    if (report->policy->skipped[0])
        note(context, report->policy->skipped);
    if (seen->interrupted_since_s > 0) {
        char since[UTC_TIME_TEXT_SIZE];
        char line[OBSERVED_NOTE_SIZE];

        utc_time_format(seen->interrupted_since_s, since);
        (void)snprintf(line, sizeof line,
                       "the remediation of %s is in progress or was interrupted", since);
        note(context, line);
    }
    if (report->namespaces && report->namespaces->found->note[0])
        note(context, report->namespaces->found->note);
    for (size_t i = 0; i < seen->note_count; i++)
        note(context, seen->notes[i]);
    note_doubts(seen, note, context);
    if (seen->tcp.reading.known && seen->tcp.untracked_bound > 0) {
        char line[OBSERVED_NOTE_SIZE];

        (void)snprintf(line, sizeof line,
                       "more destinations than this check can track: none of the "
                       "others has more than %" PRIu32 " sockets",
                       seen->tcp.untracked_bound);
        note(context, line);
    }
}
