/* SPDX-License-Identifier: MIT */
/* Who can change a file decides what it says. */
#include "checks/host/linux/safe_path.h"

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
                         "'%s' belongs to uid %lu, expected root (uid 0): chown root",
                         shown, (unsigned long)status->st_uid);
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return error_set(
            err, ERR_DENIED,
            "'%s' is writable by others (mode %04o), expected only by root: chmod go-w",
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

bool safe_directory_reach(const char *path, int *fd, struct error *err)
{
    char copy[PATH_MAX];
    int opened = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int length = snprintf(copy, sizeof copy, "%s", path);
    bool ok;

    if (length < 0 || (size_t)length >= sizeof copy)
        errno = ENAMETOOLONG;
    if (opened < 0 || (size_t)length >= sizeof copy)
        ok = safe_file_error(err, "open", path);
    else
        ok = judge_open(opened, true, "/", err) && walk(&opened, copy, err);
    if (ok)
        *fd = opened;
    else if (opened >= 0)
        (void)close(opened);
    return ok && opened >= 0;
}

bool safe_directory_open(const char *path, int *fd, struct error *err)
{
    int opened = -1;

    if (!safe_directory_reach(path, &opened, err))
        return false;
    if (!make_readable(&opened, path, err)) {
        (void)close(opened);
        return false;
    }
    *fd = opened;
    return true;
}

bool safe_file_inspect(int directory, const char *path, struct error *err)
{
    struct stat status;

    if (fstatat(directory, safe_file_name(path), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return safe_file_error(err, "inspect", path);
    return judge(&status, false, path, err);
}

bool safe_file_judge(int fd, const char *path, struct error *err)
{
    return judge_open(fd, false, path, err);
}

bool safe_directory_judge(int fd, const char *path, struct error *err)
{
    return judge_open(fd, true, path, err);
}
