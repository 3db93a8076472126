/* SPDX-License-Identifier: MIT */
/* Where our own files are on Windows. */
#ifndef CHECKS_HOST_WINDOWS_DATA_PATH_H
#define CHECKS_HOST_WINDOWS_DATA_PATH_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/*
 * Adds "%ProgramData%\port-exhaustion" and `below`: "" or a name with its backslash in
 * front. By the known-folder API, since the environment is the caller's. ERR_IO,
 * ERR_MEMORY, ...
 */
MUST_CHECK bool data_path_add(const char *below, struct text *out, struct error *err);

#endif
