/* SPDX-License-Identifier: MIT */
/* The counters of Linux' /proc/net/netstat. */
#ifndef CHECKS_DECODE_PROC_NETSTAT_H
#define CHECKS_DECODE_PROC_NETSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * Finds one counter of one group, e.g. "TcpExt", "TCPTimeWaitOverflow". A group is a line
 * of names and a line of numbers. ERR_UNSUPPORTED when this kernel has no such group or
 * counter, ERR_MALFORMED; *out is then unchanged.
 */
MUST_CHECK bool proc_netstat_counter(const char *text, const char *group,
                                     const char *counter, uint64_t *out,
                                     struct error *err);

#endif
