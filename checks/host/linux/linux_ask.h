/* SPDX-License-Identifier: MIT */
/* Whether the kernel finds a port for the next socket, and which used ports it shares. */
#ifndef CHECKS_HOST_LINUX_LINUX_ASK_H
#define CHECKS_HOST_LINUX_LINUX_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/ask.h"
#include "checks/model/observation.h"
#include "checks/model/port_range.h"

/*
 * The three are members of struct host_ops. ASK_CONNECT: from `local`, which it needs, to
 * `remote`; kernel 4.15 and later, where net.ipv4.tcp_fastopen has 1. ASK_BIND: `local`
 * (0.0.0.0 = every IPv4 address); it holds the port until it returns. ASK_UDP_CONNECT:
 * `remote`; `local` is not looked at, as a client that does not bind() has none yet.
 */
MUST_CHECK bool linux_ask(void *self, struct ask *ask, struct error *err);

/* Another network from here on: what was found out about the one before is forgotten. */
void linux_ask_forget(void);

/*
 * Kernel 6.3 and later; 5 us a port. Ports that are in use and usable only: a free one is
 * taken for an instant, a reserved one reads as closed, one outside the range as free.
 * The address that a port was taken on does not matter, nor the family (measured, 6.18).
 */
MUST_CHECK bool linux_find_closed(void *self, const uint16_t *ports, size_t count,
                                  struct port_set *closed, int64_t *cpu_ns,
                                  struct error *err);

MUST_CHECK bool linux_name_device(void *self, uint32_t index,
                                  char name[OBSERVED_DEVICE_SIZE]);

#endif
