/* SPDX-License-Identifier: MIT */
/* Leaves the mark of this boot in the registry, where only a boot removes it. */
#include "remediate/writer/system.h"

#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/boot_mark.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/boot_id.h"

/* Owner Administrators, nothing inherited: SYSTEM and Administrators may do all, Users
 * read. */
#define SDDL_KEY L"O:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)"

static LSTATUS create_key(const wchar_t *path, SECURITY_ATTRIBUTES *attributes, HKEY *key)
{
    return RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, REG_OPTION_VOLATILE,
                           KEY_SET_VALUE | WRITE_DAC | WRITE_OWNER | KEY_WOW64_64KEY,
                           attributes, key, NULL);
}

/* The parent first: what RegCreateKeyEx makes on the way has another access list. A key
 * without a mark is made anew: one that is not volatile would keep ours for ever. */
static LSTATUS create_keys(SECURITY_ATTRIBUTES *attributes, HKEY *key)
{
    LSTATUS result = create_key(BOOT_MARK_PARENT, attributes, key);

    if (result != ERROR_SUCCESS)
        return result;
    (void)RegCloseKey(*key);
    *key = NULL;
    result = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BOOT_MARK_KEY, KEY_WOW64_64KEY, 0);
    if (result != ERROR_SUCCESS && result != ERROR_FILE_NOT_FOUND)
        return result;
    return create_key(BOOT_MARK_KEY, attributes, key);
}

static LSTATUS write_mark(const wchar_t *mark, PSECURITY_DESCRIPTOR descriptor)
{
    SECURITY_ATTRIBUTES attributes = { .nLength = sizeof attributes,
                                       .lpSecurityDescriptor = descriptor };
    DWORD size = (DWORD)((wcslen(mark) + 1) * sizeof *mark);
    HKEY key = NULL;
    LSTATUS result = create_keys(&attributes, &key);

    /* Wine gives a new key its parent's list, whatever list it is told. */
    if (result == ERROR_SUCCESS)
        result = RegSetKeySecurity(
            key, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, descriptor);
    if (result == ERROR_SUCCESS)
        result =
            RegSetValueExW(key, BOOT_MARK_VALUE, 0, REG_SZ, (const BYTE *)mark, size);
    if (key)
        (void)RegCloseKey(key);
    return result;
}

static bool leave_mark(const char *mark, struct error *err)
{
    wchar_t *wide = win_text_to_wide(mark, err);
    PSECURITY_DESCRIPTOR descriptor = NULL;
    LSTATUS result = ERROR_SUCCESS;

    if (!wide)
        return false;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(SDDL_KEY, SDDL_REVISION_1,
                                                              &descriptor, NULL))
        result = (LSTATUS)GetLastError();
    if (result == ERROR_SUCCESS)
        result = write_mark(wide, descriptor);
    if (descriptor)
        (void)LocalFree(descriptor);
    free(wide);
    return result == ERROR_SUCCESS ||
           win_error_set(err, (uint32_t)result, "registry key 'HKLM\\%ls'",
                         BOOT_MARK_KEY);
}

bool system_mark_boot(const char *mark, struct error *err)
{
    char present[JOURNAL_ID_SIZE];

    boot_mark_read(present);
    if (present[0] && strcmp(present, BOOT_MARK_UNREAD) != 0)
        return true;
    if (!leave_mark(mark, err))
        return false;
    boot_mark_read(present);
    return strcmp(present, mark) == 0 ||
           error_set(err, ERR_IO, "registry key 'HKLM\\%ls' does not keep it",
                     BOOT_MARK_KEY);
}
