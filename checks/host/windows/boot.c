/* SPDX-License-Identifier: MIT */
/* Which boot this is. */
#include <time.h>

#include "checks/host/program.h"
#include "checks/host/windows/win.h"

enum { MS_PER_S = 1000, S_PER_MINUTE = 60 };

/* Counted up at each boot, for prefetching; servers may do without. */
static bool read_counter(DWORD *out)
{
    static const wchar_t path[] = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\"
                                  L"Memory Management\\PrefetchParameters";
    DWORD size = sizeof *out;
    DWORD type = REG_NONE;
    HKEY key = NULL;
    bool ok;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                      &key) != ERROR_SUCCESS)
        return false;
    ok = RegQueryValueExW(key, L"BootId", NULL, &type, (BYTE *)out, &size) ==
             ERROR_SUCCESS &&
         type == REG_DWORD && size == sizeof *out;
    (void)RegCloseKey(key);
    return ok;
}

void program_boot_id(struct text *out)
{
    DWORD counter = 0;
    int64_t boot_s = (int64_t)time(NULL) - (int64_t)(GetTickCount64() / MS_PER_S);

    if (read_counter(&counter))
        text_addf(out, "boot %lu", (unsigned long)counter);
    else
        text_addf(out, "booted at minute %lld", (long long)(boot_s / S_PER_MINUTE));
}
