/* SPDX-License-Identifier: MIT */
/* Dumps of sockets through NETLINK_SOCK_DIAG, and which of them add up to a census. */
#ifndef CHECKS_HOST_LINUX_NETLINK_SOCKETS_H
#define CHECKS_HOST_LINUX_NETLINK_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sock_diag.h"
#include "checks/host/deadline.h"
#include "checks/model/socket_census.h"

struct mnl_socket;

/* The socket that all dumps of a run share. Zeroed = closed. */
struct netlink {
    struct mnl_socket *socket; /* owned */
    uint32_t sequence;         /* of the last request */
    int64_t told_ns; /* when the kernel wrote the rows that are visited: it writes the
                        next ones whenever some are received (deadline_now_ns) */
};

/* Closes the socket. Safe on zeroed, safe twice. */
void netlink_close(struct netlink *netlink);

/* All: ERR_TIMEOUT, ERR_MEMORY, or another code when netlink does not do it here; the
 * census then holds rubbish. */

/* Adds every TCP socket but the bound-only ones. `mostly_open`: rather let the kernel
 * leave out sockets outside the range of the scope, TIME_WAIT and listeners apart. */
MUST_CHECK bool netlink_read_tcp(struct netlink *netlink, bool mostly_open,
                                 const struct deadline *deadline,
                                 struct socket_census *census, struct error *err);

/* Adds the bound-only TCP sockets; a kernel before 6.8 lists none. */
MUST_CHECK bool netlink_read_bound(struct netlink *netlink,
                                   const struct deadline *deadline,
                                   struct socket_census *census, struct error *err);

/* Adds every UDP socket. */
MUST_CHECK bool netlink_read_udp(struct netlink *netlink, const struct deadline *deadline,
                                 struct socket_census *census, struct error *err);

/* Who gets the rows of a dump with owners. */
struct netlink_visitor {
    socket_row_visitor *visit;
    void *context;
};

/* Which sockets are dumped with owners. */
struct netlink_owned {
    enum ip_protocol protocol;
    uint32_t states; /* TCP: bits of sock_diag.h; SOCK_DIAG_BOUND is a dump of its own */
    struct sock_diag_filter filter; /* TCP */
};

/* Visits them: UDP sockets whatever their state. False without an error when the visitor
 * stopped it. */
MUST_CHECK bool netlink_visit_owned(struct netlink *netlink,
                                    const struct netlink_owned *wanted,
                                    const struct deadline *deadline,
                                    const struct netlink_visitor *visitor,
                                    struct error *err);

#endif
