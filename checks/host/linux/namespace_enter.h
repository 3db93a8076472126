/* SPDX-License-Identifier: MIT */
/* This process in the network namespace of another: the only place that calls setns(2).
 * /proc/net, /proc/sys/net and new sockets are then those of that namespace. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_ENTER_H
#define CHECKS_HOST_LINUX_NAMESPACE_ENTER_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/net_namespace.h"

/* What it takes: setns(2) asks for the first, /proc/PID/ns/net of others for the second
 * (man 2 ptrace). */
#define NAMESPACE_RIGHTS (UINT32_C(1) << CAP_SYS_ADMIN | UINT32_C(1) << CAP_SYS_PTRACE)

/* Whether both are in effect. In a user namespace of its own a process has them and may
 * still not enter those of the machine. */
bool namespace_may_enter(void);

/* Whether it was made in another user namespace than ours; false where that is not told.
 */
bool namespace_is_foreign(const struct net_namespace *target);

/* host_ops.enter_namespace and leave_namespace. The socket for netlink, which belongs to
 * one namespace, is closed by both. */
MUST_CHECK bool linux_enter_namespace(void *self, const struct net_namespace *target,
                                      struct error *err);
MUST_CHECK bool linux_leave_namespace(void *self, struct error *err);

#endif
