/* SPDX-License-Identifier: MIT */
/* What an open descriptor holds, to its end. */
#ifndef CHECKS_HOST_LINUX_DESCRIPTOR_H
#define CHECKS_HOST_LINUX_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/*
 * Adds what follows in `fd` to *out, at most `limit` bytes of it; waits where it is
 * non-blocking. Messages name `path`. ERR_IO or whatever errno says, ERR_LIMIT,
 * ERR_MEMORY; *out then holds what it held before.
 */
MUST_CHECK bool descriptor_read_all(int fd, const char *path, size_t limit,
                                    struct text *out, struct error *err);

/* Waits until `events` of poll(2) come. False with errno. */
MUST_CHECK bool descriptor_await(int fd, short events);

#endif
