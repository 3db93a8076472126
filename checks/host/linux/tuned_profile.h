/* SPDX-License-Identifier: MIT */
/* The daemon tuned, which sets sysctls after the boot and takes them back on its own. */
#ifndef CHECKS_HOST_LINUX_TUNED_PROFILE_H
#define CHECKS_HOST_LINUX_TUNED_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/linux/sysctl_rules.h"

/*
 * Fills out[i].tuned with what the active profiles (/etc/tuned/active_profile, "include="
 * followed) give to keys[i]. No tuned, no profile: nothing. Variables in a value stay as
 * they are written. Errors as of sysctl_config_read.
 */
MUST_CHECK bool tuned_profile_read(const char *root, const char *const *keys,
                                   size_t count, struct sysctl_configured *out,
                                   struct error *err);

#endif
