/* SPDX-License-Identifier: MIT */
/* Asks a handle what it has opened, and who may change it. */
#include "checks/host/windows/safe_handle.h"

#include <stdlib.h>

#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"
#include "checks/host/windows/win_text.h"

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

static bool copy_list(PACL list, const char *name, struct acl *out, struct error *err)
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

static bool read_acl(HANDLE object, const char *name, struct acl *out, struct error *err)
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

/* The user of this process; "" where Windows does not tell. */
static void copy_self(char out[ACL_SID_SIZE])
{
    /* A SID is at most 68 bytes (SECURITY_MAX_SID_SIZE). */
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } answer;
    DWORD size = 0;
    HANDLE token = NULL;

    out[0] = '\0';
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenUser, &answer, sizeof answer, &size))
        copy_sid(answer.user.User.Sid, out);
    (void)CloseHandle(token);
}

/* Who may change it: besides those of acl_judge the user who runs this, or not. */
static bool judge_access(HANDLE object, enum acl_use use, bool own, const char *name,
                         struct error *err)
{
    struct acl *acl = calloc(1, sizeof *acl);
    bool ok;

    if (!acl)
        return error_set(err, ERR_MEMORY, "not enough memory to inspect '%s'", name);
    if (own)
        copy_self(acl->self);
    ok = read_acl(object, name, acl, err) && acl_judge(acl, use, name, err);
    free(acl);
    return ok;
}

static bool is_on_disk(HANDLE object, const char *name, struct error *err)
{
    return GetFileType(object) == FILE_TYPE_DISK ||
           error_set(err, ERR_DENIED, "'%s' is not safe: it is not a file on a disk",
                     name);
}

static bool judge_form(HANDLE object, enum object_kind kind, const char *name,
                       struct error *err)
{
    BY_HANDLE_FILE_INFORMATION form = { 0 };
    bool wants_directory = kind == OBJECT_DIRECTORY;
    bool is_directory;

    if (!is_on_disk(object, name, err))
        return false;
    if (!GetFileInformationByHandle(object, &form))
        return win_error_set(err, GetLastError(), "cannot inspect '%s'", name);
    if (form.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: it is a link or another reparse point", name);
    is_directory = (form.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (is_directory != wants_directory)
        return error_set(err, ERR_DENIED, "'%s' is not safe: it is %s, expected %s", name,
                         is_directory ? "a directory" : "no directory",
                         wants_directory ? "a directory" : "a file");
    if (!is_directory && form.nNumberOfLinks > 1)
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: it has %lu names (hard links), expected one",
                         name, form.nNumberOfLinks);
    return true;
}

bool safe_handle_judge(HANDLE object, enum object_kind kind, enum acl_use use,
                       const char *name, struct error *err)
{
    return judge_form(object, kind, name, err) &&
           judge_access(object, use, false, name, err);
}

bool safe_handle_judge_own(HANDLE file, const char *name, struct error *err)
{
    return is_on_disk(file, name, err) &&
           judge_access(file, ACL_READABLE, true, name, err);
}
