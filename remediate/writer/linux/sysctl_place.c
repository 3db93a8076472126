/* SPDX-License-Identifier: MIT */
/* The only writes that take effect at once. */
#include "remediate/writer/linux/sysctl_place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checks/model/change.h"
#include "remediate/writer/sysctl_reach.h"

enum { PATH_SIZE = sizeof "/proc/sys/" + SYSCTL_PLACE_MAX };

static bool make_path(const char *place, char path[PATH_SIZE], struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    if (!sysctl_is_in_reach(place))
        return error_set(err, ERR_UNSUPPORTED,
                         "'%s' is no sysctl that this program touches, expected one "
                         "below " SYSCTL_REACH,
                         error_quote(place, quote));
    (void)snprintf(path, PATH_SIZE, "/proc/sys/%s", place);
    return true;
}

static bool cannot(const char *verb, const char *path, struct error *err)
{
    const bool denied = errno == EACCES || errno == EPERM || errno == EROFS;

    return error_set(err,
                     errno == ENOENT ? ERR_ABSENT
                     : denied        ? ERR_DENIED
                                     : ERR_IO,
                     "cannot %s %s: %s", verb, path, strerror(errno));
}

/* Something mounted over /proc would take the value and change nothing. */
static bool is_of_kernel(int fd, const char *path, struct error *err)
{
    struct statfs status;

    if (fstatfs(fd, &status) < 0)
        return cannot("look at", path, err);
    if (status.f_type != PROC_SUPER_MAGIC)
        return error_set(err, ERR_IO, "%s is not a file of the kernel (proc)", path);
    return true;
}

static bool open_place(const char *path, int flags, int *fd, struct error *err)
{
    const int opened = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

    if (opened < 0)
        return cannot(flags == O_RDONLY ? "read" : "write", path, err);
    if (!is_of_kernel(opened, path, err)) {
        (void)close(opened);
        return false;
    }
    *fd = opened;
    return true;
}

/* Blanks, TABs and ends of line become one blank between the words. */
static void add_canonical(const char *text, struct text *out)
{
    static const char blanks[] = " \t\r\n";
    bool first = true;

    text += strspn(text, blanks);
    while (*text) {
        const size_t length = strcspn(text, blanks);

        if (!first)
            text_add(out, " ");
        text_add_bytes(out, text, length);
        text += length + strspn(text + length, blanks);
        first = false;
    }
}

/* In one read: the kernel prints a list only as far as it fits into the first. */
static bool read_value(int fd, const char *path, struct text *out, struct error *err)
{
    char *buffer = malloc(CHANGE_VALUE_MAX);
    ssize_t got;
    bool ok;

    if (!buffer)
        return error_set(err, ERR_MEMORY, "out of memory");
    got = read(fd, buffer, CHANGE_VALUE_MAX);
    if (got < 0) {
        ok = cannot("read", path, err);
    } else if (got == CHANGE_VALUE_MAX) {
        ok = error_set(err, ERR_LIMIT, "%s is larger than %d bytes", path,
                       CHANGE_VALUE_MAX - 1);
    } else {
        buffer[got] = '\0';
        add_canonical(buffer, out);
        ok = text_ok(out, err);
    }
    free(buffer);
    return ok;
}

bool sysctl_place_read(const char *place, bool *present, struct text *out,
                       struct error *err)
{
    char path[PATH_SIZE];
    struct error unread = { 0 };
    int fd = -1;
    bool ok;

    if (!make_path(place, path, err))
        return false;
    if (!open_place(path, O_RDONLY, &fd, &unread)) {
        if (unread.code != ERR_ABSENT)
            return error_set(err, unread.code, "%s", unread.message);
        *present = false;
        return true;
    }
    ok = read_value(fd, path, out, err);
    (void)close(fd);
    if (ok)
        *present = true;
    return ok;
}

/*
 * One write takes the whole value, but for lists of ports beyond a page: there the kernel
 * tells how far it came and adds what follows (proc_do_large_bitmap, kernel/sysctl.c).
 */
static bool write_value(int fd, const char *path, const struct text *line,
                        struct error *err)
{
    size_t done = 0;

    while (done < line->length) {
        const ssize_t written = write(fd, line->data + done, line->length - done);

        if (written > 0) {
            done += (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            if (written == 0)
                errno = EIO;
            return cannot("write", path, err);
        }
    }
    return true;
}

bool sysctl_place_write(const char *place, const char *value, struct error *err)
{
    char path[PATH_SIZE];
    char quote[ERR_QUOTE_SIZE];
    struct text line = { 0 };
    int fd = -1;
    bool ok;

    if (!make_path(place, path, err))
        return false;
    if (!value)
        return error_set(err, ERR_UNSUPPORTED, "%s cannot be taken away", path);
    if (!open_place(path, O_WRONLY, &fd, err))
        return false;
    add_canonical(value, &line);
    text_add(&line, "\n");
    ok = text_ok(&line, err);
    if (ok && !write_value(fd, path, &line, err))
        ok = error_prefix(err, "value '%s'", error_quote(value, quote));
    text_clear(&line);
    (void)close(fd);
    return ok;
}
