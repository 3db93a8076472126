/* SPDX-License-Identifier: MIT */
/* Reads what the remediation left in the registry for the time until the next boot. */
#include "checks/host/windows/boot_mark.h"

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/boot_id.h"

/* Wide enough for any id; the value may lack its NUL. */
static bool read_value(HKEY key, wchar_t out[JOURNAL_ID_SIZE])
{
    DWORD size = (JOURNAL_ID_SIZE - 1) * sizeof out[0];
    DWORD type = REG_NONE;

    return RegQueryValueExW(key, BOOT_MARK_VALUE, NULL, &type, (BYTE *)out, &size) ==
               ERROR_SUCCESS &&
           type == REG_SZ;
}

static void read_id(HKEY key, char out[JOURNAL_ID_SIZE])
{
    wchar_t wide[JOURNAL_ID_SIZE] = { 0 };
    struct text id = { 0 };

    win_text_copy(out, JOURNAL_ID_SIZE, BOOT_MARK_UNREAD);
    if (!read_value(key, wide))
        return;
    win_text_add_wide(&id, wide);
    if (id.length < JOURNAL_ID_SIZE && journal_is_id(text_string(&id)))
        win_text_copy(out, JOURNAL_ID_SIZE, text_string(&id));
    text_clear(&id);
}

void boot_mark_read(char out[JOURNAL_ID_SIZE])
{
    HKEY key = NULL;
    LSTATUS result = RegOpenKeyExW(HKEY_LOCAL_MACHINE, BOOT_MARK_KEY, 0,
                                   KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);

    out[0] = '\0';
    if (result == ERROR_FILE_NOT_FOUND || result == ERROR_PATH_NOT_FOUND)
        return;
    win_text_copy(out, JOURNAL_ID_SIZE, BOOT_MARK_UNREAD);
    if (result != ERROR_SUCCESS)
        return;
    read_id(key, out);
    (void)RegCloseKey(key);
}
