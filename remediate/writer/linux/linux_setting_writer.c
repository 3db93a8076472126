/* SPDX-License-Identifier: MIT */
/* The WRITE seam on Linux: sysctls, whose writes are the only ones that take effect at
 * once, and one file of sysctl.d. */
#include "remediate/writer/setting_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/sysctl_reader.h"
#include "checks/model/place.h"
#include "remediate/writer/linux/drop_in_writer.h"

static bool make_path(const char *place, char path[SYSCTL_PATH_SIZE], struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    if (!place_sysctl_in_reach(place))
        return error_set(
            err, ERR_UNSUPPORTED,
            "'%s' is not a sysctl that this program may change, expected one "
            "below " PLACE_SYSCTL_REACH,
            error_quote(place, quote));
    (void)snprintf(path, SYSCTL_PATH_SIZE, SYSCTL_ROOT "%s", place);
    return true;
}

static bool cannot_write(const char *path, struct error *err)
{
    if (errno == EROFS)
        return error_set(err, ERR_DENIED, "cannot write %s: %s", path, strerror(EROFS));
    return linux_error_set(err, errno, "cannot write %s", path);
}

static bool open_to_write(const char *path, int *fd, struct error *err)
{
    const int opened = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

    if (opened < 0)
        return cannot_write(path, err);
    if (!sysctl_is_of_kernel(opened, path, err)) {
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

static bool read_sysctl(const char *place, bool *present, struct text *out,
                        struct error *err)
{
    char path[SYSCTL_PATH_SIZE];
    struct error unread = { 0 };
    const char *value;

    if (!make_path(place, path, err))
        return false;
    if (!sysctl_read(place, &value, &unread)) {
        if (unread.code != ERR_ABSENT)
            return error_set(err, unread.code, "%s", unread.message);
        *present = false;
        return true;
    }
    add_canonical(value, out);
    if (!text_ok(out, err))
        return false;
    *present = true;
    return true;
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
            return cannot_write(path, err);
        }
    }
    return true;
}

static bool write_sysctl(const char *place, const char *value, struct error *err)
{
    char path[SYSCTL_PATH_SIZE];
    char quote[ERR_QUOTE_SIZE];
    struct text line = { 0 };
    int fd = -1;
    bool ok;

    if (!make_path(place, path, err))
        return false;
    if (!value)
        return error_set(err, ERR_UNSUPPORTED, "%s cannot be removed", path);
    if (!open_to_write(path, &fd, err))
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

struct linux_writer {
    bool cleaned; /* leftovers of killed runs were looked for */
};

static bool no_such_kind(enum change_kind kind, struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED, "Linux has no setting of the kind '%s'",
                     change_kind_name(kind));
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are the seam's */
static bool read_place(void *self, enum change_kind kind, const char *place,
                       const struct deadline *deadline, bool *present, struct text *out,
                       struct error *err)
{
    (void)self;
    (void)deadline; /* nothing here waits for anyone */
    switch (kind) {
    case CHANGE_SYSCTL:
        return read_sysctl(place, present, out, err);
    case CHANGE_FILE:
        return drop_in_writer_read(place, present, out, err);
    case CHANGE_REGISTRY:
    case CHANGE_DYNAMIC_RANGE:
    case CHANGE_KIND_COUNT:
        break;
    }
    return no_such_kind(kind, err);
}

static bool write_place(void *self, enum change_kind kind, const char *place,
                        const char *value, const struct deadline *deadline,
                        struct error *err)
{
    struct linux_writer *writer = self;

    (void)deadline;
    /* A recovery may find the drop-in unchanged and never write it. */
    if (!writer->cleaned)
        drop_in_writer_clean();
    writer->cleaned = true;
    switch (kind) {
    case CHANGE_SYSCTL:
        return write_sysctl(place, value, err);
    case CHANGE_FILE:
        return drop_in_writer_write(place, value, err);
    case CHANGE_REGISTRY:
    case CHANGE_DYNAMIC_RANGE:
    case CHANGE_KIND_COUNT:
        break;
    }
    return no_such_kind(kind, err);
}

static const struct setting_writer_ops linux_ops = {
    .read = read_place,
    .write = write_place,
    .close = free,
};

bool setting_writer_open(struct setting_writer *writer, struct error *err)
{
    struct linux_writer *self = calloc(1, sizeof *self);

    if (!self)
        return error_set(err, ERR_MEMORY, "out of memory");
    *writer = (struct setting_writer){ .ops = &linux_ops, .self = self };
    return true;
}
