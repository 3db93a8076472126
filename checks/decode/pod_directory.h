/* SPDX-License-Identifier: MIT */
/* The names of the directories that a kubelet makes in /var/log/pods. */
#ifndef CHECKS_DECODE_POD_DIRECTORY_H
#define CHECKS_DECODE_POD_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/model/owner.h"

/* The pod whose directory it is. */
struct pod_directory {
    char uid[OWNER_NAME_SIZE]; /* as cgroup_path_decode tells it */
    const char *name_space;    /* borrowed from the name, not ended by a NUL */
    size_t name_space_length;
    const char *pod; /* the same */
    size_t pod_length;
};

/* Decodes "NAMESPACE_POD_UID"; neither of the first two has an underscore in it. False
 * when it is no such name; *out is then unchanged. */
bool pod_directory_decode(const char *name, struct pod_directory *out);

/* Writes "NAMESPACE/POD", cleaned as owner names are; cut to the size. */
void pod_directory_name(const struct pod_directory *pod, char *out, size_t size);

#endif
