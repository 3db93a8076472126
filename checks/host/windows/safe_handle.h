/* SPDX-License-Identifier: MIT */
/* Whether nobody but an administrator can have touched what is open. */
#ifndef CHECKS_HOST_WINDOWS_SAFE_HANDLE_H
#define CHECKS_HOST_WINDOWS_SAFE_HANDLE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/acl_judgement.h"
#include "checks/host/windows/win.h"

enum object_kind { OBJECT_FILE = 0, OBJECT_DIRECTORY };

/*
 * Safe: judged so by acl_judge, no reparse point (link, junction, ...), and a file is a
 * plain one on a disk with one name. Unsafe is ERR_DENIED; the message holds `name`
 * (UTF-8) and what is wrong. The handle needs READ_CONTROL and FILE_READ_ATTRIBUTES, and
 * must have been opened with FILE_FLAG_OPEN_REPARSE_POINT: what it has opened nobody can
 * exchange. ERR_MEMORY, ERR_IO.
 */
MUST_CHECK bool safe_handle_judge(HANDLE object, enum object_kind kind, enum acl_use use,
                                  const char *name, struct error *err);

/*
 * The same for a file that somebody named: on a disk, whatever names or links lead to it,
 * and judged so by acl_judge with the user who runs this as `self`.
 */
MUST_CHECK bool safe_handle_judge_own(HANDLE file, const char *name, struct error *err);

#endif
