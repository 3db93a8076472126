/* SPDX-License-Identifier: MIT */
/* Registry values below the TCP/IP services. */
#ifndef REMEDIATE_WRITER_WINDOWS_REGISTRY_WRITER_H
#define REMEDIATE_WRITER_WINDOWS_REGISTRY_WRITER_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* As setting_writer_ops.read, for CHANGE_REGISTRY; an absent key is ERR_ABSENT. */
MUST_CHECK bool registry_writer_read(const char *place, bool *present, struct text *out,
                                     struct error *err);

/* As setting_writer_ops.write; on the disk when it returns. Creates no key. */
MUST_CHECK bool registry_writer_write(const char *place, const char *value,
                                      struct error *err);

#endif
