/* SPDX-License-Identifier: MIT */
/* Files and directories that nobody but root can have touched. */
#ifndef CHECKS_HOST_LINUX_SAFE_PATH_H
#define CHECKS_HOST_LINUX_SAFE_PATH_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * Safe: belongs to root, is writable by nobody else (a sticky bit does not excuse it; an
 * ACL that lets others write shows in the group's bits), is no symbolic link; a file is
 * regular and has one link. Unsafe is ERR_DENIED; the message names the path, what is
 * wrong and its cure. Other errors: ERR_ABSENT, ERR_DENIED, ERR_LIMIT, ERR_MEMORY,
 * ERR_IO, "cannot VERB 'PATH': why". All paths are absolute.
 */

/* Opens a directory name by name, every parent safe too, for openat(2) alone (O_PATH):
 * that needs no right to read it. The caller closes *fd. */
MUST_CHECK bool safe_directory_reach(const char *path, int *fd, struct error *err);

/* The same, to list or sync it. */
MUST_CHECK bool safe_directory_open(const char *path, int *fd, struct error *err);

/* Judges the file that is the last name of `path`; `directory` is its open directory. */
MUST_CHECK bool safe_file_inspect(int directory, const char *path, struct error *err);

/* Judges the file, or the directory, that is open; `path` is for messages. */
MUST_CHECK bool safe_file_judge(int fd, const char *path, struct error *err);
MUST_CHECK bool safe_directory_judge(int fd, const char *path, struct error *err);

/* "cannot VERB 'PATH': why" from errno; returns false. */
bool safe_file_error(struct error *err, const char *verb, const char *path);

/* What stands behind the last slash. */
const char *safe_file_name(const char *path);

#endif
