/* SPDX-License-Identifier: MIT */
/* Opens without following links, then asks the handle what it has opened. */
#include "remediate/writer/windows/safe_object.h"

#include <stdlib.h>

#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/windows/win_security.h"

/* Virus scanners and backups open a file that was just written, for a moment. */
enum { SHARING_TRIES = 20, SHARING_WAIT_MS = 50 };

/* A SID as text; "" for one that cannot be told, which nobody trusts. */
static void copy_sid(PSID sid, char out[ACL_SID_SIZE])
{
    wchar_t *wide = NULL;
    struct text utf8 = { 0 };

    out[0] = '\0';
    if (!sid || !ConvertSidToStringSidW(sid, &wide))
        return;
    win_text_add_wide(&utf8, wide);
    (void)LocalFree(wide);
    if (utf8.length < ACL_SID_SIZE)
        win_text_copy(out, ACL_SID_SIZE, text_string(&utf8));
    text_clear(&utf8);
}

/* All of these begin like ACCESS_ALLOWED_ACE: header, mask, SID. */
static enum acl_entry_kind kind_of(BYTE type)
{
    switch (type) {
    case ACCESS_ALLOWED_ACE_TYPE:
    case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
        return ACL_ALLOW;
    case ACCESS_DENIED_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_ACE_TYPE:
        return ACL_DENY;
    default:
        return ACL_OTHER;
    }
}

static void copy_entry(const ACE_HEADER *header, struct acl_entry *out)
{
    const ACCESS_ALLOWED_ACE *ace = (const ACCESS_ALLOWED_ACE *)(const void *)header;

    *out = (struct acl_entry){ .kind = kind_of(header->AceType) };
    out->inherit_only = (header->AceFlags & INHERIT_ONLY_ACE) != 0;
    if (out->kind == ACL_OTHER)
        return;
    out->mask = ace->Mask;
    copy_sid((PSID)(DWORD_PTR)&ace->SidStart, out->sid);
}

static bool copy_list(PACL list, const char *name, struct acl_facts *out,
                      struct error *err)
{
    out->open = list == NULL;
    out->count = 0;
    for (DWORD i = 0; list && i < list->AceCount; i++) {
        void *header = NULL;

        if (out->count == ACL_ENTRIES_MAX)
            return error_set(err, ERR_DENIED,
                             "'%s' is not safe: its access list has more than %d entries",
                             name, ACL_ENTRIES_MAX);
        if (!GetAce(list, i, &header))
            return win_error_set(err, GetLastError(), "access list of '%s'", name);
        copy_entry(header, &out->entries[out->count++]);
    }
    return true;
}

static bool read_facts(HANDLE object, const char *name, struct acl_facts *out,
                       struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    PACL list = NULL;
    bool ok;
    DWORD code = GetSecurityInfo(object, SE_FILE_OBJECT,
                                 OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                 &owner, NULL, &list, NULL, &descriptor);

    if (code != ERROR_SUCCESS)
        return win_error_set(err, code, "owner of '%s'", name);
    copy_sid(owner, out->owner);
    ok = copy_list(list, name, out, err);
    (void)LocalFree(descriptor);
    return ok;
}

static bool judge_access(HANDLE object, const struct object_request *request,
                         struct error *err)
{
    struct acl_facts *facts = calloc(1, sizeof *facts);
    bool ok;

    if (!facts)
        return error_set(err, ERR_MEMORY, "not enough memory to look at '%s'",
                         request->name);
    ok = read_facts(object, request->name, facts, err) &&
         acl_judge(facts, request->use, request->name, err);
    free(facts);
    return ok;
}

static bool judge_form(HANDLE object, const struct object_request *request,
                       struct error *err)
{
    BY_HANDLE_FILE_INFORMATION form = { 0 };
    bool wants_directory = request->kind == OBJECT_DIRECTORY;
    bool is_directory;

    if (GetFileType(object) != FILE_TYPE_DISK)
        return error_set(err, ERR_DENIED, "'%s' is not safe: it is no file on a disk",
                         request->name);
    if (!GetFileInformationByHandle(object, &form))
        return win_error_set(err, GetLastError(), "cannot look at '%s'", request->name);
    if (form.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: it is a link or another reparse point",
                         request->name);
    is_directory = (form.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (is_directory != wants_directory)
        return error_set(err, ERR_DENIED, "'%s' is not safe: it is %s, expected %s",
                         request->name, is_directory ? "a directory" : "no directory",
                         wants_directory ? "a directory" : "a file");
    if (!is_directory && form.nNumberOfLinks > 1)
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: it has %lu names (hard links), expected one",
                         request->name, form.nNumberOfLinks);
    return true;
}

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
    if (judge_form(object, request, err) && judge_access(object, request, err)) {
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
