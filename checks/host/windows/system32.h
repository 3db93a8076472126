/* SPDX-License-Identifier: MIT */
/* Programs and DLLs of Windows itself, whatever PATH and the current directory hold. */
#ifndef CHECKS_HOST_WINDOWS_SYSTEM32_H
#define CHECKS_HOST_WINDOWS_SYSTEM32_H

#include <stdbool.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Characters that a full path takes, its NUL included; a name has at most 30. */
enum { SYSTEM32_PATH_SIZE = 260 + 32 };

/* The full path of `name`, "netsh.exe". ERR_IO when Windows does not tell its directory.
 */
MUST_CHECK bool system32_path(const wchar_t *name, wchar_t out[SYSTEM32_PATH_SIZE],
                              struct error *err);

#endif
