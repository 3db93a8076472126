/* SPDX-License-Identifier: MIT */
/* sockstat and sockstat6 of a process. */
#include "checks/host/linux/namespace_totals.h"

#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/linux_file.h"

enum { SOCKSTAT_SIZE = 4096 }; /* the files have some 250 bytes */

/* Sockets of programs, of any kind. Since Linux 4.16; before, the number is the whole
 * machine's. */
static uint32_t used_of(const char *sockstat)
{
    uint32_t used;

    return sockstat_number(sockstat, "sockets:", "used", &used, NULL) ? used : UINT32_MAX;
}

/* IPv6 may be off. */
static bool read_ipv6(int proc, const char *pid, struct sockstat *tcp, uint32_t *udp)
{
    char contents[SOCKSTAT_SIZE];

    return !proc_process_slurp(proc, pid, "net/sockstat6", contents, sizeof contents) ||
           (sockstat6_decode(contents, tcp, NULL) &&
            sockstat_number(contents, "UDP6:", "inuse", udp, NULL));
}

bool namespace_totals_read(int proc, const char *pid, struct namespace_totals *out)
{
    char contents[SOCKSTAT_SIZE];
    struct sockstat tcp = { 0 };
    uint32_t udp = 0;
    uint32_t udp6 = 0;
    uint32_t used;

    if (!proc_process_slurp(proc, pid, "net/sockstat", contents, sizeof contents) ||
        !sockstat_decode(contents, &tcp, NULL) ||
        !sockstat_number(contents, "UDP:", "inuse", &udp, NULL))
        return false;
    used = used_of(contents);
    if (used > 0 && !read_ipv6(proc, pid, &tcp, &udp6))
        return false;
    *out = (struct namespace_totals){ .tcp = (uint64_t)tcp.inuse + tcp.inuse6,
                                      .time_wait = tcp.time_wait,
                                      .udp = (uint64_t)udp + udp6,
                                      .used = used,
                                      .alloc = tcp.alloc };
    return true;
}
