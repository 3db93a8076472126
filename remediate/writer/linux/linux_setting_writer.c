/* SPDX-License-Identifier: MIT */
/* The WRITE seam on Linux: sysctls, whose writes are the only ones that take effect at
 * once, and one file of sysctl.d. */
#include "remediate/writer/linux/linux_setting_writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/sysctl_config.h"
#include "checks/model/change.h"
#include "checks/model/place.h"
#include "remediate/writer/linux/safe_file.h"
#include "remediate/writer/setting_writer.h"

/* Our own file of sysctl.d, replaced as a whole or not at all: a half-written one would
 * be read at the next boot. */

static const char directory_path[] = "/etc/sysctl.d";

/* Hidden and without ".conf" at its end: nobody takes it for configuration. */
#define TEMPORARY_PREFIX "/etc/sysctl.d/.90-port-exhaustion.conf."
enum { TEMPORARY_SIZE = sizeof TEMPORARY_PREFIX + 24 };

static bool is_ours(const char *place, struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    return strcmp(place, SYSCTL_DROP_IN) == 0 ||
           error_set(err, ERR_UNSUPPORTED,
                     "'%s' is not a file that this program writes, expected '%s'",
                     error_quote(place, quote), SYSCTL_DROP_IN);
}

static bool is_leftover(int directory, const char *name)
{
    static const size_t prefix = sizeof TEMPORARY_PREFIX - sizeof "/etc/sysctl.d/";
    const char *const wanted = safe_file_name(TEMPORARY_PREFIX);
    struct stat status;

    if (strncmp(name, wanted, prefix) != 0 || name[prefix] == '\0' ||
        name[prefix + strspn(name + prefix, "0123456789")] != '\0')
        return false;
    return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && status.st_uid == 0;
}

void setting_writer_clean(void)
{
    struct error ignored = { 0 };
    struct dirent *entry;
    DIR *listing = NULL;
    int fd = -1;

    if (safe_directory_open(directory_path, &fd, &ignored))
        listing = fdopendir(fd);
    if (!listing) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    while ((entry = readdir(listing)) != NULL)
        if (is_leftover(fd, entry->d_name))
            (void)unlinkat(fd, entry->d_name, 0);
    (void)closedir(listing);
}

static bool read_open(int directory, bool *present, struct text *out, struct error *err)
{
    const size_t before = out->length;
    int fd = -1;
    bool ok;

    if (!safe_file_open(directory, SYSCTL_DROP_IN, O_RDONLY, 0, &fd, err))
        return false;
    ok = descriptor_read_all(fd, SYSCTL_DROP_IN, CHANGE_VALUE_MAX, out, err);
    (void)close(fd);
    if (ok && out->length > before &&
        memchr(out->data + before, '\0', out->length - before))
        ok = error_set(err, ERR_MALFORMED, "'%s' holds a NUL byte, expected text",
                       SYSCTL_DROP_IN);
    if (ok)
        *present = true;
    return ok;
}

static bool read_drop_in(const char *place, bool *present, struct text *out,
                         struct error *err)
{
    const size_t before = out->length;
    struct error unread = { 0 };
    int directory = -1;
    bool ok;

    if (!is_ours(place, err))
        return false;
    ok = safe_directory_open(directory_path, &directory, &unread) &&
         read_open(directory, present, out, &unread);
    if (directory >= 0)
        (void)close(directory);
    if (!ok)
        text_cut(out, before);
    if (ok || unread.code != ERR_ABSENT)
        return ok || error_set(err, unread.code, "%s", unread.message);
    *present = false;
    return true;
}

static bool fill(int fd, const char *path, const char *value, struct error *err)
{
    return safe_file_write(fd, path, 0, value, strlen(value), err) &&
           safe_file_sync(fd, path, err);
}

static bool replace(int directory, const char *temporary, struct error *err)
{
    return renameat(directory, safe_file_name(temporary), directory,
                    safe_file_name(SYSCTL_DROP_IN)) == 0 ||
           safe_file_error(err, "replace", SYSCTL_DROP_IN);
}

/* The old file stays until the new one is whole and on the disk. */
static bool write_new(int directory, const char *value, struct error *err)
{
    char temporary[TEMPORARY_SIZE];
    int fd = -1;
    bool ok;

    (void)snprintf(temporary, sizeof temporary, "%s%lu", TEMPORARY_PREFIX,
                   (unsigned long)getpid());
    if (!safe_file_open(directory, temporary, O_WRONLY | O_CREAT | O_EXCL, 0644, &fd,
                        err))
        return false;
    ok = fill(fd, temporary, value, err);
    if (close(fd) < 0 && ok)
        ok = safe_file_error(err, "close", temporary);
    ok = ok && replace(directory, temporary, err);
    if (!ok)
        (void)unlinkat(directory, safe_file_name(temporary), 0);
    return ok && safe_file_sync(directory, directory_path, err);
}

/* What stands there must be ours, or nothing. */
static bool may_replace(int directory, bool *present, struct error *err)
{
    struct error unsafe = { 0 };

    *present = safe_file_inspect(directory, SYSCTL_DROP_IN, &unsafe);
    if (*present || unsafe.code == ERR_ABSENT)
        return true;
    return error_set(err, unsafe.code, "%s", unsafe.message);
}

static bool take_away(struct error *err)
{
    struct error absent = { 0 };
    int directory = -1;
    bool present;
    bool ok;

    if (!safe_directory_open(directory_path, &directory, &absent))
        return absent.code == ERR_ABSENT ||
               error_set(err, absent.code, "%s", absent.message);
    ok = may_replace(directory, &present, err);
    if (ok && present && unlinkat(directory, safe_file_name(SYSCTL_DROP_IN), 0) < 0)
        ok = safe_file_error(err, "remove", SYSCTL_DROP_IN);
    ok = ok && safe_file_sync(directory, directory_path, err);
    (void)close(directory);
    return ok;
}

static bool write_drop_in(const char *place, const char *value, struct error *err)
{
    int directory = -1;
    bool present;
    bool ok;

    if (!is_ours(place, err))
        return false;
    setting_writer_clean();
    if (!value)
        return take_away(err);
    if (strlen(value) > CHANGE_VALUE_MAX)
        return error_set(err, ERR_LIMIT, "'%s' would be larger than %d bytes",
                         SYSCTL_DROP_IN, CHANGE_VALUE_MAX);
    if (!safe_directory_make(directory_path, &directory, err))
        return false;
    ok = may_replace(directory, &present, err) && write_new(directory, value, err);
    (void)close(directory);
    return ok;
}

/* Sysctls. */

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
                     change_kind_names[kind]);
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are the seam's */
static bool read_place(void *self, enum change_kind kind, const char *place,
                       const struct deadline *deadline, bool *present, struct text *out,
                       struct error *err)
{
    (void)self;
    (void)deadline; /* nothing here waits for anyone */
    if (kind == CHANGE_SYSCTL)
        return read_sysctl(place, present, out, err);
    return kind == CHANGE_FILE ? read_drop_in(place, present, out, err)
                               : no_such_kind(kind, err);
}

static bool write_place(void *self, enum change_kind kind, const char *place,
                        const char *value, const struct deadline *deadline,
                        struct error *err)
{
    struct linux_writer *writer = self;

    (void)deadline;
    /* A recovery may find the drop-in unchanged and never write it. */
    if (!writer->cleaned)
        setting_writer_clean();
    writer->cleaned = true;
    if (kind == CHANGE_SYSCTL)
        return write_sysctl(place, value, err);
    return kind == CHANGE_FILE ? write_drop_in(place, value, err)
                               : no_such_kind(kind, err);
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
