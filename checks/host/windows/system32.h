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

typedef void system32_function(void);

/*
 * A function of a DLL of Windows, which is loaded by its full path when it is first asked
 * for, and stays: Windows looks for an imported DLL in the program's own directory first,
 * unless it is one of the KnownDLLs. NULL: this Windows has no such DLL or function.
 */
system32_function *system32_find(const wchar_t *dll, const char *name);

#endif
