/* SPDX-License-Identifier: MIT */
/* A directory for files that nobody but who runs this, administrators and SYSTEM can
 * change: a policy in it is one that the programs take, whatever the list of %TEMP% is.
 */
#ifndef TESTS_WINDOWS_KIT_LIB_SCRATCH_H
#define TESTS_WINDOWS_KIT_LIB_SCRATCH_H

#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Zeroed = none. */
struct scratch {
    wchar_t *root; /* full path */
    void *descriptor;
};

/* Makes it, below %TEMP%. ERR_DENIED, ERR_MEMORY, ERR_IO; scratch_close also follows a
 * failure. */
MUST_CHECK bool scratch_open(struct scratch *scratch, struct error *err);

/* The full path of `path` ("a/b.json", UTF-8), new; the caller frees it. NULL: ERR_MEMORY
 * or ERR_MALFORMED. */
MUST_CHECK wchar_t *scratch_path(const struct scratch *scratch, const char *path,
                                 struct error *err);

/* Makes the directory `path` and those above it; they may be there already. */
MUST_CHECK bool scratch_make_directory(const struct scratch *scratch, const char *path,
                                       struct error *err);

/* Writes a new file; its directory must be there. ERR_IO, ERR_MEMORY, ERR_MALFORMED. */
MUST_CHECK bool scratch_write(const struct scratch *scratch, const char *path,
                              const void *bytes, size_t length, struct error *err);

/* Removes it with all that is in it, and empties *scratch. */
void scratch_close(struct scratch *scratch);

#endif
