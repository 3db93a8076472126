/* SPDX-License-Identifier: MIT */
/* Files and directories that nobody but root can have touched. */
#ifndef REMEDIATE_WRITER_LINUX_SAFE_FILE_H
#define REMEDIATE_WRITER_LINUX_SAFE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * Safe: belongs to root, is writable by nobody else (a sticky bit does not excuse it; an
 * ACL that lets others write shows in the group's bits), is no symbolic link; a file is
 * regular and has one link. Unsafe is ERR_DENIED; the message names the path and what is
 * wrong. Other errors: ERR_ABSENT, ERR_DENIED, ERR_LIMIT, ERR_MEMORY, ERR_IO,
 * "cannot VERB 'PATH': why". All paths are absolute.
 */

/* Opens a directory name by name, every parent safe too. The caller closes *fd. */
MUST_CHECK bool safe_directory_open(const char *path, int *fd, struct error *err);

/* The same, and creates its last name (0755, on the disk) where it is missing. */
MUST_CHECK bool safe_directory_make(const char *path, int *fd, struct error *err);

/* Judges the file that is the last name of `path`; `directory` is its open directory. */
MUST_CHECK bool safe_file_inspect(int directory, const char *path, struct error *err);

/* Opens it as well. `flags` as for open(2); a file created gets exactly `mode`. */
MUST_CHECK bool safe_file_open(int directory, const char *path, int flags, mode_t mode,
                               int *fd, struct error *err);

/* Writes all of it at `offset`. */
MUST_CHECK bool safe_file_write(int fd, const char *path, off_t offset, const char *bytes,
                                size_t length, struct error *err);

/* Waits until it is on the disk; a directory's entries likewise. */
MUST_CHECK bool safe_file_sync(int fd, const char *path, struct error *err);

/* "cannot VERB 'PATH': why" from errno; returns false. */
bool safe_file_error(struct error *err, const char *verb, const char *path);

/* What stands behind the last slash. */
const char *safe_file_name(const char *path);

#endif
