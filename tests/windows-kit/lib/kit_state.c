/* SPDX-License-Identifier: MIT */
/* The directory, judged as the remediation judges its own. */
#include "tests/windows-kit/lib/kit_state.h"

#include <stdlib.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/data_path.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/windows/safe_object.h"
#include "tests/windows-kit/lib/restore.h"

#define LOCK "lock"

/* NULL: *err is filled. */
static wchar_t *wide_path(const struct kit_state *state, const char *name,
                          struct error *err)
{
    struct text path = { 0 };
    wchar_t *wide = NULL;

    kit_state_path(state, name, &path);
    if (text_ok(&path, err))
        wide = win_text_to_wide(text_string(&path), err);
    text_clear(&path);
    return wide;
}

static bool open_directory(struct kit_state *state, const wchar_t *path, bool make,
                           struct error *err)
{
    struct object_request request = {
        .path = path,
        .name = text_string(&state->directory),
        .kind = OBJECT_DIRECTORY,
        .use = ACL_READABLE,
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
    };

    return (!make ||
            safe_object_make_directory(path, request.name, L"" KIT_STATE_SDDL, err)) &&
           safe_object_open(&request, &state->held, err);
}

static bool take_lock(struct kit_state *state, struct error *err)
{
    wchar_t *path = wide_path(state, LOCK, err);
    HANDLE lock;

    if (!path)
        return false;
    lock = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS,
                       FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    free(path);
    if (lock == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_SHARING_VIOLATION
                   ? error_set(err, ERR_LIMIT, "another kit.exe runs on this host")
                   : win_error_set(err, GetLastError(), "lock of the kit");
    state->lock = lock;
    return true;
}

bool kit_state_open(struct kit_state *out, bool make, struct error *err)
{
    wchar_t *path;
    bool ok;

    if (!data_path_add("-kit", &out->directory, err))
        return false;
    path = win_text_to_wide(text_string(&out->directory), err);
    ok = path && open_directory(out, path, make, err) && take_lock(out, err);
    free(path);
    return ok;
}

static void close_handle(HANDLE *handle)
{
    if (*handle)
        (void)CloseHandle(*handle);
    *handle = NULL;
}

void kit_state_close(struct kit_state *state)
{
    close_handle(&state->lock);
    close_handle(&state->held);
    text_clear(&state->directory);
}

void kit_state_path(const struct kit_state *state, const char *name, struct text *out)
{
    text_addf(out, "%s\\%s", text_string(&state->directory), name);
}

static bool copy(const struct kit_state *state, const char *from, const wchar_t *name,
                 struct error *err)
{
    struct text source = { 0 };
    struct text plain = { 0 };
    wchar_t *wide_source;
    wchar_t *target;
    bool ok;

    win_text_add_wide(&plain, name);
    text_addf(&source, "%s\\%s", from, text_string(&plain));
    wide_source = win_text_to_wide(text_string(&source), err);
    target = wide_path(state, text_string(&plain), err);
    ok = wide_source && target &&
         (CopyFileW(wide_source, target, FALSE) ||
          win_error_set(err, GetLastError(), "cannot copy '%s'", text_string(&plain)));
    free(wide_source);
    free(target);
    text_clear(&source);
    text_clear(&plain);
    return ok;
}

bool kit_state_copy_programs(const struct kit_state *state, const char *directory,
                             struct error *err)
{
    WIN32_FIND_DATAW found;
    struct text pattern = { 0 };
    wchar_t *wide;
    HANDLE search = INVALID_HANDLE_VALUE;
    bool ok = true;

    text_addf(&pattern, "%s\\*.exe", directory);
    wide = win_text_to_wide(text_string(&pattern), err);
    if (wide)
        search = FindFirstFileW(wide, &found);
    free(wide);
    text_clear(&pattern);
    if (search == INVALID_HANDLE_VALUE)
        return error_set(err, ERR_ABSENT, "'%s' holds no programs", directory);
    do {
        ok = copy(state, directory, found.cFileName, err);
    } while (ok && FindNextFileW(search, &found));
    (void)FindClose(search);
    return ok;
}

bool kit_state_write(const struct kit_state *state, const char *name, const void *bytes,
                     size_t length, struct error *err)
{
    wchar_t *path = wide_path(state, name, err);
    HANDLE file;
    DWORD written = 0;
    bool ok;

    if (!path)
        return false;
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    free(path);
    ok = file != INVALID_HANDLE_VALUE &&
         WriteFile(file, bytes, (DWORD)length, &written, NULL) && written == length &&
         FlushFileBuffers(file);
    if (!ok)
        (void)win_error_set(err, GetLastError(), "cannot write '%s'", name);
    if (file != INVALID_HANDLE_VALUE)
        (void)CloseHandle(file);
    return ok;
}

bool kit_state_has(const struct kit_state *state, const char *name)
{
    struct error ignored = { 0 };
    wchar_t *path = wide_path(state, name, &ignored);
    bool has = path && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;

    free(path);
    return has;
}

void kit_state_remove(const struct kit_state *state, const char *name)
{
    struct error ignored = { 0 };
    wchar_t *path = wide_path(state, name, &ignored);

    if (path)
        (void)DeleteFileW(path);
    free(path);
}

static bool restore_list(const struct kit_state *state, const char *name,
                         struct error *err)
{
    struct text path = { 0 };
    bool ok;

    kit_state_path(state, name, &path);
    ok = text_ok(&path, err) && restore_all(text_string(&path), err);
    text_clear(&path);
    return ok;
}

bool kit_state_restore(const struct kit_state *state, bool all, struct error *err)
{
    bool ok = restore_list(state, KIT_LIST, err);

    return (!all || restore_list(state, KIT_RESTART_LIST, err)) && ok;
}

/* A program that runs stays until the next restart: whoever runs the copy is it. Under
 * its own name the restart would take away what a later kit copied there. */
static void delete_later(const struct kit_state *state, const wchar_t *path,
                         const char *name)
{
    struct error ignored = { 0 };
    struct text aside = { 0 };
    wchar_t *wide;

    text_addf(&aside, "%s.%lu-%llu.old", name, GetCurrentProcessId(),
              (unsigned long long)deadline_now_ns());
    wide = wide_path(state, text_string(&aside), &ignored);
    if (wide && MoveFileExW(path, wide, 0))
        (void)MoveFileExW(wide, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
    free(wide);
    text_clear(&aside);
}

static void delete_programs(const struct kit_state *state)
{
    struct error ignored = { 0 };
    WIN32_FIND_DATAW found;
    wchar_t *pattern = wide_path(state, "*.exe", &ignored);
    HANDLE search = pattern ? FindFirstFileW(pattern, &found) : INVALID_HANDLE_VALUE;

    free(pattern);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        struct text name = { 0 };
        wchar_t *path;

        win_text_add_wide(&name, found.cFileName);
        path = wide_path(state, text_string(&name), &ignored);
        if (path && !DeleteFileW(path))
            delete_later(state, path, text_string(&name));
        free(path);
        text_clear(&name);
    } while (FindNextFileW(search, &found));
    (void)FindClose(search);
}

void kit_state_leave(struct kit_state *state)
{
    struct error ignored = { 0 };
    wchar_t *path = win_text_to_wide(text_string(&state->directory), &ignored);

    kit_state_remove(state, KIT_WAITS);
    delete_programs(state);
    close_handle(&state->lock);
    kit_state_remove(state, LOCK);
    close_handle(&state->held);
    if (path && !RemoveDirectoryW(path))
        (void)MoveFileExW(path, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
    free(path);
    text_clear(&state->directory);
}
