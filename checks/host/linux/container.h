/* SPDX-License-Identifier: MIT */
/* Whether this is a container, whose settings come from outside and not from its files.
 */
#ifndef CHECKS_HOST_LINUX_CONTAINER_H
#define CHECKS_HOST_LINUX_CONTAINER_H

#include <stdbool.h>

#include "checks/base/text.h"

/* Opens, and does not read, what only a process with all rights of PID 1 may look at: to
 * be called before rights are given up (the environment in /proc/PID, man 2 ptrace). */
void linux_container_prepare(void);

/* Adds the sign of it ("/.dockerenv") to *why. Some signs only root can see. */
bool linux_is_container(struct text *why);

#endif
