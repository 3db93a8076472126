/* SPDX-License-Identifier: MIT */
/* What the host measures, held against the limits of its own policy. */
#include "remediate/confirmation.h"

#include <math.h>
#include <stdio.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"
#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/event_words.h"

enum { USAGE_COUNT = 3 };

/* An event of so long confirms: the server needs a while until it alerts. */
enum { EVENT_S = 300 };

static const enum metric_id usages[USAGE_COUNT] = { METRIC_DESTINATION_USAGE,
                                                    METRIC_PORT_USAGE,
                                                    METRIC_UDP_PORT_USAGE };

/* One usage and its limit. */
struct weighed {
    const struct measure *measure;
    const struct threshold *limit; /* not set = it has none */
    double share;                  /* of its limit; below 0 where it cannot confirm */
    enum metric_id metric;
    bool known;
    bool can_confirm;
};

static const struct threshold *limit_of(const struct policy_gate *rules,
                                        const struct metric_limits *limits)
{
    return gate_acts_on_warning(rules) && limits->warning.set ? &limits->warning
                                                              : &limits->critical;
}

/* The usage from which on the limit alerts, in percent; below 0: none that tells a busy
 * host from an idle one. */
static double level_of(const struct threshold *limit)
{
    if (!limit->set)
        return -1;
    if (limit->inside)
        return limit->start > 0 ? limit->start : -1;
    return limit->end == INFINITY ? -1 : limit->end;
}

/* In percent. Where nothing is usable, all is in use. */
static double value_of(const struct measure *measure)
{
    return measure->whole == 0 ? 100.0
                               : 100.0 * (double)measure->part / (double)measure->whole;
}

/*
 * Whether the usage is at nine tenths of the level or more: part / whole >= 9 / 1000 of
 * it. Both products are exact in a double, and the one division is rounded as strtod
 * rounded the level: exactly nine tenths of "61.7" is equal to it.
 */
static bool is_near(const struct measure *measure, double level)
{
    if (measure->whole == 0)
        return 1000.0 / 9.0 >= level;
    return measure->part > 0 &&
           1000.0 * (double)measure->part / (9.0 * (double)measure->whole) >= level;
}

static struct weighed weigh(const struct policy_gate *rules, const struct result *result)
{
    struct weighed weighed = {
        .metric = result->metric,
        .measure = &result->measure,
        .known = result->judged && result->measure.known,
        .limit = limit_of(rules, &result->limits),
        .share = -1,
    };
    const double level = level_of(weighed.limit);

    weighed.can_confirm = level >= 0;
    if (weighed.known && weighed.can_confirm)
        weighed.share =
            level > 0 ? value_of(weighed.measure) / level : (double)weighed.measure->part;
    return weighed;
}

static bool confirms(const struct weighed *weighed)
{
    return weighed->known && weighed->can_confirm &&
           is_near(weighed->measure, level_of(weighed->limit));
}

/* "port_usage 12.5 %", "destination_usage at least 65 %". */
static void add_usage(const struct weighed *weighed, struct text *out)
{
    char percent[8];

    number_format_percent(weighed->measure->part, weighed->measure->whole, percent);
    text_addf(out, "%s %s%s %%", metric_names[weighed->metric],
              weighed->measure->at_least ? "at least " : "", percent);
}

static void add_full(const struct policy_gate *rules, const struct weighed *weighed,
                     struct text *out)
{
    if (!weighed->known) {
        text_addf(out, "this host cannot measure %s", metric_names[weighed->metric]);
        return;
    }
    text_add(out, "this host measures ");
    add_usage(weighed, out);
    if (!weighed->limit->set) {
        text_addf(out, ", its policy has no %slimit for it",
                  gate_acts_on_warning(rules) ? "" : "critical ");
        return;
    }
    text_add(out, ", its policy's limit is ");
    threshold_format(weighed->limit, out);
    if (!weighed->can_confirm)
        text_add(out, ", which cannot confirm");
}

static void add_short(const struct weighed *weighed, struct text *out)
{
    text_add(out, "; ");
    if (!weighed->known) {
        text_addf(out, "%s unknown", metric_names[weighed->metric]);
        return;
    }
    add_usage(weighed, out);
    if (!weighed->limit->set) {
        text_add(out, ", no limit");
        return;
    }
    text_add(out, ", limit ");
    threshold_format(weighed->limit, out);
    if (!weighed->can_confirm)
        text_add(out, " cannot confirm");
}

/* Sorted: what is nearest to its limit is told in full. */
static void add_both_sides(const struct policy_gate *rules, enum check_state state,
                           const struct weighed weighed[USAGE_COUNT], struct text *out)
{
    text_addf(out, "the alert says %s; ", check_state_names[state]);
    add_full(rules, &weighed[0], out);
    for (size_t i = 1; i < USAGE_COUNT; i++)
        add_short(&weighed[i], out);
}

/* The larger share first, known ones before unknown ones; else in the given order. */
static void sort(struct weighed weighed[USAGE_COUNT])
{
    for (size_t i = 1; i < USAGE_COUNT; i++)
        for (size_t j = i; j > 0; j--) {
            const struct weighed *left = &weighed[j - 1];
            const struct weighed *right = &weighed[j];
            struct weighed kept = *left;

            if (left->share > right->share ||
                (!(right->share > left->share) && left->known >= right->known))
                break;
            weighed[j - 1] = *right;
            weighed[j] = kept;
        }
}

/* The first answer that confirms; NULL = none. On Linux a bind() that fails is a WARNING:
 * where it is more, connect() fails too. */
static const struct ask *exhausted(const struct policy_gate *rules,
                                   const struct observation *seen)
{
    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];
        const bool is_warning = seen->os.kind == OS_LINUX && ask->kind == ASK_BIND;

        if (ask_is_exhaustion(seen, ask) && (!is_warning || gate_acts_on_warning(rules)))
            return ask;
    }
    return NULL;
}

static void add_ask(const struct observation *seen, const struct ask *none,
                    struct text *out)
{
    char subject[ASK_WORDS_SIZE];

    ask_words_subject(seen, none, subject);
    text_addf(out, "%s finds no free port", subject);
}

/* Windows says by itself that a port was asked for and none was free. */
static bool confirm_by_event(const struct observation *seen, struct text *out)
{
    if (!event_words_within(seen, EVENT_S, NULL))
        return false;
    text_add(out, "the System log has ");
    return event_words_within(seen, EVENT_S, out);
}

bool confirmation_ask(const struct policy_gate *rules, enum check_state state,
                      const struct observation *seen, const struct verdict *verdict,
                      char reason[GATE_REASON_SIZE])
{
    const struct ask *none = exhausted(rules, seen);
    struct weighed weighed[USAGE_COUNT];
    struct text words = { 0 };
    bool confirmed = none != NULL;

    for (size_t i = 0; i < USAGE_COUNT; i++)
        weighed[i] = weigh(rules, &verdict->results[usages[i]]);
    sort(weighed);
    if (none)
        add_ask(seen, none, &words);
    else
        confirmed = confirm_by_event(seen, &words);
    for (size_t i = 0; i < USAGE_COUNT && !confirmed; i++) {
        confirmed = confirms(&weighed[i]);
        if (confirmed)
            add_full(rules, &weighed[i], &words);
    }
    if (!confirmed)
        add_both_sides(rules, state, weighed, &words);
    (void)snprintf(reason, GATE_REASON_SIZE, "%s", text_string(&words));
    text_clear(&words);
    return confirmed;
}
