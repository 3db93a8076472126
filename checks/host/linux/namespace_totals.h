/* SPDX-License-Identifier: MIT */
/* What a network namespace has of sockets, by /proc/PID/net of a process in it. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_TOTALS_H
#define CHECKS_HOST_LINUX_NAMESPACE_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"

/* Sockets of one network namespace, IPv4 and IPv6. */
struct namespace_totals {
    uint64_t tcp;       /* connected or listening */
    uint64_t time_wait; /* orphans in FIN_WAIT_2 included */
    uint64_t udp;
    uint32_t used;  /* of any kind; UINT32_MAX = not told */
    uint64_t alloc; /* TCP, in any state but TIME_WAIT, of the whole machine */
};

/* Fills *out by the files of a process, whose number is `pid`, below the open directory
 * /proc; IPv6 may be off. Needs no rights. False, *out unchanged: it has ended, or its
 * files do not tell. */
MUST_CHECK bool namespace_totals_read(int proc, const char *pid,
                                      struct namespace_totals *out);

#endif
