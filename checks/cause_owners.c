/* SPDX-License-Identifier: MIT */
/* Names an owner only where the counts leave no other reading. */
#include "checks/cause_owners.h"

#include <stdlib.h>

static void add(struct cause_owners *out, uint32_t owner, uint64_t sockets)
{
    out->list[out->count].owner = owner;
    out->list[out->count++].sockets = sockets;
}

static void add_by_state(const struct owner_shares *shares, enum conn_state state,
                         struct cause_owners *out)
{
    for (size_t i = 0; i < shares->count; i++)
        add(out, shares->list[i].owner, shares->list[i].states[state]);
}

static bool is_connection(enum conn_state state)
{
    return state != CONN_LISTEN && state != CONN_BOUND;
}

/* Sockets of connections that are on none of the ports that bind() closed, at most: each
 * of these has one. */
static uint64_t on_other_ports(const struct observed_tcp *tcp)
{
    uint64_t all = 0;

    for (int state = 0; state < CONN_STATE_COUNT; state++)
        if (is_connection((enum conn_state)state))
            all += tcp->states[state];
    return all > tcp->ports_closed ? all - tcp->ports_closed : 0;
}

static uint64_t connections(const struct owner_share *share)
{
    uint64_t all = 0;

    for (int state = 0; state < CONN_STATE_COUNT; state++)
        if (is_connection((enum conn_state)state))
            all += share->states[state];
    return all;
}

/* No table tells which ports are closed: what an owner has beyond all the sockets that
 * may be elsewhere is on them. */
static void add_closers(const struct observation *seen, struct cause_owners *out)
{
    const struct owner_shares *shares = &seen->owners.tcp;
    const uint64_t elsewhere = on_other_ports(&seen->tcp);

    out->sockets = seen->tcp.ports_closed;
    for (size_t i = 0; i < shares->count; i++) {
        const uint64_t all = connections(&shares->list[i]);

        add(out, shares->list[i].owner, all > elsewhere ? all - elsewhere : 0);
    }
}

static void add_udp(const struct owner_shares *shares, struct cause_owners *out)
{
    out->sockets = (uint64_t)shares->others + shares->nobody;
    for (size_t i = 0; i < shares->count; i++) {
        out->sockets += shares->list[i].sockets;
        add(out, shares->list[i].owner, shares->list[i].sockets);
    }
}

static void add_openers(const struct observed_look *look, struct cause_owners *out)
{
    out->sockets = look->opened;
    for (size_t i = 0; i < look->count; i++)
        add(out, look->openers[i].owner, look->openers[i].opened);
}

static uint64_t sockets_toward(const struct destination *to, enum conn_state state)
{
    return state == CONN_ESTABLISHED  ? to->established
           : state == CONN_CLOSE_WAIT ? to->close_wait
                                      : to->syn_sent;
}

/* Where only the sockets toward the busiest destination were looked at, their owners have
 * at least these. */
static const struct owner_shares *all_or_busiest(const struct observed_owners *owners)
{
    return owners->tcp.count > 0 ? &owners->tcp : &owners->destinations[0];
}

static void add_connections(const struct observation *seen, enum metric_id metric,
                            enum conn_state state, struct cause_owners *out)
{
    const struct observed_tcp *tcp = &seen->tcp;

    if (metric == METRIC_PORT_USAGE) {
        out->sockets = tcp->states[state];
        add_by_state(all_or_busiest(&seen->owners), state, out);
    } else if (tcp->top_count > 0) {
        out->sockets = sockets_toward(&tcp->top[0], state);
        add_by_state(&seen->owners.destinations[0], state, out);
    }
}

static void add_all(const struct observation *seen, enum metric_id metric,
                    enum cause cause, struct cause_owners *out)
{
    const enum conn_state state = cause_state(cause);

    switch (cause) {
    case CAUSE_NONE:
    case CAUSE_NOT_CLOSED_THERE:
        break;
    case CAUSE_SHORT_CONNECTIONS:
        if (metric == METRIC_DESTINATION_USAGE && seen->look.exact)
            add_openers(&seen->look, out);
        break;
    case CAUSE_TOO_MANY_OPEN:
    case CAUSE_NOT_CLOSED_HERE:
    case CAUSE_NOBODY_ANSWERS:
        add_connections(seen, metric, state, out);
        break;
    case CAUSE_BOUND_NEVER_CONNECTED:
    case CAUSE_LISTENERS:
        out->sockets = seen->tcp.states[state];
        add_by_state(&seen->owners.tcp, state, out);
        break;
    case CAUSE_BIND_BEFORE_CONNECT:
        add_closers(seen, out);
        break;
    case CAUSE_UDP_NOT_CLOSED:
        add_udp(&seen->owners.udp, out);
        break;
    }
}

static int compare_sockets(const void *a, const void *b)
{
    const struct cause_owner *first = a;
    const struct cause_owner *second = b;

    if (first->sockets != second->sockets)
        return first->sockets > second->sockets ? -1 : 1;
    return first->owner < second->owner ? -1 : first->owner > second->owner;
}

void cause_owners(const struct observation *seen, enum metric_id metric, enum cause cause,
                  struct cause_owners *out)
{
    uint64_t named = 0;
    size_t count = 0;

    *out = (struct cause_owners){ 0 };
    add_all(seen, metric, cause, out);
    qsort(out->list, out->count, sizeof out->list[0], compare_sockets);
    while (count < out->count && out->list[count].sockets > 0 &&
           10 * out->list[count].sockets >= out->sockets)
        named += out->list[count++].sockets;
    out->count = 2 * named >= out->sockets ? count : 0;
}
