/* SPDX-License-Identifier: MIT */
/* Which processes are in which network namespace: the inode of /proc/PID/net/sockstat is
 * the namespace's, and everybody may look at it (ns/net needs ptrace rights). */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_WALK_H
#define CHECKS_HOST_LINUX_NAMESPACE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"

/* A process, and where it is. Borrowed until the visitor returns. */
struct namespace_process {
    int proc;          /* an open directory: /proc */
    const char *pid;   /* its digits */
    uint64_t mark;     /* of the namespace */
    uint32_t position; /* of the namespace in order of appearance; our own is 0 */
};

/* Returning false ends the walk. */
typedef bool namespace_visitor(void *context, const struct namespace_process *process);

struct namespace_walk {
    const struct deadline *deadline;
    uint32_t processes_most;  /* no more are looked at: one takes 3 us (measured) */
    uint32_t namespaces_most; /* our own included, a power of two; of those beyond
                                 nothing is visited */
    namespace_visitor *visit;
    void *context;
};

/* What the walk could not see. Zeroed = it saw all that there is. */
struct namespace_sight {
    bool unlisted;   /* /proc could not be read */
    bool late;       /* ended by the deadline */
    bool many;       /* ended with processes_most */
    uint32_t hidden; /* processes that could not be looked at (hidepid=1) */
    bool overflow;   /* more namespaces than namespaces_most */
};

/* The mark of the namespace that a process is in, "self" too; 0 = it cannot be told. */
uint64_t namespace_mark(const char *pid);

/* Visits each process, those of our own namespace too, by number of the process. What was
 * not seen is told in *sight. ERR_MEMORY alone. */
MUST_CHECK bool namespace_walk(const struct namespace_walk *walk,
                               struct namespace_sight *sight, struct error *err);

#endif
