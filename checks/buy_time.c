/* SPDX-License-Identifier: MIT */
/* What the remediation would do, and whether that is enough. */
#include "checks/buy_time.h"

#include <inttypes.h>

#include "checks/base/number.h"
#include "checks/cause.h"
#include "checks/headline.h"

#define APPLY "remediate_port_exhaustion apply"

/* A look of a second tells nothing of an hour. */
enum { TELLING_S = 600 };

static void add_count(uint64_t count, struct text *out)
{
    char words[NUMBER_GROUPED_SIZE];

    number_format_grouped(count, words);
    text_add(out, words);
}

/* "1 port", "1,234 ports". */
static void add_ports(uint64_t count, const char *what, struct text *out)
{
    add_count(count, out);
    text_addf(out, " %s%s", what, count == 1 ? "" : "s");
}

static void add_percent(const struct measure *measure, struct text *out)
{
    char percent[8];

    number_format_percent(measure->part, measure->whole, percent);
    text_addf(out, "%s%s%%", measure->at_least ? "at least " : "", percent);
}

static const struct result *result_of(const struct buy_time *buy_time)
{
    return &buy_time->verdict->results[buy_time->metric];
}

static enum cause cause_of(const struct buy_time *buy_time)
{
    return cause_of_metric(buy_time->seen, buy_time->metric);
}

static enum ip_protocol protocol_of(const struct buy_time *buy_time)
{
    return buy_time->metric == METRIC_UDP_PORT_USAGE ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;
}

static const struct forecast_ports *ports_of(const struct buy_time *buy_time)
{
    return &buy_time->change->ports[protocol_of(buy_time)];
}

/* Whether that usage would be another one: reuse frees no port for other usages. */
static bool moves_it(const struct buy_time *buy_time)
{
    const struct measure *now = &result_of(buy_time)->measure;
    const struct measure *after = buy_time->after;

    if (now->known && after->known && now->part == after->part &&
        now->whole == after->whole)
        return false;
    return ports_of(buy_time)->changes ||
           (buy_time->change->reuse && buy_time->metric == METRIC_DESTINATION_USAGE);
}

/* Growth that goes on after the change: what closes is reused then. */
static uint32_t full_again_s(const struct buy_time *buy_time)
{
    const struct observed_look *look = &buy_time->seen->look;

    if (buy_time->metric != METRIC_DESTINATION_USAGE ||
        (buy_time->change->reuse && cause_of(buy_time) == CAUSE_SHORT_CONNECTIONS))
        return UINT32_MAX;
    return forecast_full_in_s(buy_time->after, forecast_growth(look), look->span_ms);
}

/* By the same limits. */
static enum check_state state_then(const struct buy_time *buy_time)
{
    const struct metric_limits *limits = &result_of(buy_time)->limits;
    const struct measure *after = buy_time->after;
    const double value =
        after->whole == 0 ? 100.0 : 100.0 * (double)after->part / (double)after->whole;

    if (threshold_alerts(&limits->critical, value))
        return limits->at_most_warning ? CHECK_WARNING : CHECK_CRITICAL;
    return threshold_alerts(&limits->warning, value) ? CHECK_WARNING : CHECK_OK;
}

static void add_enough(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_look *look = &buy_time->seen->look;
    const uint32_t full_s = full_again_s(buy_time);
    const enum check_state then = state_then(buy_time);
    bool enough = then != CHECK_CRITICAL;

    if (then != CHECK_OK) {
        enough &= then != result_of(buy_time)->state;
        text_addf(out, ", %s %s", enough ? "then" : "still", check_state_names[then]);
    }
    if (full_s <= TELLING_S) {
        enough = false;
        text_add(out, "; at ");
        headline_rate(forecast_growth(look), look->span_ms, out);
        text_addf(out, " full again in about %" PRIu32 " s", full_s);
    }
    text_add(out, enough ? "" : ": NOT ENOUGH");
}

static void add_relief(const struct buy_time *buy_time, struct text *out)
{
    const struct measure *now = &result_of(buy_time)->measure;

    text_add(out, APPLY ": ");
    if (!now->known || !buy_time->after->known) {
        text_add(out, "what usage would be is not known: ");
        text_add_clean(out, now->known ? buy_time->after->reason : now->reason, "|");
        text_add(out, "\n");
        return;
    }
    add_percent(now, out);
    text_add(out, " -> ");
    add_percent(buy_time->after, out);
    text_add(out, " now");
    add_enough(buy_time, out);
    text_add(out, "\n");
}

/* "it widens 32768-60999 to 10000-65535: 28,232 -> 55,407 usable ports". */
static void add_range(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_range *now = &buy_time->seen->range[protocol_of(buy_time)];
    const struct forecast_ports *then = ports_of(buy_time);
    char from[PORT_RANGE_TEXT_SIZE];
    char to[PORT_RANGE_TEXT_SIZE];

    port_range_format(now->range, from);
    port_range_format(then->range, to);
    text_addf(out, "it widens %s to %s: ", from, to);
    add_count(now->usable, out);
    text_add(out, " -> ");
    add_ports(then->usable, "usable port", out);
    text_add(out, "\n");
}

/* Those on which somebody listens, by their numbers. */
static void add_listeners(const struct observed_wider *wider, struct text *out)
{
    text_addf(out, "%" PRIu32 " with %s (", wider->listeners,
              wider->listeners == 1 ? "a listener" : "listeners");
    for (size_t i = 0; i < wider->port_count; i++)
        text_addf(out, "%s%" PRIu16, i > 0 ? ", " : "", wider->ports[i]);
    text_add(out, wider->listeners > wider->port_count ? ", ...)" : ")");
}

/* "it reserves 129 ports there first: 121 of services, 8 with listeners (27017, ...)". */
static void add_reserves(const struct observed_wider *wider, struct text *out)
{
    if (wider->reserves == 0)
        return;
    text_add(out, "it reserves ");
    add_ports(wider->reserves, "port", out);
    text_add(out, " there first: ");
    if (wider->services > 0)
        text_addf(out, "%" PRIu32 " of services%s", wider->services,
                  wider->listeners > 0 ? ", " : "");
    if (wider->listeners > 0)
        add_listeners(wider, out);
    text_add(out, "\n");
}

/* Windows reserves nothing; Linux what users may make it reserve. */
static void add_unprotected(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_wider *wider = &buy_time->seen->wider[protocol_of(buy_time)];

    if (wider->unprotected == 0)
        return;
    add_ports(wider->unprotected, "port", out);
    text_addf(out, " with a listener there %s not protected: %s\n",
              wider->unprotected == 1 ? "is" : "are",
              buy_time->seen->os.kind == OS_WINDOWS
                  ? "while it is down, a connection may get its port"
                  : "`remediate_port_exhaustion plan` tells whose");
}

/* What no percentage tells: whether it comes true is the server's matter. */
static void add_reuse(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_tcp *tcp = &buy_time->seen->tcp;

    if (!buy_time->change->reuse || buy_time->metric != METRIC_DESTINATION_USAGE ||
        tcp->top_count == 0 || tcp->top[0].freeable == 0)
        return;
    add_count(tcp->top[0].freeable, out);
    text_add(out, " of ");
    add_count(tcp->top[0].time_wait, out);
    text_add(out, " in TIME_WAIT can be reused then, if that server uses TCP "
                  "timestamps\n");
}

/* Nothing of what is advised would move that usage. */
static void add_nothing(const struct buy_time *buy_time, struct text *out)
{
    if (buy_time->change->reboots)
        text_add(out, APPLY ": nothing before a reboot, which its changes wait for\n");
    else if (forecast_moves(buy_time->change))
        text_add(out, APPLY ": nothing, this usage stays as it is\n");
    else
        text_add(out, "nothing to change: range and reuse are as recommended, or cannot "
                      "be better\n");
}

void buy_time_words(const struct buy_time *buy_time, struct text *out)
{
    if (!moves_it(buy_time) && ports_of(buy_time)->unknown[0]) {
        text_add(out, "what " APPLY " would do is not known: ");
        text_add_clean(out, ports_of(buy_time)->unknown, "|");
        text_add(out, "\n");
    } else if (!moves_it(buy_time)) {
        add_nothing(buy_time, out);
    } else if (cause_of(buy_time) == CAUSE_NOBODY_ANSWERS) {
        text_add(out, "do not press " APPLY ": it only makes room for more attempts\n");
    } else {
        add_relief(buy_time, out);
        add_reuse(buy_time, out);
        if (ports_of(buy_time)->changes) {
            add_range(buy_time, out);
            add_reserves(&buy_time->seen->wider[protocol_of(buy_time)], out);
            add_unprotected(buy_time, out);
        }
        if (buy_time->change->reboots)
            text_add(out, "what waits for a reboot is not in these numbers\n");
    }
}

void buy_time_advised(const struct observation *seen, const struct verdict *verdict,
                      enum metric_id metric, struct text *out)
{
    struct forecast_change change;
    struct measure after;
    const struct buy_time buy_time = { .seen = seen,
                                       .verdict = verdict,
                                       .metric = metric,
                                       .change = &change,
                                       .after = &after };

    forecast_advised(seen, verdict, &change);
    forecast_usage(seen, metric, NULL, &change, &after);
    buy_time_words(&buy_time, out);
}
