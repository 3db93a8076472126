/* SPDX-License-Identifier: MIT */
/* The socket operations of the READ seam on Linux; see struct host_ops.
 * `self` is a struct netlink. */
#ifndef CHECKS_HOST_LINUX_READ_SOCKETS_H
#define CHECKS_HOST_LINUX_READ_SOCKETS_H

#include "checks/host/host.h"

MUST_CHECK bool linux_read_tcp(void *self, const struct deadline *deadline,
                               struct socket_census *census, struct host_reading *how,
                               struct host_bound *bound, struct error *err);
MUST_CHECK bool linux_read_bound(void *self, const struct deadline *deadline,
                                 struct socket_census *census, struct host_bound *bound,
                                 struct error *err);
MUST_CHECK bool linux_read_udp(void *self, const struct deadline *deadline,
                               struct socket_census *census, struct host_reading *how,
                               struct error *err);

#endif
