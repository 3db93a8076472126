/* SPDX-License-Identifier: MIT */
/* What the owners of sockets are called on this Linux. */
#ifndef CHECKS_HOST_LINUX_LINUX_OWNERS_H
#define CHECKS_HOST_LINUX_LINUX_OWNERS_H

#include "checks/base/compiler.h"
#include "checks/host/host.h"

/* host_ops.name_owners. */
MUST_CHECK bool linux_name_owners(void *self, const struct owner_census *census,
                                  const struct deadline *deadline, struct owner *named,
                                  struct observed_owners *out, struct error *err);

#endif
