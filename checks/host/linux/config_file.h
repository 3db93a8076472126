/* SPDX-License-Identifier: MIT */
/* Files of the administrator, which may be anything: a link, a mask, a pipe. */
#ifndef CHECKS_HOST_LINUX_CONFIG_FILE_H
#define CHECKS_HOST_LINUX_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

enum { CONFIG_FILE_MAX = 1024 * 1024 };

/* What a file of a configuration turned out to be. */
struct config_file {
    bool present; /* false: absent, or a link to nothing */
    dev_t device; /* with `inode` which file it is, when present */
    ino_t inode;
};

/*
 * Adds the contents of `root``path`, links followed; /dev/null is an empty file (it masks
 * another). Anything else that is no regular file is never waited for: ERR_IO.
 * ERR_DENIED, ERR_LIMIT (above CONFIG_FILE_MAX bytes), ERR_MEMORY; the message names
 * `path`.
 */
MUST_CHECK bool config_file_read(const char *root, const char *path,
                                 struct config_file *out, struct text *contents,
                                 struct error *err);

#endif
