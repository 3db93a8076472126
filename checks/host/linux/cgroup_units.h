/* SPDX-License-Identifier: MIT */
/* Which unit of the system a control group belongs to: what a socket tells is the inode
 * of its directory, which everybody can look up. */
#ifndef CHECKS_HOST_LINUX_CGROUP_UNITS_H
#define CHECKS_HOST_LINUX_CGROUP_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/model/listener.h"

/* Of all units; of one of them no more than CGROUPS_OF_UNIT_MAX of cgroup_walk.h. */
enum { CGROUPS_MAX = 8192 };

struct cgroup_unit {
    uint64_t id;
    char unit[UNIT_NAME_SIZE]; /* unit_name_clean */
};

/* By id. Zeroed = none. */
struct cgroup_units {
    struct cgroup_unit *units; /* owned */
    size_t count;
    size_t room;
};

/*
 * Adds the control groups below system.slice of version 2 of the hierarchy, wherever it
 * is mounted; none where it is not, or has no such slice. Below user.slice a user names
 * groups as he likes: nobody is named by them. Ends at the deadline, or where there are
 * too many, without an error: who is not found has no unit. ERR_MEMORY.
 */
MUST_CHECK bool cgroup_units_read(const struct deadline *deadline,
                                  struct cgroup_units *out, struct error *err);

/* The same of a hierarchy that is mounted there. */
MUST_CHECK bool cgroup_units_read_at(const char *mount, const struct deadline *deadline,
                                     struct cgroup_units *out, struct error *err);

/* The unit of a control group, NULL when it is none of the system's. Borrowed. */
const char *cgroup_units_find(const struct cgroup_units *units, uint64_t id);

/* Whether the unit runs what users bring: a shell over the network, their tables of cron,
 * their jobs. Who listens there may be anybody. */
bool cgroup_unit_runs_users(const char *unit);

void cgroup_units_clear(struct cgroup_units *units);

#endif
