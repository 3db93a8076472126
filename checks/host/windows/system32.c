/* SPDX-License-Identifier: MIT */
/* Full paths in the system directory. */
#include "checks/host/windows/system32.h"

#include "checks/host/windows/win.h"

bool system32_path(const wchar_t *name, wchar_t out[SYSTEM32_PATH_SIZE],
                   struct error *err)
{
    UINT length = GetSystemDirectoryW(out, MAX_PATH);

    if (length == 0 || length >= MAX_PATH)
        return error_set(err, ERR_IO, "%ls: Windows does not return its system directory",
                         name);
    out[length] = L'\\';
    wcscpy_s(out + length + 1, SYSTEM32_PATH_SIZE - length - 1, name);
    return true;
}
