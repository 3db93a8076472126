/* SPDX-License-Identifier: MIT */
/* Reading the site's own files. %ProgramData% lets every user make directories, so ours
 * may be somebody else's. */
#include <stdlib.h>
#include <wchar.h>

#include "checks/host/program.h"
#include "checks/host/windows/handle_read.h"
#include "checks/host/windows/safe_handle.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

/* The caller closes it. NULL: *err is filled. */
static HANDLE open_safely(const wchar_t *path, const char *name, enum object_kind kind,
                          struct error *err)
{
    /* BACKUP_SEMANTICS opens directories, so that one in place of a file is named. */
    HANDLE object = CreateFileW(
        path,
        READ_CONTROL | FILE_READ_ATTRIBUTES | (kind == OBJECT_FILE ? FILE_READ_DATA : 0),
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
        FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);

    if (object == INVALID_HANDLE_VALUE) {
        (void)win_error_set(err, GetLastError(), "cannot read '%s'", name);
        return NULL;
    }
    if (safe_handle_judge(object, kind, ACL_READABLE, name, err))
        return object;
    (void)CloseHandle(object);
    return NULL;
}

/* Whoever may change the directory may put another file in. */
static bool judge_directory(wchar_t *path, const char *name, struct error *err)
{
    wchar_t *end = wcsrchr(path, L'\\');
    struct text directory = { 0 };
    HANDLE object = NULL;
    wchar_t behind;

    if (!end || end == path)
        return error_set(err, ERR_IO, "cannot read '%s': its path has no directory",
                         name);
    if (end[-1] == L':')
        end++; /* the root of a drive is "C:\\" */
    behind = *end;
    *end = L'\0';
    win_text_add_wide(&directory, path);
    if (text_ok(&directory, err))
        object = open_safely(path, text_string(&directory), OBJECT_DIRECTORY, err);
    text_clear(&directory);
    *end = behind;
    if (object)
        (void)CloseHandle(object);
    return object != NULL;
}

/* The whole path, new; the caller frees it. NULL: *err is filled. */
static wchar_t *full_path(const char *path, struct error *err)
{
    wchar_t *wide = win_text_to_wide(path, err);
    const DWORD size = wide ? GetFullPathNameW(wide, 0, NULL, NULL) : 0;
    wchar_t *full = size > 0 ? calloc(size, sizeof *full) : NULL;
    DWORD length = full ? GetFullPathNameW(wide, size, full, NULL) : 0;

    if (wide && (length == 0 || length >= size)) {
        (void)win_error_set(err,
                            size > 0 && !full ? ERROR_NOT_ENOUGH_MEMORY : GetLastError(),
                            "cannot read '%s'", path);
        free(full);
        full = NULL;
    }
    free(wide);
    return full;
}

/* "\\.\NUL", "\\.\pipe\x" */
static bool is_device(const wchar_t *path)
{
    static const wchar_t begin[] = L"\\\\.\\";

    return wcsncmp(path, begin, ARRAY_COUNT(begin) - 1) == 0;
}

bool program_read_site_file(const char *path, size_t limit, struct text *out,
                            struct error *err)
{
    wchar_t *full = full_path(path, err);
    HANDLE file = NULL;
    bool ok;

    if (!full)
        return false;
    if (is_device(full))
        (void)error_set(err, ERR_DENIED, "'%s' is not safe: it is not a file on a disk",
                        path);
    else if (judge_directory(full, path, err))
        file = open_safely(full, path, OBJECT_FILE, err);
    free(full);
    if (!file)
        return false;
    ok = handle_read_all(file, path, limit, out, err);
    (void)CloseHandle(file);
    return ok;
}
