/* SPDX-License-Identifier: MIT */
/* The one usage that a screen is about, in words. */
#include "checks/headline.h"

#include <inttypes.h>
#include <string.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"
#include "checks/base/number.h"
#include "checks/forecast.h"
#include "checks/heading.h"

enum { MS_PER_S = 1000, COST_WORTH_A_WORD_US = 100 };

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

void headline_seconds(uint32_t seconds, struct text *out)
{
    if (seconds == 0)
        text_add(out, "in less than a second");
    else
        text_addf(out, "in about %" PRIu32 " s", seconds);
}

void headline_percent(const struct measure *measure, struct text *out)
{
    char percent[8];

    number_format_whole_percent(measure->part, measure->whole, percent);
    text_add(out, measure->at_least ? "at least " : "");
    if (measure->part > 0 && strcmp(percent, "0") == 0)
        text_add(out, "<1%");
    else
        text_addf(out, "%s%%", percent);
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
        return "ports are held by sockets that never connected: each is unusable for "
               "every destination";
    case CAUSE_LISTENERS:
        return "listeners hold ports of the range: each is unusable for every "
               "destination";
    case CAUSE_BIND_BEFORE_CONNECT:
        return "bind() before connect() takes ports: each is unusable for every other "
               "connection";
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
        text_addf(out, "%s ports %sare running out",
                  headline->metric == METRIC_UDP_PORT_USAGE ? "UDP" : "TCP",
                  headline->elsewhere ? "" : "of this host ");
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
    struct measure percent = *measure;

    percent.at_least = false;
    text_add(out, measure->at_least ? "at least " : "");
    add_count(measure->part, out);
    text_add(out, " of ");
    add_count(measure->whole, out);
    text_add(out, " ports used (");
    headline_percent(&percent, out);
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

static enum cause cause_of(const struct headline *headline)
{
    return cause_of_metric(headline->seen, headline->metric);
}

/* What it means for programs, as a line of its own. */
static void add_answer(const struct headline *headline, const struct ask *ask,
                       struct text *out)
{
    const enum cause cause = cause_of(headline);
    const char *what =
        headline->metric == METRIC_UDP_PORT_USAGE ? "UDP sockets" : "connections";
    const bool there =
        ask->kind == ASK_CONNECT && !ask->unused && !of_every_destination(cause);

    if (ask->answer == ASK_NONE) {
        text_addf(out, "new %s%s fail: no port is free\n", what, there ? " there" : "");
        return;
    }
    if (cause == CAUSE_NOBODY_ANSWERS && there) {
        text_add(out, "connections there get no answer, though they still find a port\n");
        return;
    }
    text_addf(out, "new %s%s still find a port", what, there ? " there" : "");
    if (ask->microseconds >= COST_WORTH_A_WORD_US) {
        text_add(out, ", but each costs ");
        ask_words_cost(ask, out);
        text_add(out, " of CPU time");
    }
    text_add(out, "\n");
}

static uint32_t full_in_s(const struct headline *headline)
{
    const struct observed_look *look = &headline->seen->look;
    const struct measure *usage = &result_of(headline)->measure;

    return forecast_full_in_s(usage, forecast_filling(look, usage), look->span_ms);
}

/* What closes keeps its port for a while, unless it is reused. */
static bool keeps_time_wait(const struct headline *headline, const struct destination *to)
{
    return headline->seen->os.kind == OS_LINUX && headline->seen->look.closed > 0 &&
           to->reusable == 0 && cause_of(headline) == CAUSE_SHORT_CONNECTIONS;
}

/* "1,790 closed/s, each keeps its port 60 s: ". */
static void add_closed(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    const uint64_t level =
        (uint64_t)look->closed * MS_PER_S * FORECAST_TIME_WAIT_S / look->span_ms;

    add_count((uint64_t)look->closed * MS_PER_S / look->span_ms, out);
    text_addf(out, " closed/s, each keeps its port %d s: ", FORECAST_TIME_WAIT_S);
    if (level >= result_of(headline)->measure.whole) {
        text_add(out, "full ");
        headline_seconds(full_in_s(headline), out);
        text_add(out, " if that goes on, then new connections there fail");
        return;
    }
    text_add(out, "that leads to about ");
    add_count(level, out);
    text_add(out, " ports");
}

static void add_growth(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;

    text_add(out, "growing by ");
    headline_rate(forecast_growth(look), look->span_ms, out);
    if (full_in_s(headline) <= HEADLINE_TELLING_S) {
        text_add(out, ": full ");
        headline_seconds(full_in_s(headline), out);
        text_add(out, ", then new connections there fail");
    }
}

/* "full in about 16 s", unless that is far away. */
static void add_full(const struct heading *heading, const char *before, struct text *out)
{
    if (heading->full_in_s > HEADLINE_TELLING_S)
        return;
    text_addf(out, "%sfull ", before);
    headline_seconds(heading->full_in_s, out);
}

static void add_level(const struct headline *headline, const struct heading *heading,
                      struct text *out)
{
    struct measure level = result_of(headline)->measure;

    level.part = heading->level;
    text_add(out, ", levels off at ");
    headline_percent(&level, out);
}

static void judge_heading(const struct headline *headline, struct heading *out)
{
    *out = (struct heading){ .kind = HEADING_NOTHING, .why = "" };
    if (headline->metric == METRIC_DESTINATION_USAGE)
        heading_of(headline->seen, &result_of(headline)->measure, out);
}

static void add_words(const struct headline *headline, const struct heading *heading,
                      struct text *out)
{
    switch (heading->kind) {
    case HEADING_LEVEL:
        add_count(heading->per_s, out);
        text_add(out, " closed/s");
        add_level(headline, heading, out);
        break;
    case HEADING_FULL:
        add_count(heading->per_s, out);
        text_add(out, " closed/s");
        add_full(heading, ", ", out);
        text_add(out, " if that goes on");
        break;
    case HEADING_GROWING:
        text_add(out, "growing ");
        headline_rate(heading->per_s, MS_PER_S, out);
        add_full(heading, ", ", out);
        break;
    default:
        text_add(out, "connections are closed in bursts, no level to tell");
    }
}

/* "toward 10.99.0.21:9000: " */
static void add_toward(const struct headline *headline, struct text *out)
{
    const struct destination *to = busiest(headline);
    char name[ASK_WORDS_SIZE] = "";

    if (!to)
        return;
    ask_words_destination(headline->seen, to, name);
    text_add(out, "toward ");
    text_add_clean(out, name, "|");
    text_add(out, ": ");
}

bool headline_heading(const struct headline *headline, struct text *out)
{
    struct heading heading;

    judge_heading(headline, &heading);
    if (heading.kind == HEADING_NOTHING)
        return false;
    add_toward(headline, out);
    add_words(headline, &heading, out);
    return true;
}

/* Of an alert: ages tell more than a look of a second; growth of what is held only that
 * one tells. */
static bool add_by_ages(const struct headline *headline, struct text *out)
{
    struct heading heading;

    judge_heading(headline, &heading);
    if (heading.kind == HEADING_NOTHING || heading.kind == HEADING_GROWING)
        return false;
    if (of_every_destination(cause_of(headline)))
        add_toward(headline, out); /* the title does not name it */
    add_words(headline, &heading, out);
    text_add(out,
             heading.kind == HEADING_FULL ? ", then new connections there fail\n" : "\n");
    return true;
}

/* There was no second look; where ages were read it is they that tell nothing. */
static void add_not_measured(const struct headline *headline, struct text *out)
{
    const struct destination *to = busiest(headline);
    const struct measure *usage = &result_of(headline)->measure;
    struct heading heading;

    judge_heading(headline, &heading);
    if (to && headline->seen->tcp.closings.busiest_known && usage->part < usage->whole) {
        text_add(out, "where it is heading is not known: ");
        text_add(out, heading.why);
    } else {
        text_add(out, "growth was not measured");
    }
    text_add(out,
             to && !headline->replayed ? " (check_port_exhaustion --look 1)\n" : "\n");
}

/* Ages are known, and tell no level: a look of a second tells none either. */
static void add_unsteady(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    struct heading heading;

    judge_heading(headline, &heading);
    add_count((uint64_t)look->closed * MS_PER_S / look->span_ms, out);
    text_add(out, " closed/s, ");
    if (heading.kind == HEADING_GROWING)
        add_words(headline, &heading, out);
    else
        text_add(out, heading.why);
}

/* Whoever reads it should know whether it was looked at. */
static void add_heading(const struct headline *headline, struct text *out)
{
    const struct observed_look *look = &headline->seen->look;
    const struct destination *to = busiest(headline);
    const char *slow = "";

    if (add_by_ages(headline, out))
        return;
    if (!to || look->span_ms == 0) {
        add_not_measured(headline, out);
        return;
    }
    if (keeps_time_wait(headline, to) && headline->seen->tcp.closings.busiest_known) {
        add_unsteady(headline, out);
    } else if (keeps_time_wait(headline, to)) {
        add_closed(headline, out);
    } else if (forecast_growth(look) > 0) {
        add_growth(headline, out);
    } else {
        text_add(out, "not growing");
        slow = "; a slow leak would not show";
    }
    text_addf(out, " (measured over %" PRIu32 ".%" PRIu32 " s%s)\n",
              look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100, slow);
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
    else if (headline_heading(headline, out))
        text_add(out, "\n");
}
