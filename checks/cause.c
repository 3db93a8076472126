/* SPDX-License-Identifier: MIT */
#include "checks/cause.h"

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

/* One count with the cause that it stands for. */
struct part {
    enum cause cause;
    uint64_t sockets;
};

/* The first of the largest; none where that is not at least half of the rest. */
static enum cause largest(const struct part *parts, size_t count)
{
    struct part most = { CAUSE_NONE, 0 };
    uint64_t all = 0;

    for (size_t i = 0; i < count; i++) {
        all += parts[i].sockets;
        if (parts[i].sockets > most.sockets)
            most = parts[i];
    }
    return 3 * most.sockets >= all ? most.cause : CAUSE_NONE;
}

static uint64_t bound_of(const struct observed_tcp *tcp)
{
    return tcp->states[CONN_BOUND];
}

enum cause cause_of_destination(const struct observation *seen,
                                const struct destination *to)
{
    const struct observed_tcp *tcp = &seen->tcp;
    const uint64_t blocked = tcp->ports_blocked;
    const uint64_t bound = bound_of(tcp) < blocked ? bound_of(tcp) : blocked;
    const struct part parts[] = {
        { CAUSE_SHORT_CONNECTIONS, (uint64_t)(to->time_wait - to->reusable) },
        { CAUSE_TOO_MANY_OPEN, to->established },
        { CAUSE_NOT_CLOSED_HERE, to->close_wait },
        { CAUSE_NOBODY_ANSWERS, to->syn_sent },
        { CAUSE_NOT_CLOSED_THERE, to->fin_wait_2 },
        { CAUSE_BOUND_NEVER_CONNECTED, bound },
        { CAUSE_LISTENERS, blocked - bound },
        { CAUSE_BIND_BEFORE_CONNECT, tcp->ports_closed },
    };

    return largest(parts, sizeof parts / sizeof parts[0]);
}

enum cause cause_of_metric(const struct observation *seen, enum metric_id metric)
{
    (void)seen;
    (void)metric;
    return CAUSE_NONE;
}
