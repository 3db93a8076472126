/* SPDX-License-Identifier: MIT */
/* Reading the site's own files: what they say counts only if nobody but root can have
 * written it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/safe_path.h"
#include "checks/host/program.h"

/* Where there is no file, nobody's directory matters. */
static bool is_there(const char *path, struct error *err)
{
    struct stat status;

    return lstat(path, &status) == 0 ||
           linux_error_set(err, errno, "cannot read '%s'", path);
}

static bool reach_directory(const char *path, int *directory, struct error *err)
{
    char parent[PATH_MAX];
    const int length =
        snprintf(parent, sizeof parent, "%.*s", (int)(safe_file_name(path) - path), path);

    if (length >= 0 && (size_t)length < sizeof parent)
        return safe_directory_reach(parent, directory, err);
    return linux_error_set(err, ENAMETOOLONG, "cannot read '%s'", path);
}

/* Judged before it is opened, since opening a device or a pipe may do something, and
 * after it, since it may be another one by then. */
static bool open_file(int directory, const char *path, int *fd, struct error *err)
{
    if (!safe_file_inspect(directory, path, err))
        return false;
    *fd = openat(directory, safe_file_name(path),
                 O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0)
        return linux_error_set(err, errno, "cannot read '%s'", path);
    return safe_file_judge(*fd, path, err);
}

bool program_read_site_file(const char *path, size_t limit, struct text *out,
                            struct error *err)
{
    int directory = -1;
    int fd = -1;
    bool ok = is_there(path, err) && reach_directory(path, &directory, err) &&
              open_file(directory, path, &fd, err) &&
              descriptor_read_all(fd, path, limit, out, err);

    if (fd >= 0)
        (void)close(fd);
    if (directory >= 0)
        (void)close(directory);
    return ok;
}
