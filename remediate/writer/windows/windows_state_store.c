/* SPDX-License-Identifier: MIT */
/* Journal and lock in %ProgramData%\port-exhaustion. */
#include "remediate/writer/state_store.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/data_path.h"
#include "checks/host/windows/handle_read.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/journal.h"
#include "remediate/writer/windows/safe_object.h"

/* Owner Administrators, nothing inherited: SYSTEM and Administrators may do all, Users
 * read. What is made inside the directory inherits that. */
#define SDDL_DIRECTORY L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
#define SDDL_JOURNAL   L"O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)"
#define SDDL_LOCK      L"O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)"

/* Locks of Windows are mandatory: this byte lies far behind the pid, so that another run
 * can read the pid. */
enum { LOCKED_BYTE = 0x40000000, LOOKS_BYTE };

/* The holder may be between taking the lock and writing its pid. */
enum { PID_TRIES = 20, PID_WAIT_MS = 10, PID_TEXT_SIZE = 24 };

/* One write of the journal. */
enum { CHUNK_SIZE = 64 * 1024 };

struct own_path {
    struct text name; /* UTF-8, for messages */
    wchar_t *path;    /* owned */
};

struct windows_store {
    struct own_path directory;
    struct own_path journal;
    struct own_path lock;
    HANDLE held_directory; /* open while locked: nobody can rename it away */
    HANDLE held_lock;      /* NULL = not locked */
    HANDLE held_looks;     /* the lock's file once more */
    HANDLE held_journal; /* from the first record of a run on: who may read the file could
                            else open it for himself alone, in the middle of the run */
};

static void own_path_clear(struct own_path *path)
{
    text_clear(&path->name);
    free(path->path);
    path->path = NULL;
}

/* From out->name. */
static bool own_path_make(struct own_path *out, struct error *err)
{
    if (!text_ok(&out->name, err))
        return false;
    out->path = win_text_to_wide(text_string(&out->name), err);
    return out->path != NULL;
}

static bool own_path_below(const char *below, struct own_path *out, struct error *err)
{
    return data_path_add(below, &out->name, err) && own_path_make(out, err);
}

static void close_handle(HANDLE *handle)
{
    if (*handle)
        (void)CloseHandle(*handle);
    *handle = NULL;
}

static struct object_request directory_request(const struct windows_store *store)
{
    return (struct object_request){
        .path = store->directory.path,
        .name = text_string(&store->directory.name),
        .kind = OBJECT_DIRECTORY,
        .use = ACL_READABLE,
        /* Without FILE_SHARE_DELETE: it stays where it is while we look. */
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
    };
}

static struct object_request file_request(const struct own_path *file, enum acl_use use)
{
    return (struct object_request){
        .path = file->path,
        .name = text_string(&file->name),
        .kind = OBJECT_FILE,
        .use = use,
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
    };
}

/* True also when it is absent. */
static bool inspect_file(const struct own_path *file, enum acl_use use, bool *present,
                         struct error *err)
{
    struct object_request request = file_request(file, use);
    struct error failure = { 0 };

    *present = safe_object_inspect(&request, &failure);
    if (*present || failure.code == ERR_ABSENT)
        return true;
    return error_set(err, failure.code, "%s", failure.message);
}

/* Not its attributes: those any user who may list the directory is told. */
static bool shows_nothing(const struct own_path *file)
{
    HANDLE probe = CreateFileW(
        file->path, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
        FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);

    if (probe == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_ACCESS_DENIED;
    (void)CloseHandle(probe);
    return false;
}

/*
 * The lock shows nothing to ordinary users, who may plan and read the history all the
 * same: in a directory that was just judged nobody but an administrator can have made it,
 * and whoever takes the lock judges it.
 */
static bool inspect_lock(const struct own_path *file, struct error *err)
{
    bool present;

    return shows_nothing(file) || inspect_file(file, ACL_PRIVATE, &present, err);
}

static bool inspect(void *self, bool *recorded, struct error *err)
{
    const struct windows_store *store = self;
    struct object_request request = directory_request(store);
    struct error failure = { 0 };
    HANDLE directory = NULL;
    bool ok;

    *recorded = false;
    if (!safe_object_open(&request, &directory, &failure))
        return failure.code == ERR_ABSENT ||
               error_set(err, failure.code, "%s", failure.message);
    ok = inspect_file(&store->journal, ACL_READABLE, recorded, err) &&
         inspect_lock(&store->lock, err);
    (void)CloseHandle(directory);
    return ok;
}

/* Reads at most `room` - 1 bytes from the beginning. */
static bool read_pid(HANDLE file, char *out, size_t room)
{
    OVERLAPPED at_start = { 0 };
    DWORD got = 0;
    DWORD digits = 0;

    if (!ReadFile(file, out, (DWORD)room - 1, &got, &at_start))
        return false;
    while (digits < got && isdigit((unsigned char)out[digits]))
        digits++;
    out[digits] = '\0';
    return digits > 0;
}

static bool held_by_another(HANDLE file, struct error *err)
{
    char pid[PID_TEXT_SIZE];

    for (int i = 0; i < PID_TRIES; i++) {
        if (i > 0)
            Sleep(PID_WAIT_MS);
        if (read_pid(file, pid, sizeof pid))
            return error_set(err, ERR_LIMIT, "another run (pid %s) holds the lock", pid);
    }
    return error_set(err, ERR_LIMIT, "another run holds the lock");
}

static bool truncate_at(HANDLE file, size_t keep, const char *name, struct error *err)
{
    LARGE_INTEGER end = { .QuadPart = (LONGLONG)keep };

    return (SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file)) ||
           win_error_set(err, GetLastError(), "cannot truncate '%s'", name);
}

static bool write_all(HANDLE file, const char *bytes, size_t length, const char *name,
                      struct error *err)
{
    while (length > 0) {
        DWORD wanted = length < CHUNK_SIZE ? (DWORD)length : CHUNK_SIZE;
        DWORD written = 0;

        if (!WriteFile(file, bytes, wanted, &written, NULL))
            return win_error_set(err, GetLastError(), "cannot write '%s'", name);
        if (written == 0)
            return error_set(err, ERR_IO, "cannot write '%s': nothing was written", name);
        bytes += written;
        length -= written;
    }
    return true;
}

static bool write_pid(HANDLE file, const char *name, struct error *err)
{
    struct text pid = { 0 };
    bool ok;

    text_addf(&pid, "%lu\n", GetCurrentProcessId());
    ok = text_ok(&pid, err) && truncate_at(file, 0, name, err) &&
         write_all(file, text_string(&pid), pid.length, name, err);
    text_clear(&pid);
    return ok;
}

static bool take_lock(HANDLE file, const char *name, struct error *err)
{
    OVERLAPPED where = { .Offset = LOCKED_BYTE };
    DWORD code;

    if (LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                   &where))
        return write_pid(file, name, err);
    code = GetLastError();
    if (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING)
        return held_by_another(file, err);
    return win_error_set(err, code, "cannot lock '%s'", name);
}

static bool lock(void *self, struct error *err)
{
    struct windows_store *store = self;
    struct object_request directory = directory_request(store);
    struct object_request file = file_request(&store->lock, ACL_PRIVATE);
    HANDLE opened = NULL;

    if (store->held_lock)
        return error_set(err, ERR_LIMIT, "this run holds the lock already");
    if (!safe_object_make_directory(directory.path, directory.name, SDDL_DIRECTORY,
                                    err) ||
        !safe_object_open(&directory, &store->held_directory, err))
        return false;
    file.access = GENERIC_READ | GENERIC_WRITE;
    file.sddl = SDDL_LOCK;
    if (safe_object_open(&file, &opened, err) && take_lock(opened, file.name, err)) {
        store->held_lock = opened;
        return true;
    }
    close_handle(&opened);
    close_handle(&store->held_directory);
    return false;
}

static void unlock(void *self)
{
    struct windows_store *store = self;
    OVERLAPPED where = { .Offset = LOCKED_BYTE };
    struct error ignored = { 0 };

    if (store->held_lock) {
        /* An old pid would mislead whoever meets the next holder before it wrote its own.
         */
        (void)truncate_at(store->held_lock, 0, "", &ignored);
        (void)UnlockFileEx(store->held_lock, 0, 1, 0, &where);
    }
    close_handle(&store->held_journal);
    close_handle(&store->held_lock);
    close_handle(&store->held_directory);
}

static void end_looks(void *self)
{
    struct windows_store *store = self;
    OVERLAPPED where = { .Offset = LOOKS_BYTE };

    if (store->held_looks)
        (void)UnlockFileEx(store->held_looks, 0, 1, 0, &where);
    close_handle(&store->held_looks);
}

static bool take_looks(HANDLE file, const char *name, struct error *err)
{
    OVERLAPPED where = { .Offset = LOOKS_BYTE };
    DWORD code;

    if (LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                   &where))
        return true;
    code = GetLastError();
    if (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING)
        return error_set(err, ERR_LIMIT, "another alert is being confirmed");
    return win_error_set(err, code, "cannot lock '%s'", name);
}

static bool begin_looks(void *self, struct error *err)
{
    struct windows_store *store = self;
    struct object_request directory = directory_request(store);
    struct object_request file = file_request(&store->lock, ACL_PRIVATE);
    HANDLE opened = NULL;
    HANDLE held_directory = NULL;
    bool ok;

    file.access = GENERIC_READ | GENERIC_WRITE;
    file.sddl = SDDL_LOCK;
    ok =
        safe_object_make_directory(directory.path, directory.name, SDDL_DIRECTORY, err) &&
        safe_object_open(&directory, &held_directory, err) &&
        safe_object_open(&file, &opened, err) && take_looks(opened, file.name, err);
    close_handle(&held_directory);
    if (ok)
        store->held_looks = opened;
    else
        close_handle(&opened);
    return ok;
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    const struct windows_store *store = self;
    struct object_request directory = directory_request(store);
    struct object_request file = file_request(&store->journal, ACL_READABLE);
    struct text bytes = { 0 };
    HANDLE opened_directory = NULL;
    HANDLE opened = NULL;
    bool ok;

    file.access = GENERIC_READ;
    ok = safe_object_open(&directory, &opened_directory, err) &&
         safe_object_open(&file, &opened, err) &&
         handle_read_all(opened, file.name, JOURNAL_MAX, &bytes, err);
    if (ok) {
        text_add_bytes(out, text_string(&bytes), bytes.length);
        ok = text_ok(out, err);
    }
    text_clear(&bytes);
    close_handle(&opened);
    close_handle(&opened_directory);
    return ok;
}

static bool check_size(HANDLE file, size_t keep, size_t length, const char *name,
                       struct error *err)
{
    LARGE_INTEGER size = { 0 };

    if (!GetFileSizeEx(file, &size))
        return win_error_set(err, GetLastError(), "cannot inspect '%s'", name);
    if ((uint64_t)size.QuadPart < keep)
        return error_set(
            err, ERR_IO,
            "'%s' has %lld bytes, expected %zu or more: somebody truncated it", name,
            size.QuadPart, keep);
    if (keep > JOURNAL_MAX || length > JOURNAL_MAX - keep)
        return error_set(err, ERR_LIMIT, "'%s' would be larger than %d bytes", name,
                         JOURNAL_MAX);
    return true;
}

static bool hold_journal(struct windows_store *store, struct error *err)
{
    struct object_request file = file_request(&store->journal, ACL_READABLE);

    if (store->held_journal)
        return true;
    file.access = GENERIC_READ | GENERIC_WRITE;
    file.sddl = SDDL_JOURNAL;
    return safe_object_open(&file, &store->held_journal, err);
}

static bool append_journal(void *self, size_t keep, const char *bytes, size_t length,
                           struct error *err)
{
    struct windows_store *store = self;
    const char *name = text_string(&store->journal.name);
    HANDLE opened;
    bool ok;

    if (!store->held_lock)
        return error_set(err, ERR_DENIED, "'%s' may be written only with the lock held",
                         name);
    if (!hold_journal(store, err))
        return false;
    opened = store->held_journal;
    ok = check_size(opened, keep, length, name, err) &&
         truncate_at(opened, keep, name, err) &&
         write_all(opened, bytes, length, name, err);
    /* Writes the file's data and its entry in the directory (FlushFileBuffers). */
    if (ok && !FlushFileBuffers(opened))
        ok = win_error_set(err, GetLastError(), "cannot flush '%s' to the disk", name);
    return ok;
}

static void close_store(void *self)
{
    struct windows_store *store = self;

    end_looks(store);
    unlock(store);
    own_path_clear(&store->directory);
    own_path_clear(&store->journal);
    own_path_clear(&store->lock);
    free(store);
}

static const struct state_store_ops windows_ops = {
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
    struct windows_store *opened = calloc(1, sizeof *opened);

    if (!opened)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    if (!own_path_below("", &opened->directory, err) ||
        !own_path_below("\\journal", &opened->journal, err) ||
        !own_path_below("\\lock", &opened->lock, err)) {
        close_store(opened);
        return false;
    }
    *store = (struct state_store){ .ops = &windows_ops, .self = opened };
    return true;
}
