/* SPDX-License-Identifier: MIT */
/* Whose the control groups are that sockets tell. */
#ifndef CHECKS_HOST_LINUX_CGROUP_NAMES_H
#define CHECKS_HOST_LINUX_CGROUP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/decode/cgroup_path.h"
#include "checks/host/deadline.h"

enum cgroup_sight {
    CGROUP_UNSEEN = 0, /* nobody can tell here, or there was no time to look */
    CGROUP_SEEN,       /* `owner` is filled */
    CGROUP_ENDED,      /* it was removed */
    CGROUP_OUTSIDE     /* it is not below what is visible here */
};

struct cgroup_named {
    uint64_t id;
    enum cgroup_sight sight;
    struct cgroup_owner owner;
};

/*
 * Finds the groups of wanted[], which stand by id, each once. Where handles of files may
 * be opened (root) one by one, else by a walk that ends with the last one found, after
 * 20 ms of processor time, or with the deadline. False when some stayed CGROUP_UNSEEN:
 * for want of time, or because version 2 is not visible here.
 */
bool cgroup_names_find(struct cgroup_named *wanted, size_t count,
                       const struct deadline *deadline);

/* The same of a hierarchy that is mounted there. */
bool cgroup_names_find_at(const char *mount, struct cgroup_named *wanted, size_t count,
                          const struct deadline *deadline);

#endif
