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

system32_function *system32_find(const wchar_t *dll, const char *name)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    HMODULE library;

    if (!system32_path(dll, path, NULL))
        return NULL;
    /* With a full path this flag makes what the DLL itself needs come from its directory,
     * on every Windows; LOAD_LIBRARY_SEARCH_SYSTEM32 does not on an old one. */
    library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    return library ? (system32_function *)GetProcAddress(library, name) : NULL;
}
