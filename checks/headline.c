/* SPDX-License-Identifier: MIT */
/* The one usage that a screen is about, in words. */
#include "checks/headline.h"

#include <inttypes.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"
#include "checks/base/number.h"
#include "checks/forecast.h"

/* A look of a second tells nothing of an hour. */
enum { TELLING_S = 600 };

enum { MS_PER_S = 1000, TIME_WAIT_S = 60, COST_WORTH_A_WORD_US = 100 };

static const enum metric_id usages[] = { METRIC_DESTINATION_USAGE, METRIC_PORT_USAGE,
                                         METRIC_UDP_PORT_USAGE };

static const char *const names[METRIC_COUNT] = {
    [METRIC_PORT_USAGE] = "port usage",
    [METRIC_DESTINATION_USAGE] = "destination usage",
    [METRIC_UDP_PORT_USAGE] = "UDP port usage",
};

enum metric_id headline_metric(const struct observation *seen,
                               const struct verdict *verdict)
{
    enum metric_id worst = metric_deciding(seen->os.kind);

    for (size_t i = 0; i < ARRAY_COUNT(usages); i++) {
        const struct result *result = &verdict->results[usages[i]];
        const struct result *so_far = &verdict->results[worst];

        if (result->judged &&
            (!so_far->judged ||
             (result->state != so_far->state &&
              check_state_worse(result->state, so_far->state) == result->state)))
            worst = usages[i];
    }
    return worst;
}

static void add_count(uint64_t count, struct text *out)
{
    char words[NUMBER_GROUPED_SIZE];

    number_format_grouped(count, words);
    text_add(out, words);
}

void headline_rate(uint64_t count, uint32_t span_ms, struct text *out)
{
    const uint64_t rate = span_ms > 0 ? count * MS_PER_S / span_ms : 0;

    if (rate == 0) {
        text_add(out, "under 1/s");
        return;
    }
    add_count(rate, out);
    text_add(out, "/s");
}

static const struct result *result_of(const struct headline *headline)
{
    return &headline->verdict->results[headline->metric];
}

/* The busiest destination, where the number is its; else NULL. */
static const struct destination *busiest(const struct headline *headline)
{
    const struct observed_tcp *tcp = &headline->seen->tcp;

    if (headline->metric != METRIC_DESTINATION_USAGE || tcp->top_count == 0 ||
        observation_destination_ports(headline->seen, &tcp->top[0]) <
            observation_busiest_ports(headline->seen))
        return NULL;
    return &tcp->top[0];
}

/* Of causes that take a port from every destination, whichever is the busiest. */
static const char *of_every_destination(enum cause cause)
{
    switch (cause) {
    case CAUSE_BOUND_NEVER_CONNECTED:
        return "ports are held by sockets that never connected: they block every "
               "destination";
    case CAUSE_LISTENERS:
        return "listeners hold ports of the range: they block every destination";
    case CAUSE_BIND_BEFORE_CONNECT:
        return "bind() before connect() takes ports: they are blocked for every "
               "destination";
    default:
        return NULL;
    }
}

static void add_title(const struct headline *headline, struct text *out)
{
    const enum cause cause = cause_of_metric(headline->seen, headline->metric);
    const struct destination *to = busiest(headline);
    char name[ASK_WORDS_SIZE] = "";

    if (to)
        ask_words_destination(headline->seen, to, name);
    if (of_every_destination(cause)) {
        text_add(out, of_every_destination(cause));
    } else if (cause == CAUSE_NOBODY_ANSWERS && to) {
        text_add(out, "nobody answers at ");
        text_add_clean(out, name, "|");
        text_add(out, ": attempts to connect wait (SYN_SENT)");
    } else if (to) {
        text_add(out, "ports toward ");
        text_add_clean(out, name, "|");
        text_add(out, " are running out");
    } else {
        text_addf(out, "%s ports of this host are running out",
                  headline->metric == METRIC_UDP_PORT_USAGE ? "UDP" : "TCP");
    }
    text_add(out, "\n");
}

/* ", limit 80%": the one that is passed, or the first one. */
static void add_limit(const struct result *result, struct text *out)
{
    const struct metric_limits *limits = &result->limits;
    const struct threshold *limit = result_crossed(result);

    if (!limit)
        limit = limits->warning.set ? &limits->warning : &limits->critical;
    if (!limit->set)
        return;
    text_add(out, ", limit ");
    threshold_format(limit, out);
    text_add(out, "%");
}

static void add_usage(const struct result *result, struct text *out)
{
    const struct measure *measure = &result->measure;
    char percent[8];

    number_format_percent(measure->part, measure->whole, percent);
    text_add(out, measure->at_least ? "at least " : "");
    add_count(measure->part, out);
    text_add(out, " of ");
    add_count(measure->whole, out);
    text_addf(out, " ports used (%s%%", percent);
    add_limit(result, out);
    text_add(out, ")");
}

static bool is_about(const struct headline *headline, const struct ask *ask)
{
    switch (headline->metric) {
    case METRIC_DESTINATION_USAGE:
        return ask->kind == ASK_CONNECT && (!ask->unused || !busiest(headline));
    case METRIC_PORT_USAGE:
        return ask->kind == ASK_BIND || (ask->kind == ASK_CONNECT && ask->unused);
    default:
        return ask->kind == ASK_UDP_CONNECT || ask->kind == ASK_UDP_BIND;
    }
}

/* The first that was answered; "no port is free" without numbers is no answer. */
static const struct ask *find_answer(const struct headline *headline)
{
    const struct observed_asks *asked = &headline->seen->asked;

    for (size_t i = 0; i < asked->count; i++) {
        const struct ask *ask = &asked->asks[i];

        if (is_about(headline, ask) &&
            (ask->answer == ASK_FREE || ask_is_exhaustion(headline->seen, ask)))
            return ask;
    }
    return NULL;
}

/* What it means for programs, as a line of its own. */
static void add_answer(const struct headline *headline, const struct ask *ask,
                       struct text *out)
{
    const char *what =
        headline->metric == METRIC_UDP_PORT_USAGE ? "UDP sockets" : "connections";
    const char *where = ask->kind == ASK_CONNECT && !ask->unused ? " there" : "";

    if (ask->answer == ASK_NONE) {
        text_addf(out, "new %s%s fail: no port is free\n", what, where);
        return;
    }
    text_addf(out, "new %s%s still find a port", what, where);
    if (ask->microseconds >= COST_WORTH_A_WORD_US) {
        text_add(out, ", but each costs ");
        ask_words_cost(ask, out);
        text_add(out, " of CPU time");
    }
    text_add(out, "\n");
}

static void add_growth(const struct headline *headline, uint32_t growth, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    const uint32_t full_s =
        forecast_full_in_s(&result_of(headline)->measure, growth, look->span_ms);

    text_add(out, "growing by ");
    headline_rate(growth, look->span_ms, out);
    if (full_s <= TELLING_S)
        text_addf(out, ": full in about %" PRIu32 " s", full_s);
}

/* What closes at this rate stays for a minute (Linux: TCP_TIMEWAIT_LEN), unless it is
 * reused. */
static bool keeps_time_wait(const struct headline *headline)
{
    const struct destination *to = busiest(headline);

    return headline->seen->os.kind == OS_LINUX && to && headline->seen->look.closed > 0 &&
           to->reusable == 0 &&
           cause_of_metric(headline->seen, headline->metric) == CAUSE_SHORT_CONNECTIONS;
}

static void add_level(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    const uint64_t whole = result_of(headline)->measure.whole;
    const uint64_t level =
        (uint64_t)look->closed * MS_PER_S * TIME_WAIT_S / look->span_ms;

    headline_rate(look->closed, look->span_ms, out);
    text_addf(out, " closed x %d s in TIME_WAIT = ", TIME_WAIT_S);
    add_count(level, out);
    text_add(out, " ports");
    if (level >= whole) {
        text_add(out, ": more than the ");
        add_count(whole, out);
        text_add(out, " there are");
    }
}

static void add_heading(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    const uint32_t growth = forecast_growth(look);

    if (look->span_ms == 0 || !busiest(headline))
        return;
    if (keeps_time_wait(headline))
        add_level(headline, out);
    else if (growth > 0)
        add_growth(headline, growth, out);
    else
        text_add(out, "not growing at this moment");
    text_addf(out, " (looked for %" PRIu32 ".%" PRIu32 " s)\n", look->span_ms / MS_PER_S,
              look->span_ms % MS_PER_S / 100);
}

void headline_lines(const struct headline *headline, struct text *out)
{
    const struct result *result = result_of(headline);
    const struct ask *ask = find_answer(headline);
    const bool alerts = result->state == CHECK_WARNING || result->state == CHECK_CRITICAL;

    if (!result->measure.known) {
        text_addf(out, "%s is not known: ", names[headline->metric]);
        text_add_clean(
            out, result->measure.reason[0] ? result->measure.reason : "not judged", "|");
        text_add(out, "\n");
        return;
    }
    if (alerts)
        add_title(headline, out);
    else
        text_addf(out, "%s: ", names[headline->metric]);
    add_usage(result, out);
    text_add(out, "\n");
    if (alerts && ask)
        add_answer(headline, ask, out);
    if (result->why[0] && !(ask && ask->answer == ASK_NONE)) {
        text_add_clean(out, result->why, "|");
        text_add(out, "\n");
    }
    if (alerts)
        add_heading(headline, out);
}
