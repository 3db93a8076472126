/* SPDX-License-Identifier: MIT */
/* The control groups of version 2, by the inodes that directories tell of their entries:
 * no rights are needed, and no file is opened. */
#ifndef CHECKS_HOST_LINUX_CGROUP_WALK_H
#define CHECKS_HOST_LINUX_CGROUP_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/host/deadline.h"

/* A look at one takes about 10 us (measured). A unit may make groups of its own: so many
 * of them are looked at. */
enum { CGROUPS_OF_UNIT_MAX = 512, CGROUP_PATH_SIZE = 4096, CGROUP_MOUNT_SIZE = 1024 };

/* One group. Borrowed until the visitor returns. */
struct cgroup_found {
    const char *path; /* below the mount: "/system.slice/cron.service" */
    uint64_t id;      /* what a socket tells */
    const char *unit; /* the outermost unit at it or above, of any slice; NULL = none */
    size_t unit_length;
};

/* Returning false ends the walk. */
typedef bool cgroup_visitor(void *context, const struct cgroup_found *group);

struct cgroup_walk {
    const char *mount;
    const char *start; /* the groups below this one are visited: "" = all */
    const char *skip;  /* of them, but for those below this one of the top; NULL = none */
    const struct deadline *deadline;
    int64_t cpu_ns; /* of this thread's time; 0 = no limit */
    cgroup_visitor *visit;
    void *context;
};

/* Writes where version 2 is mounted by its root, in hierarchies of both versions too.
 * False where it is not. */
bool cgroup_find_mount(char *mount, size_t size);

/* Visits each group before those below it. True when none was left out: for want of time,
 * of a unit that has too many, nested too deep, unreadable, or because the visitor ended
 * it. A group that is gone meanwhile is passed over. */
bool cgroup_walk(const struct cgroup_walk *walk);

#endif
