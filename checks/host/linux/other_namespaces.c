/* SPDX-License-Identifier: MIT */
/* /proc/PID/net/sockstat of each namespace once. */
#include "checks/host/linux/other_namespaces.h"

#include <stdbool.h>
#include <stddef.h>

#include "checks/host/linux/namespace_totals.h"
#include "checks/host/linux/namespace_walk.h"

enum { PROCESSES_MAX = 4096, NAMESPACES_MAX = 1024 };

struct sum {
    uint64_t enough;
    uint64_t sockets;
    uint32_t seen; /* namespaces that were added, our own among them */
};

static bool add(void *context, const struct namespace_process *process)
{
    struct sum *sum = context;
    struct namespace_totals totals = { 0 };

    if (process->position < sum->seen)
        return true;
    sum->seen = process->position + 1;
    if (namespace_totals_read(process->proc, process->pid, &totals))
        sum->sockets += totals.tcp;
    return sum->sockets < sum->enough;
}

uint64_t other_namespaces_sockets(uint64_t enough, const struct deadline *deadline)
{
    struct sum sum = { .enough = enough, .seen = 1 };
    const struct namespace_walk walk = { .deadline = deadline,
                                         .processes_most = PROCESSES_MAX,
                                         .namespaces_most = NAMESPACES_MAX,
                                         .visit = add,
                                         .context = &sum };
    struct namespace_sight sight;

    /* what was not seen counts nothing */
    return namespace_walk(&walk, &sight, NULL) ? sum.sockets : 0;
}
