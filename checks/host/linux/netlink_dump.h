/* SPDX-License-Identifier: MIT */
/* One dump of sockets through NETLINK_SOCK_DIAG, from the request to its end. */
#ifndef CHECKS_HOST_LINUX_NETLINK_DUMP_H
#define CHECKS_HOST_LINUX_NETLINK_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sock_diag.h"
#include "checks/host/deadline.h"
#include "checks/model/socket_row.h"

struct mnl_socket;

/* The socket that all dumps of a run share. Zeroed = closed. */
struct netlink {
    struct mnl_socket *socket; /* owned */
    uint32_t sequence;         /* of the last request */
};

/* Who gets the rows. */
struct netlink_visit {
    socket_row_visitor *visit;
    void *context;
    bool bound; /* see struct sock_diag_answer */
};

/*
 * Asks (request->sequence is ++netlink->sequence) and visits each row of the answer.
 * ERR_TIMEOUT when the deadline passed first; every other code means that netlink does
 * not do it here ("netlink refused (Operation not permitted)"). False without an error
 * when the visitor stopped it. A failed dump closes the socket: what is left of its
 * answer must not meet the next one.
 */
MUST_CHECK bool netlink_dump(struct netlink *netlink,
                             const struct sock_diag_request *request,
                             const struct netlink_visit *visit,
                             const struct deadline *deadline, struct error *err);

/* Safe on zeroed, safe twice. */
void netlink_close(struct netlink *netlink);

#endif
