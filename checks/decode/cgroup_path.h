/* SPDX-License-Identifier: MIT */
/* What the path of a control group of Linux says of whose it is. */
#ifndef CHECKS_DECODE_CGROUP_PATH_H
#define CHECKS_DECODE_CGROUP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/owner.h"

/* Zeroed = it names nobody: the user of a socket counts. */
struct cgroup_owner {
    enum owner_kind kind;       /* OWNER_USER, OWNER_UNIT, OWNER_CONTAINER or OWNER_POD */
    char name[OWNER_NAME_SIZE]; /* unit_name_clean; "" of OWNER_USER */
    bool has_uid;               /* in the slice of a user: */
    uint32_t uid;
};

/*
 * Decodes a path as it is below the mount of version 2, "/system.slice/cron.service". A
 * unit counts below system.slice alone, and what it makes below itself does not, but for
 * containers and pods; what makes these names is the system's. Below user.slice the user
 * may name groups as he likes, so nothing there counts but the slice.
 */
void cgroup_path_decode(const char *path, struct cgroup_owner *out);

#endif
