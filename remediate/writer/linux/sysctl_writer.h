/* SPDX-License-Identifier: MIT */
/* A sysctl as a place that has a value. */
#ifndef REMEDIATE_WRITER_LINUX_SYSCTL_WRITER_H
#define REMEDIATE_WRITER_LINUX_SYSCTL_WRITER_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* See setting_writer.h; `place` below /proc/sys, only of the network's own. */
MUST_CHECK bool sysctl_writer_read(const char *place, bool *present, struct text *out,
                                   struct error *err);
MUST_CHECK bool sysctl_writer_write(const char *place, const char *value,
                                    struct error *err);

#endif
