/* SPDX-License-Identifier: MIT */
/* The sockets of this Linux with what tells their owners. */
#ifndef CHECKS_HOST_LINUX_LINUX_OWNED_H
#define CHECKS_HOST_LINUX_LINUX_OWNED_H

#include "checks/base/compiler.h"
#include "checks/host/host.h"

/* host_ops.visit_owned; `self` is the struct netlink of the host. */
MUST_CHECK bool linux_visit_owned(void *self, const struct owned_request *wanted,
                                  const struct deadline *deadline,
                                  socket_row_visitor *visit, void *context,
                                  struct error *err);

#endif
