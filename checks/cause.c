/* SPDX-License-Identifier: MIT */
/* The largest part of the ports in question, where it is large enough to be the cause. */
#include "checks/cause.h"

#include "checks/ask_judgement.h"

const char *const cause_words[CAUSE_COUNT] = {
    [CAUSE_NONE] = "",
    [CAUSE_SHORT_CONNECTIONS] = "short connections",
    [CAUSE_TOO_MANY_OPEN] = "too many open",
    [CAUSE_NOT_CLOSED_HERE] = "not closed here",
    [CAUSE_NOBODY_ANSWERS] = "nobody answers",
    [CAUSE_NOT_CLOSED_THERE] = "not closed there",
    [CAUSE_BOUND_NEVER_CONNECTED] = "bound, never connected",
    [CAUSE_BIND_BEFORE_CONNECT] = "bind() before connect()",
    [CAUSE_LISTENERS] = "listeners in the range",
    [CAUSE_UDP_NOT_CLOSED] = "UDP sockets not closed",
};

static const enum conn_state states[CAUSE_COUNT] = {
    [CAUSE_SHORT_CONNECTIONS] = CONN_TIME_WAIT,
    [CAUSE_TOO_MANY_OPEN] = CONN_ESTABLISHED,
    [CAUSE_NOT_CLOSED_HERE] = CONN_CLOSE_WAIT,
    [CAUSE_NOBODY_ANSWERS] = CONN_SYN_SENT,
    [CAUSE_NOT_CLOSED_THERE] = CONN_FIN_WAIT_2,
    [CAUSE_BOUND_NEVER_CONNECTED] = CONN_BOUND,
    [CAUSE_LISTENERS] = CONN_LISTEN,
};

enum conn_state cause_state(enum cause cause)
{
    return states[cause];
}

/* Ports with the cause that they stand for. */
struct part {
    enum cause cause;
    uint64_t ports;
};

/* The first of the largest parts, if it is half of `all` ports or more. On less than 1 %
 * of the usable ports nothing stands out. */
static enum cause most_of(const struct part *parts, size_t count, uint64_t all,
                          uint32_t usable)
{
    struct part most = { CAUSE_NONE, 0 };

    for (size_t i = 0; i < count; i++)
        if (parts[i].ports > most.ports)
            most = parts[i];
    return 2 * most.ports >= all && 100 * most.ports >= usable ? most.cause : CAUSE_NONE;
}

/* `part` of `whole` sockets, as a part of `ports`. */
static uint64_t scaled(uint64_t part, uint64_t whole, uint64_t ports)
{
    return whole > 0 ? ports * part / whole : 0;
}

/* A blocked port has a listener, a bound-only socket, or several of them. */
static uint64_t bound_ports(const struct observed_tcp *tcp)
{
    const uint64_t bound = tcp->states[CONN_BOUND];

    return scaled(bound, bound + tcp->states[CONN_LISTEN], tcp->ports_blocked);
}

/* Where the system finds no port for an address that nobody uses, every port in use that
 * is not blocked is a closed one, whatever could be counted of them. */
static uint64_t closed_ports(const struct observation *seen)
{
    const struct observed_tcp *tcp = &seen->tcp;

    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];

        if (ask->kind == ASK_CONNECT && ask->unused && ask_is_exhaustion(seen, ask) &&
            tcp->ports_used > tcp->ports_blocked)
            return tcp->ports_used - tcp->ports_blocked;
    }
    return tcp->ports_closed;
}

/* The system finds no port there: whatever could be counted, all are in the way. */
static bool is_refused(const struct observation *seen, const struct destination *to)
{
    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];
        const struct destination asked = { .local = ask->local,
                                           .remote = ask->remote,
                                           .remote_port = ask->remote_port };

        if (ask->kind == ASK_CONNECT && ask->device == to->device &&
            destination_is_alike(&asked, to) && ask_is_exhaustion(seen, ask))
            return true;
    }
    return false;
}

static uint64_t time_wait_in_the_way(const struct observation *seen,
                                     const struct destination *to)
{
    if (is_refused(seen, to)) /* TIME_WAIT that should be reusable is not */
        return to->time_wait;
    return to->time_wait > to->reusable ? (uint64_t)to->time_wait - to->reusable : 0;
}

/* `ports`: how many a new connection to `to` (zeroed: not known which) cannot take. */
static enum cause cause_toward(const struct observation *seen,
                               const struct destination *to, uint64_t ports)
{
    const uint64_t bound = bound_ports(&seen->tcp);
    const uint32_t usable = seen->range[IP_PROTOCOL_TCP].usable;
    const struct part parts[] = {
        /* Of as many open ones: the closed ports are in everybody's way. */
        { CAUSE_BIND_BEFORE_CONNECT, closed_ports(seen) },
        { CAUSE_SHORT_CONNECTIONS, time_wait_in_the_way(seen, to) },
        { CAUSE_NOT_CLOSED_HERE, to->close_wait },
        { CAUSE_TOO_MANY_OPEN, to->established },
        { CAUSE_NOBODY_ANSWERS, to->syn_sent },
        { CAUSE_NOT_CLOSED_THERE, to->fin_wait_2 },
        { CAUSE_BOUND_NEVER_CONNECTED, bound },
        { CAUSE_LISTENERS, seen->tcp.ports_blocked - bound },
    };

    return most_of(parts, sizeof parts / sizeof parts[0],
                   is_refused(seen, to) ? usable : ports, usable);
}

enum cause cause_of_destination(const struct observation *seen,
                                const struct destination *destination)
{
    return cause_toward(seen, destination,
                        observation_destination_ports(seen, destination));
}

static enum cause cause_of_busiest(const struct observation *seen)
{
    static const struct destination unlisted = { 0 };
    const struct destination *listed =
        seen->tcp.top_count > 0 ? &seen->tcp.top[0] : &unlisted;
    const uint32_t ports = observation_busiest_ports(seen);

    if (ports > observation_destination_ports(seen, listed))
        listed = &unlisted;
    return cause_toward(seen, listed, ports);
}

/* Sockets of connections. */
struct connections {
    uint64_t all;
    uint64_t time_wait;
    uint64_t established;
    uint64_t close_wait;
    uint64_t syn_sent;
    uint64_t fin_wait_2;
};

/* Inbound ones among them: of a listener whose port is in the range. */
static struct connections all_connections(const struct observed_tcp *tcp)
{
    struct connections sum = {
        .time_wait = tcp->states[CONN_TIME_WAIT],
        .established = tcp->states[CONN_ESTABLISHED],
        .close_wait = tcp->states[CONN_CLOSE_WAIT],
        .syn_sent = tcp->states[CONN_SYN_SENT],
        .fin_wait_2 = tcp->states[CONN_FIN_WAIT_2],
    };

    for (int state = 0; state < CONN_STATE_COUNT; state++)
        if (state != CONN_LISTEN && state != CONN_BOUND)
            sum.all += tcp->states[state];
    return sum;
}

static struct connections outbound_connections(const struct observed_tcp *tcp)
{
    struct connections sum = { 0 };

    for (size_t i = 0; i < tcp->top_count; i++) {
        const struct destination *to = &tcp->top[i];

        sum.all += to->sockets;
        sum.time_wait += to->time_wait;
        sum.established += to->established;
        sum.close_wait += to->close_wait;
        sum.syn_sent += to->syn_sent;
        sum.fin_wait_2 += to->fin_wait_2;
    }
    return sum;
}

static enum cause cause_of_ports(const struct observation *seen)
{
    const struct observed_tcp *tcp = &seen->tcp;
    const struct connections sockets = tcp->destinations_seen > tcp->top_count
                                           ? all_connections(tcp)
                                           : outbound_connections(tcp);
    const uint64_t bound = bound_ports(tcp);
    const uint64_t closed = closed_ports(seen);
    const uint64_t apart = tcp->ports_blocked + closed;
    const uint64_t rest = tcp->ports_used > apart ? tcp->ports_used - apart : 0;
    const struct part parts[] = {
        { CAUSE_BIND_BEFORE_CONNECT, closed },
        { CAUSE_SHORT_CONNECTIONS, scaled(sockets.time_wait, sockets.all, rest) },
        { CAUSE_NOT_CLOSED_HERE, scaled(sockets.close_wait, sockets.all, rest) },
        { CAUSE_TOO_MANY_OPEN, scaled(sockets.established, sockets.all, rest) },
        { CAUSE_NOBODY_ANSWERS, scaled(sockets.syn_sent, sockets.all, rest) },
        { CAUSE_NOT_CLOSED_THERE, scaled(sockets.fin_wait_2, sockets.all, rest) },
        { CAUSE_BOUND_NEVER_CONNECTED, bound },
        { CAUSE_LISTENERS, tcp->ports_blocked - bound },
    };

    return most_of(parts, sizeof parts / sizeof parts[0], tcp->ports_used,
                   seen->range[IP_PROTOCOL_TCP].usable);
}

static enum cause cause_of_udp(const struct observation *seen)
{
    const struct part part = { CAUSE_UDP_NOT_CLOSED, seen->udp.ports_used };

    return most_of(&part, 1, part.ports, seen->range[IP_PROTOCOL_UDP].usable);
}

enum cause cause_of_metric(const struct observation *seen, enum metric_id metric)
{
    switch (metric) {
    case METRIC_PORT_USAGE:
        return cause_of_ports(seen);
    case METRIC_DESTINATION_USAGE:
        return cause_of_busiest(seen);
    case METRIC_UDP_PORT_USAGE:
        return cause_of_udp(seen);
    default:
        return CAUSE_NONE;
    }
}
