/* SPDX-License-Identifier: MIT */
/* The daemon tuned, which sets sysctls after the boot and takes them back on its own. */
#ifndef CHECKS_HOST_LINUX_TUNED_PROFILE_H
#define CHECKS_HOST_LINUX_TUNED_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sysctl_boot.h"
#include "checks/host/linux/sysctl_rules.h"

/*
 * Adds what the active profiles (/etc/tuned/active_profile, "include=" followed) give to
 * the keys; no tuned, no profile: nothing. Variables in a value stay as they are written.
 * Sets out->tuned_reapplies where a profile sets sysctls and tuned-main.conf lets tuned
 * write the system's own after them, as it does by default. Errors as of
 * sysctl_config_read.
 */
MUST_CHECK bool tuned_profile_read(const struct sysctl_config *config,
                                   struct sysctl_writes *out, struct error *err);

#endif
