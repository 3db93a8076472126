/* SPDX-License-Identifier: MIT */
/* When to ask what. */
#include "checks/model/ask_plan.h"

#include <stdbool.h>
#include <stdio.h>

#include "checks/model/metric.h"

/* Percent of the usable ports, from which it is asked. */
enum { FROM_DESTINATION = 40, FROM_PORTS = 90 };

/* Destinations asked about where the host as a whole is nearly full. */
enum { DESTINATIONS_ASKED = 5 };

static const uint8_t localhost[4] = { 127, 0, 0, 1 };
static const uint8_t nobody[4] = { 127, 99, 99, 99 };
static const uint8_t any_v4[4] = { 0, 0, 0, 0 };
static const struct ip_address any_v6 = { { 0 } };

/* What is being planned. */
struct planner {
    const struct observation *seen;
    uint32_t metrics;
    struct observed_asks *asked;
};

static bool reaches(const struct planner *planner, enum metric_id metric, uint32_t ports,
                    enum ip_protocol protocol, uint32_t percent)
{
    const struct observed_range *range = &planner->seen->range[protocol];
    const struct reading *sockets = protocol == IP_PROTOCOL_TCP
                                        ? &planner->seen->tcp.reading
                                        : &planner->seen->udp.reading;

    return (planner->metrics & (1U << metric)) != 0 && range->reading.known &&
           sockets->known && range->usable > 0 &&
           (uint64_t)ports * 100 >= (uint64_t)range->usable * percent;
}

static void add(struct planner *planner, const struct ask *ask)
{
    if (planner->asked->count < ASKS_MAX)
        planner->asked->asks[planner->asked->count++] = *ask;
}

static void add_bind(struct planner *planner, enum ask_kind kind, bool v6)
{
    const struct ask ask = { .kind = kind,
                             .local = v6 ? any_v6 : ip_address_from_v4(any_v4) };

    add(planner, &ask);
}

/* Toward an address that nobody uses: what is in its way is in everybody's. */
static void add_unused(struct planner *planner, enum ask_kind kind)
{
    struct ask ask = { .kind = kind,
                       .remote = ip_address_from_v4(nobody),
                       .remote_port = 9,
                       .unused = true };

    if (kind == ASK_CONNECT) /* UDP takes its port before it has a local address */
        ask.local = ip_address_from_v4(localhost);
    add(planner, &ask);
}

static void add_destinations(struct planner *planner, size_t from, size_t to)
{
    const struct observed_tcp *tcp = &planner->seen->tcp;

    for (size_t i = from; i < to && i < tcp->top_count; i++) {
        const struct ask ask = { .kind = ASK_CONNECT,
                                 .local = tcp->top[i].local,
                                 .remote = tcp->top[i].remote,
                                 .remote_port = tcp->top[i].remote_port,
                                 .device = tcp->top[i].device };

        add(planner, &ask);
    }
}

/* The position of the destination of most sockets, reusable ones included: the kernel may
 * refuse to reuse them (those of peers without timestamps). 0: the busiest. */
static size_t largest(const struct observed_tcp *tcp)
{
    size_t at = 0;

    for (size_t i = 1; i < tcp->top_count; i++)
        if (tcp->top[i].sockets > tcp->top[at].sockets)
            at = i;
    return at;
}

/* Whether the busiest destination is one of the list that is busy itself; a number that
 * is the upper bound of untracked ones belongs to none. (An empty list adds nothing.) */
static bool is_listed(const struct planner *planner)
{
    const struct observation *seen = planner->seen;

    return reaches(planner, METRIC_DESTINATION_USAGE,
                   observation_destination_ports(seen, &seen->tcp.top[0]),
                   IP_PROTOCOL_TCP, FROM_DESTINATION);
}

/* bind() to the wildcard of the family that uses the ports: [::] is in the way of, and
 * blocked by, both families, 0.0.0.0 by its own one. */
static bool uses_v6(const struct observed_tcp *tcp)
{
    return tcp->top_count > 0 && !ip_address_is_v4(&tcp->top[0].local);
}

/* Beside the busiest. */
static void add_others(struct planner *planner)
{
    const size_t most = largest(&planner->seen->tcp);
    const bool beyond = most >= DESTINATIONS_ASKED;

    if (beyond)
        add_destinations(planner, most, most + 1);
    add_destinations(planner, 1, DESTINATIONS_ASKED - (beyond ? 1 : 0));
}

static void plan_linux(struct planner *planner)
{
    const struct observation *seen = planner->seen;
    const bool busy =
        reaches(planner, METRIC_DESTINATION_USAGE, observation_busiest_ports(seen),
                IP_PROTOCOL_TCP, FROM_DESTINATION);
    const bool full = reaches(planner, METRIC_PORT_USAGE, seen->tcp.ports_used,
                              IP_PROTOCOL_TCP, FROM_PORTS);
    const size_t first = full || is_listed(planner) ? 1 : 0;

    add_destinations(planner, 0, first);
    if (busy || full)
        add_unused(planner, ASK_CONNECT);
    if (full)
        add_bind(planner, ASK_BIND, uses_v6(&seen->tcp));
    if (reaches(planner, METRIC_UDP_PORT_USAGE, seen->udp.ports_used, IP_PROTOCOL_UDP,
                FROM_PORTS))
        add_unused(planner, ASK_UDP_CONNECT);
    if (full)
        add_others(planner);
}

static void plan_windows(struct planner *planner)
{
    const struct observation *seen = planner->seen;

    if (reaches(planner, METRIC_PORT_USAGE, seen->tcp.ports_used, IP_PROTOCOL_TCP,
                FROM_PORTS)) {
        add_bind(planner, ASK_BIND, false);
        add_bind(planner, ASK_BIND, true);
    }
    if (reaches(planner, METRIC_UDP_PORT_USAGE, seen->udp.ports_used, IP_PROTOCOL_UDP,
                FROM_PORTS)) {
        add_bind(planner, ASK_UDP_BIND, false);
        add_bind(planner, ASK_UDP_BIND, true);
    }
}

/* Of the metrics that are wanted, the lowest usage from which anything is asked; 0: none
 * of them asks. */
static int lowest_threshold(const struct planner *planner)
{
    const uint32_t ports = 1U << METRIC_PORT_USAGE | 1U << METRIC_UDP_PORT_USAGE;

    if (planner->seen->os.kind == OS_LINUX &&
        (planner->metrics & 1U << METRIC_DESTINATION_USAGE) != 0)
        return FROM_DESTINATION;
    return (planner->metrics & ports) != 0 ? FROM_PORTS : 0;
}

/* Of a metric that is wanted. */
static bool is_known(const struct planner *planner)
{
    const struct observation *seen = planner->seen;
    const uint32_t tcp = 1U << METRIC_PORT_USAGE | 1U << METRIC_DESTINATION_USAGE;

    return ((planner->metrics & tcp) != 0 && seen->tcp.reading.known &&
            seen->range[IP_PROTOCOL_TCP].reading.known) ||
           ((planner->metrics & 1U << METRIC_UDP_PORT_USAGE) != 0 &&
            seen->udp.reading.known && seen->range[IP_PROTOCOL_UDP].reading.known);
}

void ask_plan(const struct observation *seen, uint32_t metrics,
              struct observed_asks *asked)
{
    struct planner planner = { .seen = seen, .metrics = metrics, .asked = asked };
    const int from = lowest_threshold(&planner);

    *asked = (struct observed_asks){ 0 };
    if (seen->os.kind == OS_LINUX)
        plan_linux(&planner);
    else
        plan_windows(&planner);
    if (asked->count > 0 || from == 0)
        return;
    if (is_known(&planner))
        (void)snprintf(asked->not_asked, sizeof asked->not_asked, "usage is below %d %%",
                       from);
    else
        (void)snprintf(asked->not_asked, sizeof asked->not_asked, "usage is not known");
}
