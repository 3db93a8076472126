/* SPDX-License-Identifier: MIT */
/* One place for the errors of files in /proc. */
#include "checks/host/linux/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "checks/host/linux/linux_error.h"

bool proc_file_open(const char *path, int *fd, struct error *err)
{
    int opened;

    do {
        opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return linux_error_set(err, errno, "cannot read %s", path);
    *fd = opened;
    return true;
}

bool proc_file_read(const char *path, int fd, char *buffer, size_t size, size_t *length,
                    struct error *err)
{
    ssize_t got;

    do {
        got = read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return linux_error_set(err, errno, "cannot read %s", path);
    *length = (size_t)got;
    return true;
}

bool proc_file_slurp(const char *path, char *buffer, size_t size, struct error *err)
{
    size_t length = 0;
    size_t got = 1;
    int fd = -1;
    bool ok = true;

    if (!proc_file_open(path, &fd, err))
        return false;
    while (ok && got > 0 && length < size) {
        ok = proc_file_read(path, fd, buffer + length, size - length, &got, err);
        length += ok ? got : 0;
    }
    (void)close(fd);
    if (ok && length == size)
        return error_set(err, ERR_LIMIT, "cannot read %s: larger than %zu bytes", path,
                         size - 1);
    if (ok)
        buffer[length] = '\0';
    return ok;
}
