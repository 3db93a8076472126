/* SPDX-License-Identifier: MIT */
/* A half-written file of sysctl.d would be read at the next boot. */
#include "remediate/writer/linux/drop_in_writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/sysctl_config.h"
#include "checks/model/change.h"
#include "remediate/writer/linux/safe_file.h"

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

void drop_in_writer_clean(void)
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

bool drop_in_writer_read(const char *place, bool *present, struct text *out,
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

bool drop_in_writer_write(const char *place, const char *value, struct error *err)
{
    int directory = -1;
    bool present;
    bool ok;

    if (!is_ours(place, err))
        return false;
    drop_in_writer_clean();
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
