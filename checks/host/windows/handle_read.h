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

/* Adds all that is left to *out; ERR_LIMIT beyond `limit` bytes, ERR_IO, ... with `path`
 * (UTF-8) in the message. */
MUST_CHECK bool handle_read_all(HANDLE file, const char *path, size_t limit,
                                struct text *out, struct error *err);

#endif
