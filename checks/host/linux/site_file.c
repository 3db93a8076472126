/* SPDX-License-Identifier: MIT */
/* Reading the site's own files: what they say counts only if nobody but root can have
 * written it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/safe_path.h"
#include "checks/host/program.h"

enum { LINKS_MAX = 16 };

/* The way to a file, name by name; each directory is judged once it is open, so that
 * nobody can exchange what was judged. */
struct route {
    char path[PATH_MAX]; /* absolute; what links lead to is put in their place */
    size_t at;           /* the next name in it */
    int directory;       /* the last one that was judged, O_PATH */
    unsigned int links;  /* that were followed */
};

static bool fail(struct error *err, int number, const char *path)
{
    errno = number;
    return safe_file_error(err, "read", path);
}

static void leave(struct route *route)
{
    if (route->directory >= 0)
        (void)close(route->directory);
    route->directory = -1;
}

/*
 * Where nobody can write, a mode lets nobody write, and a link stays what it is: so are
 * the volumes that Kubernetes makes of a ConfigMap (root's, mode 0777, links inside).
 */
static bool is_unchangeable(int directory)
{
    struct statvfs file_system;
    struct stat status;

    return fstatvfs(directory, &file_system) == 0 && fstat(directory, &status) == 0 &&
           S_ISDIR(status.st_mode) && status.st_uid == 0 &&
           (file_system.f_flag & ST_RDONLY) != 0;
}

static bool enter(struct route *route, int next, const char *so_far, struct error *err)
{
    leave(route);
    route->directory = next;
    return is_unchangeable(next) || safe_directory_judge(next, so_far, err);
}

static bool enter_root(struct route *route, struct error *err)
{
    const int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

    route->at = 0;
    return root < 0 ? fail(err, errno, "/") : enter(route, root, "/", err);
}

static bool start(struct route *route, const char *path, struct error *err)
{
    char here[PATH_MAX] = "";
    int length;

    if (*path != '/' && !getcwd(here, sizeof here))
        return fail(err, errno, path);
    length = snprintf(route->path, sizeof route->path, "%s%s%s", here,
                      *path == '/' ? "" : "/", path);
    if (length < 0 || (size_t)length >= sizeof route->path)
        return fail(err, ENAMETOOLONG, path);
    return enter_root(route, err);
}

/* Puts what the link leads to in the place of its name, `length` long, and begins anew.
 */
static bool follow(struct route *route, int link, size_t length, struct error *err)
{
    char target[PATH_MAX];
    char rest[PATH_MAX];
    const ssize_t got = readlinkat(link, "", target, sizeof target - 1);
    int written;

    if (got < 0)
        return fail(err, errno, route->path);
    if (++route->links > LINKS_MAX)
        return fail(err, ELOOP, route->path);
    target[got] = '\0';
    (void)snprintf(rest, sizeof rest, "%s", route->path + route->at + length);
    if (target[0] == '/')
        route->at = 0;
    written = snprintf(route->path + route->at, sizeof route->path - route->at, "%s%s",
                       target, rest);
    if (written < 0 || (size_t)written >= sizeof route->path - route->at)
        return fail(err, ENAMETOOLONG, route->path);
    return enter_root(route, err);
}

/* Takes the next name, `length` long; *arrived: it is the last one, and no link. */
static bool step(struct route *route, size_t length, bool *arrived, struct error *err)
{
    char so_far[PATH_MAX];
    struct stat status;
    bool ok;
    int next;

    (void)snprintf(so_far, sizeof so_far, "%.*s", (int)(route->at + length), route->path);
    next = openat(route->directory, so_far + route->at, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 || fstat(next, &status) < 0) {
        ok = fail(err, errno, so_far);
    } else if (S_ISLNK(status.st_mode) && is_unchangeable(route->directory)) {
        ok = follow(route, next, length, err);
    } else if (route->path[route->at + length] == '\0') {
        *arrived = true;
        ok = true;
    } else {
        route->at += length;
        return enter(route, next, so_far, err); /* which keeps `next` */
    }
    if (next >= 0)
        (void)close(next);
    return ok;
}

static bool walk(struct route *route, struct error *err)
{
    bool arrived = false;
    bool ok = true;

    while (ok && !arrived) {
        route->at += strspn(route->path + route->at, "/");
        ok = step(route, strcspn(route->path + route->at, "/"), &arrived, err);
    }
    return ok;
}

/* Judged before it is opened, since opening a device or a pipe may do something, and
 * after it, since it may be another one by then. What is read is what was judged. */
static bool open_file(const struct route *route, int *fd, struct error *err)
{
    if (!safe_file_inspect(route->directory, route->path, err))
        return false;
    *fd = openat(route->directory, safe_file_name(route->path),
                 O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0)
        return linux_error_set(err, errno, "cannot read '%s'", route->path);
    return safe_file_judge(*fd, route->path, err);
}

/* Where there is no file, nobody's directory matters. */
static bool is_there(const char *path, struct error *err)
{
    struct stat status;

    return lstat(path, &status) == 0 ||
           linux_error_set(err, errno, "cannot read '%s'", path);
}

static bool read_route(struct route *route, size_t limit, struct text *out,
                       struct error *err)
{
    int fd = -1;
    const bool ok = walk(route, err) && open_file(route, &fd, err) &&
                    descriptor_read_all(fd, route->path, limit, out, err);

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool program_read_site_file(const char *path, size_t limit, struct text *out,
                            struct error *err)
{
    struct route route = { .directory = -1 };
    struct error failure = { 0 };
    bool ok;

    if (!is_there(path, err))
        return false;
    ok = start(&route, path, &failure) && read_route(&route, limit, out, &failure);
    leave(&route);
    /* A link that leads nowhere is a file that cannot be read, not one that is absent. */
    return ok || error_set(err, failure.code == ERR_ABSENT ? ERR_IO : failure.code, "%s",
                           failure.message);
}
