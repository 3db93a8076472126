/* SPDX-License-Identifier: MIT */
/* What the next boot writes to sysctls, and which files say so. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_CONFIG_H
#define CHECKS_HOST_LINUX_SYSCTL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sysctl_boot.h"
#include "checks/host/linux/sysctl_rules.h"

/* The one file of the remediation, full path. */
#define SYSCTL_DROP_IN "/etc/sysctl.d/90-port-exhaustion.conf"

/* No configuration holds more files. */
enum { SYSCTL_CONFIG_FILES_MAX = 1024 };

/*
 * Adds every write of the next boot to the keys, in its order: the files of sysctl.d(5),
 * without systemd also /etc/sysctl.conf; the active profile of tuned; and what tuned
 * writes after it. The caller clears *out. A file that cannot be read, is no regular file
 * or is too large fails the whole, since it may override the others: ERR_DENIED,
 * ERR_LIMIT, ERR_MEMORY, ERR_IO, the message names it; *out is then empty.
 */
MUST_CHECK bool sysctl_config_read(const struct sysctl_config *config,
                                   struct sysctl_writes *out, struct error *err);

#endif
