/* SPDX-License-Identifier: MIT */
/* Files by wide paths. */
#include "tests/windows-kit/lib/kit_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

enum { PATH_SIZE = 1024, READ_MAX = 1024 * 1024 };

bool kit_files_own_directory(struct text *out, struct error *err)
{
    wchar_t path[PATH_SIZE];
    DWORD length = GetModuleFileNameW(NULL, path, PATH_SIZE);
    wchar_t *last = length > 0 && length < PATH_SIZE ? wcsrchr(path, L'\\') : NULL;

    if (!last)
        return error_set(err, ERR_IO, "Windows does not tell where kit.exe is");
    *last = L'\0';
    win_text_add_wide(out, path);
    return text_ok(out, err);
}

/* NULL: *err is filled. */
static wchar_t *path_of(const char *directory, const char *name, struct error *err)
{
    struct text path = { 0 };
    wchar_t *wide = NULL;

    text_addf(&path, "%s\\%s", directory, name);
    if (text_ok(&path, err))
        wide = win_text_to_wide(text_string(&path), err);
    text_clear(&path);
    return wide;
}

bool kit_files_has(const char *directory, const char *name)
{
    struct error ignored = { 0 };
    wchar_t *path = path_of(directory, name, &ignored);
    bool has = path && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;

    free(path);
    return has;
}

bool kit_files_read(const char *directory, const char *name, struct text *out,
                    struct error *err)
{
    char buffer[PATH_SIZE];
    wchar_t *path = path_of(directory, name, err);
    FILE *file = path ? _wfopen(path, L"rb") : NULL;
    size_t got = 0;
    bool ok = path != NULL;

    free(path);
    if (!file)
        return ok;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0 && out->length < READ_MAX)
        text_add_bytes(out, buffer, got);
    ok = !ferror(file) && got == 0 && text_ok(out, err);
    (void)fclose(file);
    return ok || error_set(err, ERR_IO, "cannot read '%s\\%s'", directory, name);
}

bool kit_files_write(const char *directory, const char *name, const struct text *contents,
                     struct error *err)
{
    wchar_t *path = path_of(directory, name, err);
    FILE *file = path ? _wfopen(path, L"wb") : NULL;
    bool ok = file && fwrite(text_string(contents), 1, contents->length, file) ==
                          contents->length;

    if (file && fclose(file) != 0)
        ok = false;
    free(path);
    return ok || error_set(err, ERR_IO, "cannot write '%s\\%s'", directory, name);
}

bool kit_files_report_directory(const char *kit, struct text *out, struct error *err)
{
    wchar_t temporary[PATH_SIZE];
    struct error refused = { 0 };
    struct text nothing = { 0 };
    wchar_t *path;
    DWORD length;

    if (kit_files_write(kit, "report.txt", &nothing, &refused)) {
        text_add(out, kit);
        return text_ok(out, err);
    }
    length = GetTempPathW(PATH_SIZE, temporary);
    if (length == 0 || length >= PATH_SIZE)
        return win_error_set(err, GetLastError(), "directory for temporary files");
    win_text_add_wide(out, temporary);
    text_addf(out, "port-exhaustion-kit-report-%lu", GetCurrentProcessId());
    path = win_text_to_wide(text_string(out), err);
    if (path && !CreateDirectoryW(path, NULL) && GetLastError() != ERROR_ALREADY_EXISTS) {
        free(path);
        return win_error_set(err, GetLastError(), "cannot make '%s'", text_string(out));
    }
    free(path);
    return text_ok(out, err);
}
