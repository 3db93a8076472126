/* SPDX-License-Identifier: MIT */
/* Files with an access list of their own, in a directory that is removed at the end. */
#include "tests/windows-kit/lib/scratch.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/base/text.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"
#include "checks/host/windows/win_text.h"

enum { NAMES_TRIED = 100, LIST_SIZE = 256 };

/* Of the process, as text; LocalFree. NULL: *err is filled. */
static wchar_t *own_sid(struct error *err)
{
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } answer;
    DWORD size = 0;
    HANDLE token = NULL;
    wchar_t *sid = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        (void)win_error_set(err, GetLastError(), "who runs this");
        return NULL;
    }
    if (!GetTokenInformation(token, TokenUser, &answer, sizeof answer, &size) ||
        !ConvertSidToStringSidW(answer.user.User.Sid, &sid))
        (void)win_error_set(err, GetLastError(), "who runs this");
    (void)CloseHandle(token);
    return sid;
}

/* Full rights for three, inherited by what is made inside, and none from above. */
static bool make_descriptor(struct scratch *scratch, struct error *err)
{
    wchar_t list[LIST_SIZE];
    wchar_t *sid = own_sid(err);

    if (!sid)
        return false;
    (void)_snwprintf(list, ARRAY_COUNT(list),
                     L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;%ls)", sid);
    (void)LocalFree(sid);
    return ConvertStringSecurityDescriptorToSecurityDescriptorW(
               list, SDDL_REVISION_1, &scratch->descriptor, NULL) ||
           win_error_set(err, GetLastError(), "an access list");
}

static SECURITY_ATTRIBUTES attributes_of(const struct scratch *scratch)
{
    return (SECURITY_ATTRIBUTES){ .nLength = sizeof(SECURITY_ATTRIBUTES),
                                  .lpSecurityDescriptor = scratch->descriptor };
}

/* A name that is taken may be somebody else's directory. */
static bool make_root(struct scratch *scratch, struct error *err)
{
    SECURITY_ATTRIBUTES attributes = attributes_of(scratch);
    wchar_t above[MAX_PATH + 1];
    const size_t size = MAX_PATH + 64;
    DWORD code = NO_ERROR;

    scratch->root = calloc(size, sizeof *scratch->root);
    if (!scratch->root)
        return error_set(err, ERR_MEMORY, "not enough memory for a path");
    if (!GetTempPathW(ARRAY_COUNT(above), above))
        return win_error_set(err, GetLastError(), "the directory for temporary files");
    for (int i = 0; i < NAMES_TRIED; i++) {
        (void)_snwprintf(scratch->root, size, L"%lsport-exhaustion-%lu-%d", above,
                         GetCurrentProcessId(), i);
        if (CreateDirectoryW(scratch->root, &attributes))
            return true;
        code = GetLastError();
        if (code != ERROR_ALREADY_EXISTS)
            break;
    }
    free(scratch->root);
    scratch->root = NULL;
    return win_error_set(err, code, "a directory below that for temporary files");
}

bool scratch_open(struct scratch *scratch, struct error *err)
{
    return make_descriptor(scratch, err) && make_root(scratch, err);
}

wchar_t *scratch_path(const struct scratch *scratch, const char *path, struct error *err)
{
    struct text whole = { 0 };
    wchar_t *wide = NULL;

    win_text_add_wide(&whole, scratch->root);
    text_addf(&whole, "\\%s", path);
    if (text_ok(&whole, err))
        wide = win_text_to_wide(text_string(&whole), err);
    text_clear(&whole);
    for (wchar_t *c = wide; c && *c; c++)
        if (*c == L'/')
            *c = L'\\';
    return wide;
}

bool scratch_make_directory(const struct scratch *scratch, const char *path,
                            struct error *err)
{
    SECURITY_ATTRIBUTES attributes = attributes_of(scratch);
    wchar_t *wide = scratch_path(scratch, path, err);
    bool ok = wide != NULL;

    for (wchar_t *c = wide ? wide + wcslen(scratch->root) + 1 : NULL; ok && c;) {
        c = wcschr(c, L'\\');
        if (c)
            *c = L'\0';
        ok = CreateDirectoryW(wide, &attributes) ||
             GetLastError() == ERROR_ALREADY_EXISTS ||
             win_error_set(err, GetLastError(), "directory '%s'", path);
        if (c)
            *c++ = L'\\';
    }
    free(wide);
    return ok;
}

bool scratch_write(const struct scratch *scratch, const char *path, const void *bytes,
                   size_t length, struct error *err)
{
    SECURITY_ATTRIBUTES attributes = attributes_of(scratch);
    wchar_t *wide = scratch_path(scratch, path, err);
    HANDLE file;
    DWORD put = 0;
    bool ok;

    if (!wide)
        return false;
    file = CreateFileW(wide, GENERIC_WRITE, 0, &attributes, CREATE_NEW,
                       FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    if (file == INVALID_HANDLE_VALUE)
        return win_error_set(err, GetLastError(), "file '%s'", path);
    ok = (WriteFile(file, bytes, (DWORD)length, &put, NULL) && put == length) ||
         win_error_set(err, GetLastError(), "file '%s'", path);
    (void)CloseHandle(file);
    return ok;
}

static bool is_dots(const wchar_t *name)
{
    return wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0;
}

static wchar_t *join(const wchar_t *directory, const wchar_t *name)
{
    const size_t size = wcslen(directory) + wcslen(name) + 2;
    wchar_t *path = calloc(size, sizeof *path);

    if (path)
        (void)_snwprintf(path, size, L"%ls\\%ls", directory, name);
    return path;
}

static void remove_tree(const wchar_t *directory)
{
    WIN32_FIND_DATAW found;
    wchar_t *all = join(directory, L"*");
    HANDLE search = all ? FindFirstFileW(all, &found) : INVALID_HANDLE_VALUE;

    free(all);
    if (search != INVALID_HANDLE_VALUE) {
        do {
            wchar_t *path =
                is_dots(found.cFileName) ? NULL : join(directory, found.cFileName);

            if (path && (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
                remove_tree(path);
            else if (path)
                (void)DeleteFileW(path);
            free(path);
        } while (FindNextFileW(search, &found));
        (void)FindClose(search);
    }
    (void)RemoveDirectoryW(directory);
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->root)
        remove_tree(scratch->root);
    free(scratch->root);
    if (scratch->descriptor)
        (void)LocalFree(scratch->descriptor);
    *scratch = (struct scratch){ 0 };
}
