/* SPDX-License-Identifier: MIT */
/* /proc/PID/mountinfo: which file system a path leads to. */
#ifndef CHECKS_DECODE_MOUNT_OF_PATH_H
#define CHECKS_DECODE_MOUNT_OF_PATH_H

#include <stdbool.h>

#include "checks/base/text.h"

/*
 * Adds where an absolute path lies, "8:1 /etc/sysctl.d": the device of the file system
 * that is mounted there, and the path in that (man 5 proc_pid_mountinfo). Two namespaces
 * that say the same see the same directory. Links are not followed. False, nothing added,
 * when no line tells it.
 */
bool mount_of_path(const char *mountinfo, const char *path, struct text *out);

#endif
