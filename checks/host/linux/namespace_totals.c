/* SPDX-License-Identifier: MIT */
/* sockstat and sockstat6 of a process. */
#include "checks/host/linux/namespace_totals.h"

#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/linux_file.h"

enum { SOCKSTAT_SIZE = 4096 }; /* the files have some 250 bytes */

bool namespace_totals_read(int proc, const char *pid, struct namespace_totals *out)
{
    char contents[SOCKSTAT_SIZE];
    struct sockstat tcp = { 0 };
    uint32_t udp = 0;
    uint32_t udp6 = 0;

    if (!proc_process_slurp(proc, pid, "net/sockstat", contents, sizeof contents) ||
        !sockstat_decode(contents, &tcp, NULL) ||
        !sockstat_inuse(contents, "UDP:", &udp, NULL))
        return false;
    if (proc_process_slurp(proc, pid, "net/sockstat6", contents, sizeof contents) &&
        (!sockstat6_decode(contents, &tcp, NULL) ||
         !sockstat_inuse(contents, "UDP6:", &udp6, NULL)))
        return false;
    *out = (struct namespace_totals){ .tcp = (uint64_t)tcp.inuse + tcp.inuse6,
                                      .time_wait = tcp.time_wait,
                                      .udp = (uint64_t)udp + udp6,
                                      .alloc = tcp.alloc };
    return true;
}
