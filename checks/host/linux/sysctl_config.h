/* SPDX-License-Identifier: MIT */
/* Which value the next boot gives to a sysctl, and which file says so. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_CONFIG_H
#define CHECKS_HOST_LINUX_SYSCTL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/linux/sysctl_rules.h"

/* The one file of the remediation, full path. */
#define SYSCTL_DROP_IN "/etc/sysctl.d/90-port-exhaustion.conf"

/* No configuration holds more files. */
enum { SYSCTL_CONFIG_FILES_MAX = 1024 };

/*
 * Looks `count` keys ("net/ipv4/tcp_tw_reuse") up below `root` ("" = this system; tests
 * bring a tree of their own) into out[count], zeroed; the caller clears each. A file that
 * cannot be read, is no regular file or is too large fails the whole, since it may hold
 * the last word: ERR_DENIED, ERR_LIMIT, ERR_MEMORY, ERR_IO, the message names it; *out is
 * then unchanged.
 */
MUST_CHECK bool sysctl_config_read(const char *root, const char *const *keys,
                                   size_t count, struct sysctl_configured *out,
                                   struct error *err);

#endif
