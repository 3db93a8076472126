/* SPDX-License-Identifier: MIT */
/* What Linux counts in /proc/net: the socket totals of sockstat and sockstat6, an O(1)
 * look, and the counters of netstat. */
#ifndef CHECKS_DECODE_PROC_NET_COUNTERS_H
#define CHECKS_DECODE_PROC_NET_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Counts of TCP sockets; zeroed = none. */
struct sockstat {
    uint32_t inuse;     /* IPv4, connected or listening, of this network namespace */
    uint32_t inuse6;    /* the same for IPv6 */
    uint32_t time_wait; /* both families; orphans in FIN_WAIT_2 included */
    uint32_t alloc; /* both families, of the whole machine, in any state but TIME_WAIT */
};

/* Fills inuse, time_wait and alloc from the line "TCP:"; ERR_MALFORMED when one is not
 * there. *out is unchanged on failure. */
MUST_CHECK bool sockstat_decode(const char *text, struct sockstat *out,
                                struct error *err);

/* Fills inuse6 from the line "TCP6:" of sockstat6; the same. */
MUST_CHECK bool sockstat6_decode(const char *text, struct sockstat *out,
                                 struct error *err);

/* One number of sockstat or sockstat6, "inuse" of the line "UDP:". ERR_MALFORMED; *out is
 * then unchanged. */
MUST_CHECK bool sockstat_number(const char *text, const char *label, const char *name,
                                uint32_t *out, struct error *err);

/* Upper bound of the sockets that are bound but neither connected nor listening. */
uint32_t sockstat_bound_possible(const struct sockstat *totals);

/* Whether more sockets are open than in TIME_WAIT, and so many that it pays to walk the
 * kernel's table twice, once with a filter for them. */
bool sockstat_mostly_open(const struct sockstat *totals);

/*
 * Finds one counter of one group, e.g. "TcpExt", "TCPTimeWaitOverflow". A group is a line
 * of names and a line of numbers. ERR_UNSUPPORTED when this kernel has no such group or
 * counter, ERR_MALFORMED; *out is then unchanged.
 */
MUST_CHECK bool proc_netstat_counter(const char *text, const char *group,
                                     const char *counter, uint64_t *out,
                                     struct error *err);

#endif
