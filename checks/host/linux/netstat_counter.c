/* SPDX-License-Identifier: MIT */
/* Counters of /proc/net/netstat. */
#include "checks/host/linux/netstat_counter.h"

#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/linux_file.h"

bool netstat_read_counter(const char *counter, uint64_t *out, struct error *err)
{
    static const char path[] = "/proc/net/netstat";
    static char contents[64 * 1024]; /* today's kernels print 6 KiB */

    return proc_file_slurp(path, contents, sizeof contents, err) &&
           (proc_netstat_counter(contents, "TcpExt", counter, out, err) ||
            error_prefix(err, "%s", path));
}
