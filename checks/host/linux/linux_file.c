/* SPDX-License-Identifier: MIT */
/* One place for the errors of files, and one careful way to read what others configured.
 */
#include "checks/host/linux/linux_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checks/decode/sysctl_text.h"

/* errno -> enum error_code, once. */
enum error_code linux_error_code(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ERR_ABSENT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    default:
        return ERR_IO;
    }
}

bool linux_error_set(struct error *err, int number, const char *what, ...)
{
    char text[ERR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, what);
    (void)vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    return error_set(err, linux_error_code(number), "%s: %s", text, strerror(number));
}

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

bool proc_process_slurp(int proc, const char *pid, const char *name, char *buffer,
                        size_t size)
{
    char path[64];
    size_t length = 0;
    bool ok;
    int fd;

    (void)snprintf(path, sizeof path, "%.20s/%s", pid, name);
    fd = openat(proc, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return false;
    ok = proc_file_read(path, fd, buffer, size, &length, NULL) && length < size;
    (void)close(fd);
    if (ok)
        buffer[length] = '\0';
    return ok;
}

/* A descriptor: read(2) until nothing comes any more. */
bool descriptor_await(int fd, short events)
{
    struct pollfd awaited = { .fd = fd, .events = events };

    return poll(&awaited, 1, -1) >= 0 || errno == EINTR;
}

/* Whether a failed read is worth another. */
static bool may_go_on(int fd)
{
    return errno == EINTR || (errno == EAGAIN && descriptor_await(fd, POLLIN));
}

static bool add_all(int fd, const char *path, size_t limit, struct text *out,
                    struct error *err)
{
    char bytes[8192];
    size_t left = limit;

    for (;;) {
        const ssize_t got = read(fd, bytes, sizeof bytes);

        if (got < 0 && may_go_on(fd))
            continue;
        if (got < 0)
            return linux_error_set(err, errno, "cannot read '%s'", path);
        if (got == 0)
            return text_ok(out, err);
        if ((size_t)got > left)
            return error_set(err, ERR_LIMIT, "'%s' is larger than %zu bytes", path,
                             limit);
        left -= (size_t)got;
        text_add_bytes(out, bytes, (size_t)got);
        if (!text_ok(out, err))
            return false;
    }
}

bool descriptor_read_all(int fd, const char *path, size_t limit, struct text *out,
                         struct error *err)
{
    const size_t before = out->length;

    if (add_all(fd, path, limit, out, err))
        return true;
    text_cut(out, before);
    return false;
}

enum { MOUNTINFO_MAX = 4 * 1024 * 1024 };

bool proc_mounts_read(const char *path, struct text *out)
{
    int fd = -1;
    bool ok;

    if (!proc_file_open(path, &fd, NULL))
        return false;
    ok = descriptor_read_all(fd, path, MOUNTINFO_MAX, out, NULL);
    (void)close(fd);
    return ok;
}

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

/* Files of /proc/sys, each in one read. */

/* Longer than the longest list of reserved ports (32768 of "65535,"). */
static char contents[256 * 1024];

bool sysctl_is_of_kernel(int fd, const char *path, struct error *err)
{
    struct statfs status;

    if (fstatfs(fd, &status) < 0)
        return linux_error_set(err, errno, "cannot inspect %s", path);
    if (status.f_type != PROC_SUPER_MAGIC)
        return error_set(err, ERR_IO, "%s is not a file of the kernel (proc)", path);
    return true;
}

static void make_path(const char *place, char path[SYSCTL_PATH_SIZE])
{
    (void)snprintf(path, SYSCTL_PATH_SIZE, SYSCTL_ROOT "%s", place);
}

/* In one read: the kernel prints a list only as far as it fits into the first. */
static bool read_once(const char *path, int fd, struct error *err)
{
    size_t length = 0;

    if (!proc_file_read(path, fd, contents, sizeof contents, &length, err))
        return false;
    if (length == sizeof contents)
        return error_set(err, ERR_LIMIT, "cannot read %s: larger than %zu bytes", path,
                         sizeof contents - 1);
    contents[length] = '\0';
    return true;
}

bool sysctl_read(const char *place, const char **out, struct error *err)
{
    char path[SYSCTL_PATH_SIZE];
    int fd = -1;
    bool ok;

    make_path(place, path);
    if (!proc_file_open(path, &fd, err))
        return false;
    ok = sysctl_is_of_kernel(fd, path, err) && read_once(path, fd, err);
    (void)close(fd);
    if (ok)
        *out = contents;
    return ok;
}

/* For a text that was read, and is not what it should be. */
static bool refuse(const char *place, struct error *err)
{
    char path[SYSCTL_PATH_SIZE];

    make_path(place, path);
    return error_prefix(err, "%s", path);
}

bool sysctl_read_number(const char *place, int64_t *out, struct error *err)
{
    const char *text;

    return sysctl_read(place, &text, err) &&
           (sysctl_text_number(text, out, err) || refuse(place, err));
}

bool sysctl_read_range(const char *place, struct port_range *out, struct error *err)
{
    const char *text;

    return sysctl_read(place, &text, err) &&
           (sysctl_text_port_range(text, out, err) || refuse(place, err));
}

bool sysctl_read_ports(const char *place, struct port_set *out, struct error *err)
{
    const char *text;

    return sysctl_read(place, &text, err) &&
           (sysctl_text_port_list(text, out, err) || refuse(place, err));
}
