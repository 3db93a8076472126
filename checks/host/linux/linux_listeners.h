/* SPDX-License-Identifier: MIT */
/* Who listens on this Linux, and whose process it is. */
#ifndef CHECKS_HOST_LINUX_LINUX_LISTENERS_H
#define CHECKS_HOST_LINUX_LINUX_LISTENERS_H

#include "checks/base/compiler.h"
#include "checks/host/host.h"

/* host_ops.read_listeners; `self` is the struct netlink of the host. */
MUST_CHECK bool linux_read_listeners(void *self, const struct policy_reserve *trust,
                                     const struct deadline *deadline,
                                     struct host_listeners *out, struct error *err);

#endif
