/* SPDX-License-Identifier: MIT */
/* QueryFullProcessImageName, and Toolhelp for those who do not let themselves be asked.
 */
#include "checks/host/windows/process_image.h"

#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

bool process_image_path(uint32_t pid, wchar_t out[PROCESS_PATH_SIZE])
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    DWORD length = PROCESS_PATH_SIZE;
    bool ok;

    if (!process)
        return false;
    ok = QueryFullProcessImageNameW(process, 0, out, &length);
    (void)CloseHandle(process);
    return ok;
}

void process_image_add_name(const wchar_t *path, struct text *out)
{
    const wchar_t *base = wcsrchr(path, L'\\');

    win_text_add_wide(out, base ? base + 1 : path);
}

bool process_image_is_below(const wchar_t *path, const wchar_t *folder)
{
    size_t length = wcslen(folder);

    while (length > 0 && folder[length - 1] == L'\\')
        length--;
    if (length == 0 || wcslen(path) < length ||
        CompareStringOrdinal(path, (int)length, folder, (int)length, TRUE) != CSTR_EQUAL)
        return false;
    return path[length] == L'\\' || path[length] == L'\0';
}

/* By its known folder; where Windows has none of that kind nothing lies below it. */
static bool is_below_known(const wchar_t *path, const KNOWNFOLDERID *id)
{
    wchar_t *folder = NULL;
    bool is_below = SUCCEEDED(SHGetKnownFolderPath(id, 0, NULL, &folder)) &&
                    process_image_is_below(path, folder);

    CoTaskMemFree(folder);
    return is_below;
}

bool process_image_is_installed(const wchar_t *path)
{
    wchar_t windows[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(windows, ARRAY_COUNT(windows));

    return (length > 0 && length < ARRAY_COUNT(windows) &&
            process_image_is_below(path, windows)) ||
           is_below_known(path, &FOLDERID_ProgramFiles) ||
           is_below_known(path, &FOLDERID_ProgramFilesX86);
}

void process_names_add(struct process_names *names, uint32_t pid, struct text *out)
{
    PROCESSENTRY32W entry = { .dwSize = sizeof entry };
    BOOL found;

    if (!names->taken) {
        names->snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
        names->taken = true;
    }
    if (names->snapshot == INVALID_HANDLE_VALUE)
        return;
    for (found = Process32FirstW(names->snapshot, &entry);
         found && entry.th32ProcessID != pid;
         found = Process32NextW(names->snapshot, &entry))
        ;
    if (found)
        process_image_add_name(entry.szExeFile, out);
}

void process_names_clear(struct process_names *names)
{
    if (names->taken && names->snapshot != INVALID_HANDLE_VALUE)
        (void)CloseHandle(names->snapshot);
    *names = (struct process_names){ 0 };
}
