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

#include "checks/base/utf8.h"
#include "checks/host/linux/linux_file.h"

enum { SHOWN_SIZE = 201 };

/* A path for a message: its end tells more than its beginning. */
static const char *shown_path(const char *path, char out[SHOWN_SIZE])
{
    const size_t length = strlen(path);
    const char *tail = path;

    if (length >= SHOWN_SIZE) {
        tail = utf8_whole(path + length - (SHOWN_SIZE - 4));
    }
    (void)snprintf(out, SHOWN_SIZE, "%s%s", tail == path ? "" : "...", tail);
    return out;
}

bool safe_file_error(struct error *err, const char *verb, const char *path)
{
    char shown[SHOWN_SIZE];

    return linux_error_set(err, errno, "cannot %s '%s'", verb, shown_path(path, shown));
}

const char *safe_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool judge_type(const struct stat *status, bool directory, const char *shown,
                       struct error *err)
{
    if (S_ISLNK(status->st_mode))
        return error_set(err, ERR_DENIED, "'%s' is a symbolic link, expected a %s", shown,
                         directory ? "directory" : "file");
    if (directory && !S_ISDIR(status->st_mode))
        return error_set(err, ERR_DENIED, "'%s' is not a directory", shown);
    if (!directory && !S_ISREG(status->st_mode))
        return error_set(err, ERR_DENIED, "'%s' is not a regular file", shown);
    return true;
}

static bool judge(const struct stat *status, bool directory, const char *path,
                  struct error *err)
{
    char shown[SHOWN_SIZE];

    if (!judge_type(status, directory, shown_path(path, shown), err))
        return false;
    if (status->st_uid != 0)
        return error_set(err, ERR_DENIED,
                         "'%s' belongs to uid %lu, expected root (uid 0)", shown,
                         (unsigned long)status->st_uid);
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return error_set(err, ERR_DENIED,
                         "'%s' is writable by others (mode %04o), expected only by root",
                         shown, (unsigned int)(status->st_mode & 07777));
    if (!directory && status->st_nlink != 1)
        return error_set(err, ERR_DENIED, "'%s' has %lu hard links, expected one", shown,
                         (unsigned long)status->st_nlink);
    return true;
}

static bool judge_open(int fd, bool directory, const char *path, struct error *err)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return safe_file_error(err, "inspect", path);
    return judge(&status, directory, path, err);
}

/* Replaces *fd by the directory `name` in it; `so_far` is the path up to there. */
static bool enter(int *fd, const char *name, const char *so_far, struct error *err)
{
    /* O_PATH needs no right to read, and opens a link itself instead of refusing it. */
    const int next = openat(*fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (next < 0)
        return safe_file_error(err, "open", so_far);
    (void)close(*fd);
    *fd = next;
    return judge_open(next, true, so_far, err);
}

/* Walks the names of `path`, which it cuts and mends on the way. */
static bool walk(int *fd, char *path, struct error *err)
{
    char *name = path;

    while (*name) {
        char *end;
        char behind;
        bool ok;

        name += strspn(name, "/");
        end = name + strcspn(name, "/");
        if (end == name)
            return true;
        behind = *end;
        *end = '\0';
        ok = enter(fd, name, path, err);
        *end = behind;
        if (!ok)
            return false;
        name = end;
    }
    return true;
}

/* O_PATH handles can neither be listed nor synced. */
static bool make_readable(int *fd, const char *path, struct error *err)
{
    const int readable = openat(*fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (readable < 0)
        return safe_file_error(err, "open", path);
    (void)close(*fd);
    *fd = readable;
    return true;
}

bool safe_directory_open(const char *path, int *fd, struct error *err)
{
    char copy[PATH_MAX];
    int opened = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int length = snprintf(copy, sizeof copy, "%s", path);
    bool ok;

    if (length < 0 || (size_t)length >= sizeof copy)
        errno = ENAMETOOLONG;
    if (opened < 0 || (size_t)length >= sizeof copy) {
        ok = safe_file_error(err, "open", path);
    } else {
        ok = judge_open(opened, true, "/", err) && walk(&opened, copy, err) &&
             make_readable(&opened, path, err);
    }
    if (ok)
        *fd = opened;
    else if (opened >= 0)
        (void)close(opened);
    return ok && opened >= 0;
}

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

bool safe_file_inspect(int directory, const char *path, struct error *err)
{
    struct stat status;

    if (fstatat(directory, safe_file_name(path), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return safe_file_error(err, "inspect", path);
    return judge(&status, false, path, err);
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
    if (!judge_open(opened, false, path, err)) {
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
