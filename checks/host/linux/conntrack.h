/* SPDX-License-Identifier: MIT */
/* The connections that this network namespace tracks. */
#ifndef CHECKS_HOST_LINUX_CONNTRACK_H
#define CHECKS_HOST_LINUX_CONNTRACK_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/observation.h"

/* read_conntrack of struct host_ops. Where the kernel has no nf_conntrack, or it is not
 * loaded, nothing is tracked. ERR_ABSENT: it cannot be told, as in a container without
 * /proc/sys; else as proc_file_read and sysctl_read_number. */
MUST_CHECK bool conntrack_read(void *self, struct observed_conntrack *out,
                               struct error *err);

#endif
