/* SPDX-License-Identifier: MIT */
/* The remediation's memory on Linux: a directory with a journal and a lock. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/state_place.h"
#include "checks/model/journal.h"
#include "remediate/writer/linux/linux_setting_writer.h"
#include "remediate/writer/linux/safe_file.h"
#include "remediate/writer/state_store.h"

static const char directory_path[] = STATE_DIRECTORY;
static const char journal_path[] = STATE_JOURNAL;
static const char lock_path[] = STATE_LOCK;

/* Handles are -1 while closed. */
struct linux_store {
    int directory; /* open while locked */
    int lock;
    int looks;   /* the lock's file once more */
    int journal; /* open from the first append to the unlock */
};

static void close_handle(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* Whoever can read the lock can hold it, and stop us for ever. */
static bool is_private(int directory, struct error *err)
{
    struct stat status;

    if (fstatat(directory, safe_file_name(lock_path), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return safe_file_error(err, "inspect", lock_path);
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return error_set(err, ERR_DENIED, "'%s' has mode %04o, expected 0600", lock_path,
                         (unsigned int)(status.st_mode & 07777));
    return true;
}

static bool absent_or(bool ok, const struct error *why, struct error *err)
{
    return ok || why->code == ERR_ABSENT || error_set(err, why->code, "%s", why->message);
}

static bool inspect(void *self, bool *recorded, struct error *err)
{
    struct error journal = { 0 };
    struct error lock = { 0 };
    int directory = -1;
    bool ok;

    (void)self;
    *recorded = false;
    if (!safe_directory_open(directory_path, &directory, &journal))
        return absent_or(false, &journal, err);
    *recorded = safe_file_inspect(directory, journal_path, &journal);
    ok = absent_or(*recorded, &journal, err) &&
         absent_or(safe_file_inspect(directory, lock_path, &lock) &&
                       is_private(directory, &lock),
                   &lock, err);
    (void)close(directory);
    return ok;
}

/* 0 when the holder has not written it yet. */
static uint32_t read_holder(int fd)
{
    char digits[24] = "";
    uint32_t pid = 0;
    const ssize_t got = pread(fd, digits, sizeof digits - 1, 0);

    digits[got < 0 ? 0 : got] = '\0';
    digits[strcspn(digits, "\n")] = '\0';
    return number_parse_u32(digits, UINT32_MAX, &pid, NULL) ? pid : 0;
}

/* Sets the error of a lock that another run holds. */
static void tell_holder(int fd, struct error *err)
{
    static const struct timespec moment = { .tv_nsec = 10000000 };
    uint32_t pid = read_holder(fd);

    for (int i = 0; pid == 0 && i < 10; i++) {
        (void)nanosleep(&moment, NULL);
        pid = read_holder(fd);
    }
    if (pid == 0)
        (void)error_set(err, ERR_LIMIT, "another run holds the lock '%s'", lock_path);
    else
        (void)error_set(err, ERR_LIMIT, "another run (pid %lu) holds the lock",
                        (unsigned long)pid);
}

/* Takes the lock of an open file. */
static bool hold(int fd, struct error *err)
{
    int held;

    do {
        held = flock(fd, LOCK_EX | LOCK_NB);
    } while (held < 0 && errno == EINTR);
    if (held < 0 && errno == EWOULDBLOCK) {
        tell_holder(fd, err);
        return false;
    }
    return held == 0 || safe_file_error(err, "lock", lock_path);
}

/* Whether the file that we locked is still the one with that name. */
static bool is_current(int directory, int fd)
{
    struct stat ours;
    struct stat named;

    return fstat(fd, &ours) == 0 &&
           fstatat(directory, safe_file_name(lock_path), &named, AT_SYMLINK_NOFOLLOW) ==
               0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static bool write_holder(int fd, struct error *err)
{
    char line[24];
    const int length = snprintf(line, sizeof line, "%lu\n", (unsigned long)getpid());

    if (ftruncate(fd, 0) < 0)
        return safe_file_error(err, "cut", lock_path);
    return safe_file_write(fd, lock_path, 0, line, (size_t)length, err);
}

static bool take_lock(struct linux_store *store, struct error *err)
{
    const int flags = O_RDWR | O_CREAT;

    if (!safe_file_open(store->directory, lock_path, flags, 0600, &store->lock, err) ||
        !is_private(store->directory, err) || !hold(store->lock, err))
        return false;
    if (!is_current(store->directory, store->lock))
        return error_set(err, ERR_IO, "'%s' was replaced in the meantime, try again",
                         lock_path);
    return write_holder(store->lock, err);
}

/* Without its journal no run begins, not even one that keeps nothing else. */
static void tell_read_only(struct error *err)
{
    if ((access(STATE_DIRECTORY, W_OK) != 0 && errno == EROFS) ||
        (access("/var/lib", W_OK) != 0 && errno == EROFS))
        (void)error_suffix(err, ": mount a file system there that can be written");
}

static bool lock(void *self, struct error *err)
{
    struct linux_store *store = self;

    assert(store->lock < 0);
    if (safe_directory_make(directory_path, &store->directory, err) &&
        take_lock(store, err)) {
        /* Whoever left them is dead; a recovery may never write the drop-in. */
        setting_writer_clean();
        return true;
    }
    close_handle(&store->lock);
    close_handle(&store->directory);
    tell_read_only(err);
    return false;
}

static void unlock(void *self)
{
    struct linux_store *store = self;

    if (store->lock >= 0 && ftruncate(store->lock, 0) < 0)
        errno = 0; /* an old pid misleads nobody: the lock itself is free */
    close_handle(&store->journal);
    close_handle(&store->lock);
    close_handle(&store->directory);
}

static void end_looks(void *self)
{
    struct linux_store *store = self;

    close_handle(&store->looks);
}

/* Of the same file, as flock() does not see the locks of fcntl(); where a file system
 * makes both one (NFS), looks keep others from the lock. Kernels before 3.15 have none:
 * there everybody looks. */
static bool hold_looks(int fd, struct error *err)
{
    struct flock first_byte = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

    if (fcntl(fd, F_OFD_SETLK, &first_byte) == 0 || errno == EINVAL || errno == ENOSYS)
        return true;
    if (errno == EAGAIN || errno == EACCES)
        return error_set(err, ERR_LIMIT, "another alert is being confirmed");
    return safe_file_error(err, "lock", lock_path);
}

static bool begin_looks(void *self, struct error *err)
{
    struct linux_store *store = self;
    int directory = -1;
    bool ok;

    assert(store->lock < 0 && store->looks < 0);
    ok = safe_directory_make(directory_path, &directory, err) &&
         safe_file_open(directory, lock_path, O_RDWR | O_CREAT, 0600, &store->looks,
                        err) &&
         is_private(directory, err) && hold_looks(store->looks, err);
    close_handle(&directory);
    if (!ok)
        end_looks(store);
    return ok;
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    const size_t before = out->length;
    int directory = -1;
    int fd = -1;
    bool ok;

    (void)self;
    ok = safe_directory_open(directory_path, &directory, err) &&
         safe_file_open(directory, journal_path, O_RDONLY, 0, &fd, err) &&
         descriptor_read_all(fd, journal_path, JOURNAL_MAX, out, err);
    close_handle(&fd);
    close_handle(&directory);
    if (!ok)
        text_cut(out, before);
    return ok;
}

/* Opened once per lock; a new one is in the directory for good before it is used. */
static bool open_journal(struct linux_store *store, struct error *err)
{
    if (store->journal >= 0)
        return true;
    if (!safe_file_open(store->directory, journal_path, O_RDWR | O_CREAT, 0644,
                        &store->journal, err))
        return false;
    if (safe_file_sync(store->directory, directory_path, err))
        return true;
    close_handle(&store->journal);
    return false;
}

static bool cut(int fd, size_t keep, struct error *err)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return safe_file_error(err, "inspect", journal_path);
    if (status.st_nlink != 1)
        return error_set(err, ERR_DENIED, "'%s' was replaced in the meantime",
                         journal_path);
    if ((size_t)status.st_size < keep)
        return error_set(err, ERR_MALFORMED,
                         "'%s' has %lld bytes, expected %zu: somebody changed it",
                         journal_path, (long long)status.st_size, keep);
    return (size_t)status.st_size == keep || ftruncate(fd, (off_t)keep) == 0 ||
           safe_file_error(err, "cut", journal_path);
}

static bool append_journal(void *self, size_t keep, const char *bytes, size_t length,
                           struct error *err)
{
    struct linux_store *store = self;

    assert(store->lock >= 0);
    if (keep > JOURNAL_MAX || length > JOURNAL_MAX - keep)
        return error_set(err, ERR_LIMIT, "'%s' would be larger than %d bytes",
                         journal_path, JOURNAL_MAX);
    if (!open_journal(store, err) || !cut(store->journal, keep, err))
        return false;
    if (safe_file_write(store->journal, journal_path, (off_t)keep, bytes, length, err) &&
        safe_file_sync(store->journal, journal_path, err))
        return true;
    if (ftruncate(store->journal, (off_t)keep) < 0)
        errno = 0; /* a torn end: the reader drops it, the next append cuts it */
    return false;
}

static void close_store(void *self)
{
    end_looks(self);
    unlock(self);
    free(self);
}

static const struct state_store_ops linux_ops = {
    .inspect = inspect,
    .lock = lock,
    .unlock = unlock,
    .begin_looks = begin_looks,
    .end_looks = end_looks,
    .read_journal = read_journal,
    .append_journal = append_journal,
    .close = close_store,
};

bool state_store_open(struct state_store *store, struct error *err)
{
    struct linux_store *self = malloc(sizeof *self);

    if (!self)
        return error_set(err, ERR_MEMORY, "out of memory");
    *self =
        (struct linux_store){ .directory = -1, .lock = -1, .looks = -1, .journal = -1 };
    *store = (struct state_store){ .ops = &linux_ops, .self = self };
    return true;
}
