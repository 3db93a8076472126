/* SPDX-License-Identifier: MIT */
/* Versions of Windows, as Windows tells them. */
#include "tests/windows-kit/lib/kit_windows.h"

#include <stdio.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"

typedef LONG WINAPI rtl_get_version(OSVERSIONINFOEXW *out);
typedef BOOL WINAPI is_wow64_process2(HANDLE process, USHORT *own, USHORT *host);

/* What GetNativeSystemInfo tells is emulated too. */
const char *kit_windows_processor(void)
{
    USHORT own = 0;
    USHORT host = 0;
    is_wow64_process2 *ask =
        (is_wow64_process2 *)system32_find(L"kernel32.dll", "IsWow64Process2");

    if (ask && ask(GetCurrentProcess(), &own, &host) && host == IMAGE_FILE_MACHINE_ARM64)
        return "x64 (emulated on ARM64)";
    return "x64";
}

void kit_windows_name(char out[KIT_WINDOWS_SIZE])
{
    OSVERSIONINFOEXW version = { .dwOSVersionInfoSize = sizeof version };
    rtl_get_version *ask =
        (rtl_get_version *)system32_find(L"ntdll.dll", "RtlGetVersion");

    if (ask)
        (void)ask(&version);
    (void)snprintf(out, KIT_WINDOWS_SIZE, "%lu.%lu.%lu%s %s%s", version.dwMajorVersion,
                   version.dwMinorVersion, version.dwBuildNumber,
                   version.wProductType == VER_NT_WORKSTATION ? "" : " server",
                   kit_windows_processor(),
                   system32_find(L"ntdll.dll", "wine_get_version") ? " (Wine)" : "");
}

void kit_time_now(char out[KIT_TIME_SIZE])
{
    SYSTEMTIME now;

    GetSystemTime(&now);
    (void)snprintf(out, KIT_TIME_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", now.wYear,
                   now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond);
}
