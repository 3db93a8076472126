/* SPDX-License-Identifier: MIT */
/* The cheapest set of dumps for the sockets that the host has (measured). */
#include "checks/host/linux/netlink_sockets.h"

#include "checks/decode/sock_diag.h"
#include "checks/host/linux/netlink_dump.h"

static const struct port_range all_ports = { 0 };

struct sink {
    struct socket_census *census;
    struct error *err;
};

static bool add_tcp(void *context, const struct socket_row *row)
{
    const struct sink *sink = context;

    return socket_census_add_tcp(sink->census, row, sink->err);
}

static bool add_udp(void *context, const struct socket_row *row)
{
    const struct sink *sink = context;

    socket_census_add_udp(sink->census, row);
    return true;
}

static bool dump_tcp(struct netlink *netlink, uint32_t states, struct port_range ports,
                     const struct deadline *deadline, struct socket_census *census,
                     struct error *err)
{
    struct error reason = { 0 }; /* err may be NULL */
    struct sink sink = { census, &reason };
    const struct netlink_visit visit = { .visit = add_tcp,
                                         .context = &sink,
                                         .bound = states == SOCK_DIAG_BOUND };
    struct sock_diag_request request;

    sock_diag_request_tcp(states, ports, ++netlink->sequence, &request);
    if (netlink_dump(netlink, &request, &visit, deadline, &reason))
        return true;
    return error_set(err, reason.code, "%s", reason.message);
}

bool netlink_read_tcp(struct netlink *netlink, bool mostly_open,
                      const struct deadline *deadline, struct socket_census *census,
                      struct error *err)
{
    const struct port_range range = census->scope.range;
    const uint32_t rest = SOCK_DIAG_ALL & ~(SOCK_DIAG_TIME_WAIT | SOCK_DIAG_LISTEN);

    if (!mostly_open || !range.first)
        return dump_tcp(netlink, SOCK_DIAG_ALL, all_ports, deadline, census, err);
    return dump_tcp(netlink, SOCK_DIAG_LISTEN, all_ports, deadline, census, err) &&
           dump_tcp(netlink, rest, range, deadline, census, err) &&
           dump_tcp(netlink, SOCK_DIAG_TIME_WAIT, all_ports, deadline, census, err);
}

bool netlink_read_bound(struct netlink *netlink, const struct deadline *deadline,
                        struct socket_census *census, struct error *err)
{
    return dump_tcp(netlink, SOCK_DIAG_BOUND, all_ports, deadline, census, err);
}

bool netlink_read_udp(struct netlink *netlink, const struct deadline *deadline,
                      struct socket_census *census, struct error *err)
{
    struct sink sink = { census, NULL };
    const struct netlink_visit visit = { .visit = add_udp, .context = &sink };
    struct sock_diag_request request;

    sock_diag_request_udp(false, ++netlink->sequence, &request);
    if (!netlink_dump(netlink, &request, &visit, deadline, err))
        return false;
    sock_diag_request_udp(true, ++netlink->sequence, &request);
    return netlink_dump(netlink, &request, &visit, deadline, err);
}
