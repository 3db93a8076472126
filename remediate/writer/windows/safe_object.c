/* SPDX-License-Identifier: MIT */
/* Opens without following links, then judges by the handle. */
#include "remediate/writer/windows/safe_object.h"

#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"

/* Virus scanners and backups open a file that was just written, for a moment. */
enum { SHARING_TRIES = 20, SHARING_WAIT_MS = 50 };

/* NULL: *err is filled. Freed with LocalFree. */
static PSECURITY_DESCRIPTOR descriptor_of(const wchar_t *sddl, struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                              &descriptor, NULL))
        (void)win_error_set(err, GetLastError(), "access list of our own");
    return descriptor;
}

static DWORD open_once(const struct object_request *request, PSECURITY_DESCRIPTOR fresh,
                       HANDLE *out)
{
    SECURITY_ATTRIBUTES attributes = { .nLength = sizeof attributes,
                                       .lpSecurityDescriptor = fresh };
    /* BACKUP_SEMANTICS opens directories, so that one in place of a file is named. */
    HANDLE object = CreateFileW(
        request->path, request->access | READ_CONTROL | FILE_READ_ATTRIBUTES,
        request->share, fresh ? &attributes : NULL, fresh ? OPEN_ALWAYS : OPEN_EXISTING,
        FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);

    if (object == INVALID_HANDLE_VALUE)
        return GetLastError();
    *out = object;
    return NO_ERROR;
}

static bool open_object(const struct object_request *request, HANDLE *out,
                        struct error *err)
{
    PSECURITY_DESCRIPTOR fresh = NULL;
    DWORD code = ERROR_SHARING_VIOLATION;

    if (request->sddl) {
        fresh = descriptor_of(request->sddl, err);
        if (!fresh)
            return false;
    }
    for (int i = 0; code == ERROR_SHARING_VIOLATION && i < SHARING_TRIES; i++) {
        if (i > 0)
            Sleep(SHARING_WAIT_MS);
        code = open_once(request, fresh, out);
    }
    if (fresh)
        (void)LocalFree(fresh);
    return code == NO_ERROR ||
           win_error_set(err, code, "cannot open '%s'", request->name);
}

bool safe_object_open(const struct object_request *request, HANDLE *out,
                      struct error *err)
{
    HANDLE object = NULL;

    if (!open_object(request, &object, err))
        return false;
    if (safe_handle_judge(object, request->kind, request->use, request->name, err)) {
        *out = object;
        return true;
    }
    (void)CloseHandle(object);
    return false;
}

bool safe_object_inspect(const struct object_request *request, struct error *err)
{
    HANDLE object = NULL;

    if (!safe_object_open(request, &object, err))
        return false;
    (void)CloseHandle(object);
    return true;
}

bool safe_object_make_directory(const wchar_t *path, const char *name,
                                const wchar_t *sddl, struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = descriptor_of(sddl, err);
    SECURITY_ATTRIBUTES attributes = { .nLength = sizeof attributes,
                                       .lpSecurityDescriptor = descriptor };
    DWORD code = NO_ERROR;

    if (!descriptor)
        return false;
    if (!CreateDirectoryW(path, &attributes))
        code = GetLastError();
    (void)LocalFree(descriptor);
    return code == NO_ERROR || code == ERROR_ALREADY_EXISTS ||
           win_error_set(err, code, "cannot make the directory '%s'", name);
}
