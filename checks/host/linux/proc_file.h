/* SPDX-License-Identifier: MIT */
/* Files of /proc: small ones at once, long ones piece by piece. */
#ifndef CHECKS_HOST_LINUX_PROC_FILE_H
#define CHECKS_HOST_LINUX_PROC_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* All failures: ERR_ABSENT, ERR_DENIED or ERR_IO, "cannot read PATH: why". */

/* Opens for reading; the caller closes *fd. */
MUST_CHECK bool proc_file_open(const char *path, int *fd, struct error *err);

/* Reads the next bytes; *length 0 is the end of the file. */
MUST_CHECK bool proc_file_read(const char *path, int fd, char *buffer, size_t size,
                               size_t *length, struct error *err);

/*
 * Reads the whole file into buffer and ends it with a NUL. It is read from its start in
 * one piece: the kernel prints a sysctl only as far as it fits into the first read.
 * ERR_LIMIT when it does not fit.
 */
MUST_CHECK bool proc_file_slurp(const char *path, char *buffer, size_t size,
                                struct error *err);

#endif
