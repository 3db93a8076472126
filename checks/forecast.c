/* SPDX-License-Identifier: MIT */
/* What moves when a range grows, or TIME_WAIT is reused: the sockets stay where they are.
 */
#include "checks/forecast.h"

#include <stdio.h>
#include <string.h>

#include "checks/model/place.h"
#include "checks/model/wider_range.h"
#include "checks/setting_words.h"
#include "checks/usage.h"

#define PLACE_REUSE      "net/ipv4/tcp_tw_reuse"
#define PLACE_TIMESTAMPS "net/ipv4/tcp_timestamps"

/* tcp_tw_reuse for every destination. */
enum { REUSE_FOR_ALL = 1 };

/* Fewer ports than these come and go anywhere. */
enum { GROWTH_LEAST = 16 };

enum { MS_PER_S = 1000 };

static const struct setting_result *find_sysctl(const struct verdict *verdict,
                                                const char *path)
{
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct place *place = &verdict->settings[i].rule->place;

        if (place->kind == PLACE_SYSCTL && strcmp(place->path, path) == 0)
            return &verdict->settings[i];
    }
    return NULL;
}

static const struct setting_result *find_range(const struct verdict *verdict,
                                               const struct observation *seen,
                                               enum ip_protocol protocol)
{
    if (seen->os.kind == OS_LINUX)
        return find_sysctl(verdict, PLACE_PORT_RANGE);
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct place *place = &verdict->settings[i].rule->place;

        if (place->kind == PLACE_DYNAMIC_RANGE && place->protocol == protocol)
            return &verdict->settings[i];
    }
    return NULL;
}

/* Whether the advice is to make the range of now wider. */
static bool is_to_widen(const struct setting_result *range)
{
    const struct port_range now =
        range->seen ? range->seen->value.range : (struct port_range){ 0 };

    return range->advised && range->target == TARGET_VALUE && port_range_size(now) > 0 &&
           !port_range_covers(now, range->rule->recommended.range);
}

static void tell_unknown(const struct reading *reading, struct forecast_ports *out)
{
    (void)snprintf(out->unknown, sizeof out->unknown, "%s",
                   reading->reason[0] ? reading->reason
                                      : "who listens in the new part was not looked at");
}

/* Not planned then. */
static bool gains_little(const struct observation *seen,
                         const struct setting_result *range, enum ip_protocol protocol)
{
    const uint32_t now = seen->range[protocol].usable;
    const uint32_t then = seen->wider[protocol].usable;

    return seen->os.kind == OS_LINUX && range->state == SETTING_STATE_ACCEPTED &&
           wider_range_gains_little(now, then > now ? then - now : 0);
}

static void widen(const struct observation *seen, const struct verdict *verdict,
                  enum ip_protocol protocol, struct forecast_change *out)
{
    const struct setting_result *range = find_range(verdict, seen, protocol);
    const struct observed_wider *wider = &seen->wider[protocol];

    if (verdict->setting_count == 0)
        (void)snprintf(out->ports[protocol].unknown, sizeof out->ports[protocol].unknown,
                       "the settings were not looked at");
    if (!range || !is_to_widen(range) || !seen->range[protocol].reading.known)
        return;
    if (!wider->reading.known) {
        tell_unknown(&wider->reading, &out->ports[protocol]);
        return;
    }
    if (port_range_covers(seen->range[protocol].range, wider->range) ||
        gains_little(seen, range, protocol))
        return;
    out->ports[protocol] = (struct forecast_ports){ .changes = true,
                                                    .range = wider->range,
                                                    .usable = wider->usable,
                                                    .in_use = wider->unprotected,
                                                    .reserves = wider->reserves };
}

/* Sockets that began without timestamps are never reused. */
static bool frees_time_wait(const struct verdict *verdict)
{
    const struct setting_result *reuse = find_sysctl(verdict, PLACE_REUSE);
    const struct setting_result *stamps = find_sysctl(verdict, PLACE_TIMESTAMPS);
    const bool no_stamps = stamps && stamps->seen &&
                           stamps->seen->presence == SETTING_SET &&
                           stamps->seen->value.number == 0;

    return reuse && reuse->advised && reuse->target == TARGET_VALUE &&
           reuse->rule->recommended.number == REUSE_FOR_ALL && !no_stamps;
}

void forecast_advised(const struct observation *seen, const struct verdict *verdict,
                      struct forecast_change *out)
{
    *out = (struct forecast_change){ .reuse = frees_time_wait(verdict) };
    for (size_t i = 0; i < verdict->setting_count; i++)
        out->reboots |= verdict->settings[i].advised &&
                        setting_words_needs_reboot(verdict->settings[i].rule);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        widen(seen, verdict, (enum ip_protocol)i, out);
}

bool forecast_moves(const struct forecast_change *change)
{
    return change->reuse || change->ports[IP_PROTOCOL_TCP].changes ||
           change->ports[IP_PROTOCOL_UDP].changes;
}

/* `part` ports of a protocol over those that are usable then. */
static void measure_then(const struct observation *seen, enum ip_protocol protocol,
                         uint64_t part, const struct forecast_change *change,
                         struct measure *after)
{
    const struct forecast_ports *ports = &change->ports[protocol];
    const struct reading *sockets =
        protocol == IP_PROTOCOL_TCP ? &seen->tcp.reading : &seen->udp.reading;
    struct observed_range range = seen->range[protocol];

    if (ports->changes)
        range.usable = ports->usable;
    usage_measure(&range, sockets, part < range.usable ? part : range.usable, after);
}

/* What stands in the way there and only there. */
static uint32_t toward_then(const struct destination *to,
                            const struct forecast_change *change)
{
    const int ports = destination_in_the_way(to) - (change->reuse ? to->freeable : 0);

    return ports > 0 ? (uint32_t)ports : 0;
}

/* What is in the way of one that is not listed, at most. The last of a full list may be
 * there for its sockets alone: then it is the one that has the most. */
static int bound_of_unlisted(const struct observed_tcp *tcp)
{
    size_t last = tcp->top_count - 1;
    bool has_most = last > 0;

    if (tcp->top_count == 0 || tcp->destinations_seen <= tcp->top_count)
        return 0;
    for (size_t i = 0; i < last; i++)
        has_most &= tcp->top[i].sockets < tcp->top[last].sockets;
    return destination_in_the_way(&tcp->top[last - has_most]);
}

/* The busiest one then; *more: as many more ports stand in the way of one that is not
 * listed, at most. */
static uint32_t busiest_then(const struct observed_tcp *tcp,
                             const struct forecast_change *change, uint64_t *more)
{
    const int unlisted = bound_of_unlisted(tcp);
    uint32_t most = tcp->untracked_bound;

    for (size_t i = 0; i < tcp->top_count; i++) {
        const uint32_t ports = toward_then(&tcp->top[i], change);

        if (ports > most)
            most = ports;
    }
    *more = unlisted > 0 && (uint32_t)unlisted > most ? (uint32_t)unlisted - most : 0;
    return most;
}

static void measure_destination(const struct observation *seen,
                                const struct destination *destination,
                                const struct forecast_change *change,
                                struct measure *after)
{
    const struct observed_tcp *tcp = &seen->tcp;
    uint64_t more = 0;
    uint64_t ports =
        destination ? toward_then(destination, change) : busiest_then(tcp, change, &more);

    ports += (uint64_t)tcp->ports_blocked + tcp->ports_closed;
    more += usage_maybe_closed(tcp, ports);
    measure_then(seen, IP_PROTOCOL_TCP, ports + change->ports[IP_PROTOCOL_TCP].in_use,
                 change, after);
    usage_at_least(seen, more, after);
}

void forecast_usage(const struct observation *seen, enum metric_id metric,
                    const struct destination *destination,
                    const struct forecast_change *change, struct measure *after)
{
    const enum ip_protocol protocol =
        metric == METRIC_UDP_PORT_USAGE ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;
    const uint32_t used =
        protocol == IP_PROTOCOL_UDP ? seen->udp.ports_used : seen->tcp.ports_used;

    if (metric == METRIC_DESTINATION_USAGE) {
        measure_destination(seen, destination, change, after);
        return;
    }
    measure_then(seen, protocol, (uint64_t)used + change->ports[protocol].in_use, change,
                 after);
    if (protocol == IP_PROTOCOL_TCP)
        usage_at_least(seen, 0, after);
}

/* Of N that come and N that go by chance, the difference stays below three times the root
 * of 2 N, but for one time in a thousand. */
uint32_t forecast_growth(const struct observed_look *look)
{
    const uint64_t growth =
        look->ports_last > look->ports_first ? look->ports_last - look->ports_first : 0;

    if (look->span_ms == 0 || growth < GROWTH_LEAST ||
        growth * growth <= UINT64_C(18) * look->closed)
        return 0;
    return (uint32_t)growth;
}

uint32_t forecast_filling(const struct observed_look *look, const struct measure *usage)
{
    const uint32_t growth = forecast_growth(look);

    if (growth > 0 || look->span_ms == 0)
        return growth;
    return (uint64_t)look->closed * FORECAST_TIME_WAIT_S * MS_PER_S / look->span_ms >=
                   usage->whole
               ? look->closed
               : 0;
}

uint32_t forecast_full_in_s(const struct measure *usage, uint32_t growth,
                            uint32_t span_ms)
{
    uint64_t seconds;

    if (!usage->known || growth == 0 || span_ms == 0)
        return UINT32_MAX;
    if (usage->part >= usage->whole)
        return 0;
    seconds = (usage->whole - usage->part) * span_ms / growth / MS_PER_S;
    return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}
