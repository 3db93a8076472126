/* SPDX-License-Identifier: MIT */
/* One careful way to read what others configured. */
#include "checks/host/linux/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "checks/host/linux/descriptor.h"
#include "checks/host/linux/linux_error.h"

static bool is_null_device(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 &&
           minor(status->st_rdev) == 3;
}

static bool read_opened(const char *path, int fd, struct config_file *out,
                        struct text *contents, struct error *err)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return linux_error_set(err, errno, "cannot read '%s'", path);
    if (!S_ISREG(status.st_mode) && !is_null_device(&status))
        return error_set(err, ERR_IO, "cannot read '%s': not a regular file", path);
    if (!descriptor_read_all(fd, path, CONFIG_FILE_MAX, contents, err))
        return false;
    *out = (struct config_file){ .present = true,
                                 .device = status.st_dev,
                                 .inode = status.st_ino };
    return true;
}

bool config_file_read(const char *root, const char *path, struct config_file *out,
                      struct text *contents, struct error *err)
{
    char full[PATH_MAX];
    const int length = snprintf(full, sizeof full, "%s%s", root, path);
    bool ok;
    int fd;

    if (length < 0 || (size_t)length >= sizeof full) {
        return linux_error_set(err, ENAMETOOLONG, "cannot read '%s'", path);
    }
    do {
        /* A named pipe would wait for its writer, a terminal become ours. */
        fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *out = (struct config_file){ 0 };
        return true;
    }
    if (fd < 0)
        return linux_error_set(err, errno, "cannot read '%s'", path);
    ok = read_opened(path, fd, out, contents, err);
    (void)close(fd);
    return ok;
}
