/* SPDX-License-Identifier: MIT */
/* Files and directories that nobody but an administrator can have touched. */
#ifndef REMEDIATE_WRITER_WINDOWS_SAFE_OBJECT_H
#define REMEDIATE_WRITER_WINDOWS_SAFE_OBJECT_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/safe_handle.h"
#include "checks/host/windows/win.h"

/* How to open one that is safe: see safe_handle.h. `path` is for the system, `name` the
 * same in UTF-8 for messages. */
struct object_request {
    const wchar_t *path;
    const char *name;
    enum object_kind kind;
    enum acl_use use;
    DWORD access;        /* beside what judging needs */
    DWORD share;         /* FILE_SHARE_... */
    const wchar_t *sddl; /* owner and list of a file that is created where it is missing;
                            NULL = OPEN_EXISTING */
};

/* Opens and judges. ERR_ABSENT, ERR_DENIED, ERR_MEMORY, ERR_IO. The caller closes *out.
 */
MUST_CHECK bool safe_object_open(const struct object_request *request, HANDLE *out,
                                 struct error *err);

/* The same, and closes it again. */
MUST_CHECK bool safe_object_inspect(const struct object_request *request,
                                    struct error *err);

/* Makes a directory with exactly that owner and list; one that is there already is no
 * error here, and is to be judged. */
MUST_CHECK bool safe_object_make_directory(const wchar_t *path, const char *name,
                                           const wchar_t *sddl, struct error *err);

#endif
