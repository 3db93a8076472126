/* SPDX-License-Identifier: MIT */
/* The files of this thread are those of the namespace that it is in (man 5 proc). */
#include "checks/host/linux/namespace_inside.h"

#include <fcntl.h>
#include <unistd.h>

#include "checks/host/linux/namespace_totals.h"

bool linux_read_totals(void *self, uint64_t *tcp, uint64_t *udp, struct error *err)
{
    struct namespace_totals totals = { 0 };
    const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = proc >= 0 && namespace_totals_read(proc, "thread-self", &totals);

    (void)self;
    if (proc >= 0)
        (void)close(proc);
    if (!ok)
        return error_set(err, ERR_IO, "/proc/thread-self/net/sockstat cannot be read");
    *tcp = totals.tcp + totals.time_wait;
    *udp = totals.udp;
    return true;
}
