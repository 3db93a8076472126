/* SPDX-License-Identifier: MIT */
/* An unsafe file in the hands of a program of root is a way to become root. */
#include "remediate/writer/linux/safe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The caller's umask must not decide who can read our files. */
static int make_directory(int parent, const char *name)
{
    const mode_t before = umask(022);
    const int made = mkdirat(parent, name, 0755);

    (void)umask(before);
    return made;
}

bool safe_directory_make(const char *path, int *fd, struct error *err)
{
    const char *name = safe_file_name(path);
    char parent_path[PATH_MAX];
    int parent = -1;
    bool ok;

    (void)snprintf(parent_path, sizeof parent_path, "%.*s", (int)(name - path), path);
    if (!safe_directory_open(parent_path, &parent, err))
        return false;
    ok = make_directory(parent, name) == 0;
    if (ok)
        ok = safe_file_sync(parent, parent_path, err);
    else
        ok = errno == EEXIST || safe_file_error(err, "create", path);
    (void)close(parent);
    return ok && safe_directory_open(path, fd, err);
}

/* Judged before it is opened: opening a device or a pipe may do something. */
static bool safe_to_open(int directory, const char *path, int flags, struct error *err)
{
    struct error unsafe = { 0 };

    if (safe_file_inspect(directory, path, &unsafe))
        return true;
    if (unsafe.code == ERR_ABSENT && (flags & O_CREAT))
        return true;
    return error_set(err, unsafe.code, "%s", unsafe.message);
}

static int open_exactly(int directory, const char *name, int flags, mode_t mode)
{
    const mode_t before = umask(0);
    const int fd = openat(directory, name,
                          flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode);
    const int reason = errno;

    (void)umask(before);
    errno = reason;
    return fd;
}

bool safe_file_open(int directory, const char *path, int flags, mode_t mode, int *fd,
                    struct error *err)
{
    int opened;

    if (!safe_to_open(directory, path, flags, err))
        return false;
    opened = open_exactly(directory, safe_file_name(path), flags, mode);
    if (opened < 0)
        return safe_file_error(err, flags & O_EXCL ? "create" : "open", path);
    if (!safe_file_judge(opened, path, err)) {
        (void)close(opened);
        return false;
    }
    *fd = opened;
    return true;
}

bool safe_file_write(int fd, const char *path, off_t offset, const char *bytes,
                     size_t length, struct error *err)
{
    while (length > 0) {
        const ssize_t written = pwrite(fd, bytes, length, offset);

        if (written < 0 && errno == EINTR)
            continue;
        /* Nothing, or more than asked for: what a broken layer below may claim. */
        if (written == 0 || written > (ssize_t)length) {
            errno = EIO;
            return safe_file_error(err, "write", path);
        }
        if (written < 0)
            return safe_file_error(err, "write", path);
        bytes += written;
        offset += written;
        length -= (size_t)written;
    }
    return true;
}

bool safe_file_sync(int fd, const char *path, struct error *err)
{
    return fsync(fd) == 0 || safe_file_error(err, "sync", path);
}
