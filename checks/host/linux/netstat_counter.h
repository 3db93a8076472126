/* SPDX-License-Identifier: MIT */
/* One counter of the kernel's TCP, of this network namespace. */
#ifndef CHECKS_HOST_LINUX_NETSTAT_COUNTER_H
#define CHECKS_HOST_LINUX_NETSTAT_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Reads a counter of TcpExt, such as "TCPTimeWaitOverflow", in /proc/net/netstat.
 * ERR_UNSUPPORTED when this kernel has no such counter; else as proc_file_slurp, and
 * ERR_MALFORMED. The path is in the message. */
MUST_CHECK bool netstat_read_counter(const char *counter, uint64_t *out,
                                     struct error *err);

#endif
