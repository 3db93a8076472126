/* SPDX-License-Identifier: MIT */
/* Asking netsh, where nothing else tells. */
#ifndef CHECKS_HOST_WINDOWS_NETSH_H
#define CHECKS_HOST_WINDOWS_NETSH_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/host/windows/windows_host.h"

/* Asks for the dynamic range, IPv4 and IPv6; the narrower one counts, and a note tells
 * when they differ. Every message begins with "netsh". */
MUST_CHECK bool netsh_dynamic_range(struct windows_host *host, enum ip_protocol protocol,
                                    const struct deadline *deadline,
                                    struct port_range *out, char note[OBSERVED_NOTE_SIZE],
                                    struct error *err);

/* Adds the excluded ports of IPv4 and IPv6 to *out. */
MUST_CHECK bool netsh_excluded_ports(struct windows_host *host, enum ip_protocol protocol,
                                     const struct deadline *deadline,
                                     struct port_set *out, struct error *err);

#endif
