/* SPDX-License-Identifier: MIT */
/* Files and directories that nobody but root can have touched. */
#ifndef REMEDIATE_WRITER_LINUX_SAFE_FILE_H
#define REMEDIATE_WRITER_LINUX_SAFE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/linux/safe_path.h"

/* What safe is, and errors: safe_path.h. */

/* As safe_directory_open; creates its last name (0755, on the disk) where it is missing.
 */
MUST_CHECK bool safe_directory_make(const char *path, int *fd, struct error *err);

/* Judges the file that is the last name of `path`, and opens it; `directory` is its open
 * directory. `flags` as for open(2); a file created gets exactly `mode`. */
MUST_CHECK bool safe_file_open(int directory, const char *path, int flags, mode_t mode,
                               int *fd, struct error *err);

/* Writes all of it at `offset`. */
MUST_CHECK bool safe_file_write(int fd, const char *path, off_t offset, const char *bytes,
                                size_t length, struct error *err);

/* Waits until it is on the disk; a directory's entries likewise. */
MUST_CHECK bool safe_file_sync(int fd, const char *path, struct error *err);

#endif
