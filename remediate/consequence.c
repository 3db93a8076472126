/* SPDX-License-Identifier: MIT */
/* Two observations, measured as the check measures them, side by side. */
#include "remediate/consequence.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/usage.h"

const enum metric_id consequence_usages[3] = { METRIC_PORT_USAGE,
                                               METRIC_DESTINATION_USAGE,
                                               METRIC_UDP_PORT_USAGE };

static void compare_usable(const struct observation *now, const struct observation *after,
                           const struct foreseen *foreseen, struct consequence *out)
{
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct consequence_ports *ports = &out->usable[i];

        ports->changes = foreseen->has_reserved;
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
            const bool has_range = foreseen->has_range[i][family];

            ports->changes |= has_range;
            out->widens |= has_range && port_range_size(foreseen->to[i][family]) >
                                            port_range_size(foreseen->from[i][family]);
        }
        ports->known = now->range[i].reading.known && after->range[i].reading.known;
        ports->now = now->range[i].usable;
        ports->after = after->range[i].usable;
    }
}

static const struct destination *find_destination(const struct observation *seen,
                                                  const struct destination *to)
{
    for (size_t i = 0; i < seen->tcp.top_count; i++)
        if (seen->tcp.top[i].device == to->device &&
            destination_is_alike(&seen->tcp.top[i], to))
            return &seen->tcp.top[i];
    return NULL;
}

/* One that is not in a list of all of them has no sockets left. */
static void measure_after(const struct observation *after, const struct destination *then,
                          struct measure *out)
{
    if (!then && after->tcp.destinations_seen > after->tcp.top_count) {
        *out = (struct measure){ 0 };
        (void)snprintf(out->reason, sizeof out->reason, "not among the busiest");
        return;
    }
    usage_toward(after, observation_destination_ports(after, then), out);
}

static bool is_worth_showing(const struct measure *measure)
{
    return measure->known && 100 * measure->part >= measure->whole;
}

/* Of those of now: the host as if is read later, when more may be in TIME_WAIT. */
static uint32_t count_freed(const struct destination *to, const struct destination *then)
{
    const int blocking = to->time_wait - to->reusable;
    const int more = then ? then->reusable - to->reusable : 0;
    const int freed = more < blocking ? more : blocking;

    return freed > 0 ? (uint32_t)freed : 0;
}

static void compare_destinations(const struct observation *now,
                                 const struct observation *after, struct consequence *out)
{
    for (size_t i = 0;
         i < now->tcp.top_count && out->destination_count < CONSEQUENCE_DESTINATIONS_MAX;
         i++) {
        const struct destination *to = &now->tcp.top[i];
        const struct destination *then = find_destination(after, to);
        struct consequence_destination *next = &out->destinations[out->destination_count];

        *next = (struct consequence_destination){ .to = *to };
        usage_toward(now, observation_destination_ports(now, to), &next->usage.now);
        measure_after(after, then, &next->usage.after);
        next->freed = count_freed(to, then);
        if (is_worth_showing(&next->usage.now) || is_worth_showing(&next->usage.after))
            out->destination_count++;
    }
}

/* What is not in the range is allocated to nobody, reserved or not. */
static void find_unprotected(const struct observation *after,
                             const struct foreseen *foreseen, struct port_set *out)
{
    const struct port_range range = after->range[IP_PROTOCOL_TCP].range;
    struct port_set lost = foreseen->reserved_from;

    port_set_remove(&lost, &foreseen->reserved_to);
    for (uint32_t port = range.first; port > 0 && port <= range.last; port++)
        if (port_set_has(&lost, (uint16_t)port))
            port_set_add(out, (uint16_t)port);
}

void consequence_compare(const struct observation *now, const struct observation *after,
                         const struct foreseen *foreseen, struct consequence *out)
{
    out->moves = foreseen_moves_usage(foreseen);
    out->reboot = foreseen->reboot;
    out->one_range = now->os.kind == OS_LINUX;
    out->frees_later = foreseen->timestamps.changes && foreseen->timestamps.from == 0;
    compare_usable(now, after, foreseen, out);
    for (size_t i = 0; i < ARRAY_COUNT(consequence_usages); i++) {
        const enum metric_id id = consequence_usages[i];

        check_of(id)->measure(now, NULL, NULL, &out->total[id].now);
        check_of(id)->measure(after, NULL, NULL, &out->total[id].after);
    }
    compare_destinations(now, after, out);
    if (foreseen->has_reserved)
        find_unprotected(after, foreseen, &out->unprotected);
}

static void add_percent(const struct measure *measure, struct text *out)
{
    char percent[8];

    if (!measure->known) {
        text_add(out, "not known");
        return;
    }
    number_format_percent(measure->part, measure->whole, percent);
    text_addf(out, "%s%s%%", measure->at_least ? "at least " : "", percent);
}

static void add_count(const struct measure *measure, struct text *out)
{
    if (measure->known)
        text_addf(out, "%" PRIu64 " of %" PRIu64, measure->part, measure->whole);
    else
        text_add_clean(out, measure->reason, "");
}

/* What fits of it; longer is only a reason. */
static void keep(struct text *text, char out[CONSEQUENCE_TEXT_SIZE])
{
    (void)snprintf(out, CONSEQUENCE_TEXT_SIZE, "%.159s", text_string(text));
    text_clear(text);
}

void consequence_percents(const struct consequence_usage *usage,
                          char out[CONSEQUENCE_TEXT_SIZE])
{
    struct text text = { 0 };

    add_percent(&usage->now, &text);
    text_add(&text, " -> ");
    add_percent(&usage->after, &text);
    keep(&text, out);
}

void consequence_counts(const struct consequence_usage *usage,
                        char out[CONSEQUENCE_TEXT_SIZE])
{
    static const char unit[] = " usable ports";
    struct text text = { 0 };

    add_count(&usage->now, &text);
    text_add(&text, usage->now.known && !usage->after.known ? unit : "");
    text_add(&text, " -> ");
    add_count(&usage->after, &text);
    text_add(&text, usage->after.known ? unit : "");
    keep(&text, out);
}

static enum check_state judge_usage(const struct observation *seen,
                                    const struct policy *policy, struct verdict *verdict)
{
    judge(seen, policy, policy->limits[seen->os.kind], CONSEQUENCE_METRICS, verdict);
    return verdict->state;
}

bool consequence_turns_critical(const struct observation *now,
                                const struct observation *after,
                                const struct policy *policy,
                                char why[CONSEQUENCE_WHY_SIZE])
{
    static struct verdict before;
    static struct verdict then;

    if (judge_usage(now, policy, &before) == CHECK_CRITICAL ||
        judge_usage(after, policy, &then) != CHECK_CRITICAL)
        return false;
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        const struct consequence_usage usage = { before.results[id].measure,
                                                 then.results[id].measure };
        char percents[CONSEQUENCE_TEXT_SIZE];
        char counts[CONSEQUENCE_TEXT_SIZE];

        if (then.results[id].state != CHECK_CRITICAL)
            continue;
        consequence_percents(&usage, percents);
        consequence_counts(&usage, counts);
        (void)snprintf(why, CONSEQUENCE_WHY_SIZE, "%s %.80s (%.130s)", metric_names[id],
                       percents, counts);
        break;
    }
    return true;
}
