/* SPDX-License-Identifier: MIT */
/* The dynamic port ranges, by netsh. */
#ifndef REMEDIATE_WRITER_WINDOWS_RANGE_WRITER_H
#define REMEDIATE_WRITER_WINDOWS_RANGE_WRITER_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"

/* As setting_writer_ops.read, for CHANGE_DYNAMIC_RANGE: the range in force. */
MUST_CHECK bool range_writer_read(const char *place, const struct deadline *deadline,
                                  bool *present, struct text *out, struct error *err);

/*
 * As setting_writer_ops.write. Where netsh tells afterwards that the next boot will bring
 * another range, that is ERR_IO: the caller can read back only what is in force.
 */
MUST_CHECK bool range_writer_write(const char *place, const char *value,
                                   const struct deadline *deadline, struct error *err);

#endif
