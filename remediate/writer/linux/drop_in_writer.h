/* SPDX-License-Identifier: MIT */
/* Our own file of sysctl.d, replaced as a whole or not at all. */
#ifndef REMEDIATE_WRITER_LINUX_DROP_IN_WRITER_H
#define REMEDIATE_WRITER_LINUX_DROP_IN_WRITER_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* See setting_writer.h; `place` is SYSCTL_DROP_IN and nothing else (ERR_UNSUPPORTED). */
MUST_CHECK bool drop_in_writer_read(const char *place, bool *present, struct text *out,
                                    struct error *err);
MUST_CHECK bool drop_in_writer_write(const char *place, const char *value,
                                     struct error *err);

/* Takes away what killed runs left behind. The caller holds the lock: no other run has
 * such a file under way. */
void drop_in_writer_clean(void);

#endif
