/* SPDX-License-Identifier: MIT */
/* Files of /proc/sys, each in one read. */
#include "checks/host/linux/sysctl_reader.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/linux_file.h"

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
