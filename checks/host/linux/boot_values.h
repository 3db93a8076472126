/* SPDX-License-Identifier: MIT */
/* What the files of this host say of the settings after the next boot. */
#ifndef CHECKS_HOST_LINUX_BOOT_VALUES_H
#define CHECKS_HOST_LINUX_BOOT_VALUES_H

#include "checks/host/host.h"

/* See struct host_ops. In a container nothing is filled: its settings come from outside.
 */
MUST_CHECK bool linux_read_boot_values(void *self,
                                       const struct policy_setting *const *rules,
                                       struct observed_setting *settings, size_t count,
                                       struct error *err);

/* Adds what the next boot gives to one sysctl, as it stands in the file, and that file;
 * nothing when none sets it. Errors as sysctl_config_read; check text_ok. */
MUST_CHECK bool linux_read_boot_text(const char *key, struct text *value,
                                     struct text *file, struct error *err);

#endif
