/* SPDX-License-Identifier: MIT */
/* The other network namespaces of this machine, as /proc shows them. */
#ifndef CHECKS_HOST_LINUX_NET_NAMESPACES_H
#define CHECKS_HOST_LINUX_NET_NAMESPACES_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/model/net_namespace.h"
#include "checks/model/socket_census.h"

/* host_ops.list_namespaces, by one walk over the processes; those that end under the look
 * are left out. */
MUST_CHECK bool linux_list_namespaces(void *self, const struct deadline *deadline,
                                      struct net_namespaces *out, struct error *err);

/* host_ops.read_tcp_of, by the files of the process that is known, or of another where
 * that one ended. */
MUST_CHECK bool linux_read_tcp_of(void *self, const struct net_namespace *target,
                                  const struct deadline *deadline,
                                  struct socket_census *census, struct error *err);

#endif
