/* SPDX-License-Identifier: MIT */
/* What the next boot of this Linux makes of settings: sysctl.d and tuned. */
#ifndef CHECKS_HOST_LINUX_LINUX_BOOT_VALUES_H
#define CHECKS_HOST_LINUX_LINUX_BOOT_VALUES_H

#include "checks/decode/sysctl_boot.h"
#include "checks/host/host.h"

/* read_boot_values of host_ops. */
MUST_CHECK bool linux_read_boot_values(void *self,
                                       const struct policy_setting *const *rules,
                                       struct observation *seen, struct error *err);

/* Fills *out, which is zeroed; the caller clears it. Errors as sysctl_config_read; check
 * text_ok of each. */
MUST_CHECK bool linux_read_boot_reserve(struct boot_reserve *out, struct error *err);

#endif
