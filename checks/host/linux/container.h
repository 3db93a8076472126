/* SPDX-License-Identifier: MIT */
/* Whether this is a container, whose settings come from outside and not from its files.
 */
#ifndef CHECKS_HOST_LINUX_CONTAINER_H
#define CHECKS_HOST_LINUX_CONTAINER_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/model/observation.h"

/* Opens, and does not read, what only a process with all rights of PID 1 may look at, and
 * looks at PID 1's network and files (init_view.h): to be called before rights are given
 * up (the environment in /proc/PID, man 2 ptrace). */
void linux_container_prepare(void);

/* Adds the sign of it ("/.dockerenv") to *why. Some signs only root can see. WSL, which
 * says that it is one, is a host. */
bool linux_is_container(struct text *why);

/* Whose settings this process sees: a container's own network is a container's, and so is
 * the host's where files that are not the host's say nothing of its next boot. */
enum settings_scope linux_settings_scope(void);

#endif
