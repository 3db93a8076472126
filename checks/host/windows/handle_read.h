/* SPDX-License-Identifier: MIT */
/* Reading what is open. */
#ifndef CHECKS_HOST_WINDOWS_HANDLE_READ_H
#define CHECKS_HOST_WINDOWS_HANDLE_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/windows/win.h"

/*
 * Adds all that follows in `file` to *out; ERR_LIMIT beyond `limit` bytes of it, ERR_IO,
 * ... with `path` (UTF-8) in the message. *out then holds what it held before.
 */
MUST_CHECK bool handle_read_all(HANDLE file, const char *path, size_t limit,
                                struct text *out, struct error *err);

#endif
