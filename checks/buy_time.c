/* SPDX-License-Identifier: MIT */
/* What the remediation would do, and whether that is enough. */
#include "checks/buy_time.h"

#include <inttypes.h>

#include "checks/base/number.h"
#include "checks/cause.h"
#include "checks/headline.h"
#include "checks/setting_words.h"

#define APPLY "remediate_port_exhaustion apply"

static void add_count(uint64_t count, struct text *out)
{
    char words[NUMBER_GROUPED_SIZE];

    number_format_grouped(count, words);
    text_add(out, words);
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

/* Reuse frees no port for other usages. */
static bool reuses(const struct buy_time *buy_time)
{
    return buy_time->change->reuse && buy_time->metric == METRIC_DESTINATION_USAGE;
}

static bool is_same(const struct measure *a, const struct measure *b)
{
    return a->known && b->known && a->part == b->part && a->whole == b->whole;
}

/* Whether that usage would be another one. */
static bool moves_it(const struct buy_time *buy_time)
{
    return (ports_of(buy_time)->changes || reuses(buy_time)) &&
           !is_same(&result_of(buy_time)->measure, buy_time->after);
}

/* Where that server does without TCP timestamps, none of it is reused. */
static void measure_without_reuse(const struct buy_time *buy_time, struct measure *out)
{
    struct forecast_change change = *buy_time->change;

    change.reuse = false;
    forecast_usage(buy_time->seen, buy_time->metric, NULL, &change, out);
}

/* By the same limits. */
static enum check_state state_of(const struct buy_time *buy_time,
                                 const struct measure *after)
{
    const struct metric_limits *limits = &result_of(buy_time)->limits;
    const double value = measure_value(buy_time->metric, after);

    if (threshold_alerts(&limits->critical, value))
        return limits->at_most_warning ? CHECK_WARNING : CHECK_CRITICAL;
    return threshold_alerts(&limits->warning, value) ? CHECK_WARNING : CHECK_OK;
}

/* What closes is reused at once, so that nothing fills it. */
static bool is_cured(const struct buy_time *buy_time)
{
    return reuses(buy_time) && cause_of(buy_time) == CAUSE_SHORT_CONNECTIONS;
}

/* How long it lasts where what fills it goes on. */
static uint32_t full_in_s(const struct buy_time *buy_time, const struct measure *after)
{
    const struct observed_look *look = &buy_time->seen->look;

    if (buy_time->metric != METRIC_DESTINATION_USAGE)
        return UINT32_MAX;
    return forecast_full_in_s(after, forecast_filling(look, after), look->span_ms);
}

/* "at 1,940/s full again in about 16 s". */
static void add_full_again(const struct buy_time *buy_time, const struct measure *after,
                           struct text *out)
{
    const struct observed_look *look = &buy_time->seen->look;

    text_add(out, "at ");
    headline_rate(forecast_filling(look, after), look->span_ms, out);
    text_add(out, " full again ");
    headline_seconds(full_in_s(buy_time, after), out);
}

/* "NOT ENOUGH alone: usage would still be CRITICAL; at 1,940/s full again in about 16 s".
 */
static void add_enough(const struct buy_time *buy_time, struct text *out)
{
    const struct measure *after = buy_time->after;
    const enum check_state then = state_of(buy_time, after);
    const bool beyond = then == CHECK_CRITICAL ||
                        (then != CHECK_OK && then == result_of(buy_time)->state);
    const bool fills =
        !is_cured(buy_time) && full_in_s(buy_time, after) <= HEADLINE_TELLING_S;

    if (then == CHECK_OK && !fills)
        return;
    text_add(out, beyond || fills ? "NOT ENOUGH alone: " : "");
    if (then != CHECK_OK)
        text_addf(out, "usage would %sbe %s%s", beyond ? "still " : "",
                  check_state_names[then], fills ? "; " : "");
    if (fills)
        add_full_again(buy_time, after, out);
    text_add(out, "\n");
}

/* ", at once; live connections stay". Where reuse does it, that server's TCP timestamps
 * decide: without them none is reused. */
static void add_lowering(const struct buy_time *buy_time, struct text *out)
{
    const struct measure *now = &result_of(buy_time)->measure;
    const struct measure *after = buy_time->after;
    const bool lower = after->part * now->whole < now->part * after->whole;
    struct measure without = *after;

    if (reuses(buy_time))
        measure_without_reuse(buy_time, &without);
    text_addf(out, "would %s usage from ", lower ? "lower" : "change");
    headline_percent(now, out);
    text_add(out, " to ");
    headline_percent(after, out);
    text_add(out, ", at once; live connections stay\n");
    if (is_same(after, &without))
        return;
    text_add(out, "if that server does not use TCP timestamps: to ");
    headline_percent(&without, out);
    if (full_in_s(buy_time, &without) <= HEADLINE_TELLING_S) {
        text_add(out, ", and ");
        add_full_again(buy_time, &without, out);
    }
    text_add(out, "\n");
}

static void add_relief(const struct buy_time *buy_time, struct text *out)
{
    const struct measure *now = &result_of(buy_time)->measure;

    text_addf(out, APPLY " (as %s; `undo` reverts it)\n",
              buy_time->seen->os.kind == OS_WINDOWS ? "administrator" : "root");
    if (now->known && buy_time->after->known) {
        add_lowering(buy_time, out);
        add_enough(buy_time, out);
        return;
    }
    text_add(out, "what usage would be is not known: ");
    text_add_clean(out, now->known ? buy_time->after->reason : now->reason, "|");
    text_add(out, "\n");
}

/* "widens the range from 32768-60999 to 10000-65535 (28,232 -> 55,335 usable ports)". */
static void add_range(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_range *now = &buy_time->seen->range[protocol_of(buy_time)];
    const struct forecast_ports *then = ports_of(buy_time);
    char from[PORT_RANGE_TEXT_SIZE];
    char to[PORT_RANGE_TEXT_SIZE];

    port_range_format(now->range, from);
    port_range_format(then->range, to);
    text_addf(out, "widens the range from %s to %s (", from, to);
    add_count(now->usable, out);
    text_add(out, " -> ");
    add_count(then->usable, out);
    text_add(out, " usable ports)");
}

/* "15672, 27017, ..." of so many. */
static void add_ports(const struct observed_wider *wider, uint32_t count,
                      struct text *out)
{
    for (size_t i = 0; i < wider->port_count; i++)
        text_addf(out, "%s%" PRIu16, i > 0 ? ", " : "", wider->ports[i]);
    text_add(out, count > wider->port_count ? ", ..." : "");
}

/* "; keeps 201 of the new ports out of it: 199 of well-known services, 2 in use by
 * listeners (18081, 27042)". */
static void add_reserves(const struct observed_wider *wider, struct text *out)
{
    if (wider->reserves == 0)
        return;
    text_add(out, "; keeps ");
    add_count(wider->reserves, out);
    text_add(out, " of the new ports out of it: ");
    if (wider->services > 0) {
        add_count(wider->services, out);
        text_addf(out, " of well-known services%s", wider->listeners > 0 ? ", " : "");
    }
    if (wider->listeners > 0) {
        add_count(wider->listeners, out);
        text_addf(out, " in use by %s (",
                  wider->listeners == 1 ? "a listener" : "listeners");
        add_ports(wider, wider->listeners, out);
        text_add(out, ")");
    }
}

/* Windows keeps none out; Linux those of users within bounds. They are named where
 * nothing is kept out. */
static void add_unprotected(const struct buy_time *buy_time, struct text *out)
{
    const struct observed_wider *wider = &buy_time->seen->wider[protocol_of(buy_time)];
    const bool one = wider->unprotected == 1;
    const bool named = wider->reserves == 0 && wider->port_count > 0;

    if (wider->unprotected == 0)
        return;
    if (named) {
        text_add(out, one ? "port " : "ports ");
        add_ports(wider, wider->unprotected, out);
        text_add(out, one ? " (a listener)" : " (listeners)");
    } else {
        add_count(wider->unprotected, out);
        text_add(out, one ? " port of a listener there" : " ports of listeners there");
    }
    text_addf(out, " can be taken by outgoing connections while %s stopped",
              one ? "that program is" : "those programs are");
    if (!named)
        text_add(out, " (`remediate_port_exhaustion plan` tells whose)");
    text_add(out, "\n");
}

/* "TcpTimedWaitDelay and StrictTimeWaitSeqCheck". */
static void add_waiting(const struct verdict *verdict, struct text *out)
{
    size_t left = 0;
    size_t named = 0;

    for (size_t i = 0; i < verdict->setting_count; i++)
        left += verdict->settings[i].advised &&
                setting_words_needs_reboot(verdict->settings[i].rule);
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        if (!setting->advised || !setting_words_needs_reboot(setting->rule))
            continue;
        if (named++ > 0)
            text_add(out, named == left ? " and " : ", ");
        setting_words_typed(setting->rule, out);
    }
}

/* Nothing of what is advised would move that usage. */
static void add_nothing(const struct buy_time *buy_time, struct text *out)
{
    if (buy_time->change->reboots) {
        text_add(out, APPLY " changes no usage before a reboot: ");
        add_waiting(buy_time->verdict, out);
        text_add(out, " take effect then\n");
    } else if (forecast_moves(buy_time->change)) {
        text_add(out, "nothing: " APPLY " would leave this usage as it is\n");
    } else {
        text_add(out, "nothing to change: range and reuse are as recommended, or cannot "
                      "be better\n");
    }
}

static void add_what_it_does(const struct buy_time *buy_time, struct text *out)
{
    add_relief(buy_time, out);
    if (ports_of(buy_time)->changes) {
        add_range(buy_time, out);
        add_reserves(&buy_time->seen->wider[protocol_of(buy_time)], out);
        text_add(out, "\n");
        add_unprotected(buy_time, out);
    }
    if (is_cured(buy_time))
        text_add(out, "reuses ports in TIME_WAIT after 1 s (tcp_tw_reuse 1)\n");
    if (buy_time->change->reboots) {
        add_waiting(buy_time->verdict, out);
        text_add(out, " take effect after a reboot only: not counted here\n");
    }
}

void buy_time_words(const struct buy_time *buy_time, struct text *out)
{
    if (!moves_it(buy_time) && ports_of(buy_time)->unknown[0]) {
        text_add(out, "what " APPLY " would do is not known: ");
        text_add_clean(out, ports_of(buy_time)->unknown, "|");
        text_add(out, "\n");
    } else if (cause_of(buy_time) == CAUSE_NOBODY_ANSWERS) {
        text_add(out, "nothing helps here. Do NOT run " APPLY ": it only makes room for "
                      "more attempts\n");
    } else if (!moves_it(buy_time)) {
        add_nothing(buy_time, out);
    } else {
        add_what_it_does(buy_time, out);
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
