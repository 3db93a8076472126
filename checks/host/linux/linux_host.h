/* SPDX-License-Identifier: MIT */
/* What Linux' side of the READ seam tells beside host.h. */
#ifndef CHECKS_HOST_LINUX_LINUX_HOST_H
#define CHECKS_HOST_LINUX_LINUX_HOST_H

#include "checks/host/host.h"

/* Adds what the next boot gives to one sysctl, as it stands in the file, and that file;
 * nothing when none sets it. Errors as sysctl_config_read; check text_ok. */
MUST_CHECK bool linux_read_boot_text(const char *key, struct text *value,
                                     struct text *file, struct error *err);

#endif
