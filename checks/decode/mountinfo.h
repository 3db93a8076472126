/* SPDX-License-Identifier: MIT */
/* The text of /proc/PID/mountinfo (man 5 proc). */
#ifndef CHECKS_DECODE_MOUNTINFO_H
#define CHECKS_DECODE_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes where the first file system of that type is mounted by its root ("/"), a string
 * without the escapes of the file. False when there is none, or its path does not fit.
 */
bool mountinfo_find(const char *mountinfo, const char *type, char *path, size_t size);

/* Room for the path of a mount; longer ones are passed over. */
enum { MOUNT_PATH_SIZE = 320 };

/* A file of the kernel that stands for a network namespace, mounted at a path; borrowed
 * until it returns. Returning false ends the walk. */
typedef bool net_mount_visitor(void *context, uint64_t inode, const char *path);

/* Visits those mounts ("net:[4026532281]" of nsfs), in order; a line that is none is
 * passed over. False when the visitor ended it. */
bool mountinfo_net_namespaces(const char *mountinfo, net_mount_visitor *visit,
                              void *context);

#endif
