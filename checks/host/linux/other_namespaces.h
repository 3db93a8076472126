/* SPDX-License-Identifier: MIT */
/* What the network namespaces of other processes use of the machine's sockets. */
#ifndef CHECKS_HOST_LINUX_OTHER_NAMESPACES_H
#define CHECKS_HOST_LINUX_OTHER_NAMESPACES_H

#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/host/deadline.h"

/*
 * TCP sockets, connected or listening, IPv4 and IPv6, of every network namespace but this
 * process' own, as far as /proc shows them; never more. Stops at `enough`, at the
 * deadline, and after some thousand processes. Needs no rights.
 */
MUST_CHECK uint64_t other_namespaces_sockets(uint64_t enough,
                                             const struct deadline *deadline);

#endif
