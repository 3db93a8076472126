/* SPDX-License-Identifier: MIT */
/* A System log for Wine, whose own is never asked: a DLL in place of wevtapi.dll.
 * EVENTS_DOUBLE holds its events of Tcpip, newest first, one after each blank:
 *   ID,SECONDS    the event, and how long ago it was written
 *   denied        instead of them: this user may not read the log
 *   hang          instead of them: the service never answers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"

enum { EVENTS_MAX = 16, DEFINITION_SIZE = 1024, TICKS_PER_S = 10000000 };

static struct event {
    unsigned int id;
    unsigned int age_s;
} events[EVENTS_MAX];
static DWORD event_count;
static DWORD next_event;

static void read_definition(const char *definition)
{
    event_count = 0;
    next_event = 0;
    while (definition && event_count < EVENTS_MAX &&
           sscanf(definition, "%u,%u", &events[event_count].id,
                  &events[event_count].age_s) == 2) {
        event_count++;
        definition = strchr(definition, ' ');
        definition = definition ? definition + 1 : NULL;
    }
}

__declspec(dllexport) HANDLE WINAPI
    EvtQuery(HANDLE session, LPCWSTR path, LPCWSTR query, DWORD flags);
__declspec(dllexport) BOOL WINAPI EvtNext(HANDLE results, DWORD size, HANDLE *out,
                                          DWORD timeout_ms, DWORD flags, DWORD *returned);
__declspec(dllexport) BOOL WINAPI
    EvtRender(HANDLE context, HANDLE fragment, DWORD flags, DWORD size, PVOID buffer,
              DWORD *used, DWORD *count);
__declspec(dllexport) BOOL WINAPI EvtClose(HANDLE object);

/* Newest first of the channel System, or nothing (winevt.h: 0x1, 0x200). A filter is
 * obeyed as far as what begins. */
HANDLE WINAPI EvtQuery(HANDLE session, LPCWSTR path, LPCWSTR query, DWORD flags)
{
    static char definition[DEFINITION_SIZE];

    if (GetEnvironmentVariableA("EVENTS_DOUBLE", definition, sizeof definition) == 0)
        definition[0] = '\0';
    if (strcmp(definition, "hang") == 0)
        Sleep(INFINITE);
    if (session || wcscmp(path, L"System") != 0 || flags != 0x201) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (strcmp(definition, "denied") == 0) {
        SetLastError(ERROR_ACCESS_DENIED);
        return NULL;
    }
    read_definition(definition);
    while (wcsstr(query, L"EventID=4231") && next_event < event_count &&
           events[next_event].id != 4231 && events[next_event].id != 4266)
        next_event++;
    return &events;
}

BOOL WINAPI EvtNext(HANDLE results, DWORD size, HANDLE *out, DWORD timeout_ms,
                    DWORD flags, DWORD *returned)
{
    (void)results;
    (void)timeout_ms;
    (void)flags;
    for (*returned = 0; *returned < size && next_event < event_count; next_event++)
        out[(*returned)++] = &events[next_event];
    if (*returned > 0)
        return TRUE;
    SetLastError(ERROR_NO_MORE_ITEMS);
    return FALSE;
}

static SYSTEMTIME time_of(const struct event *event)
{
    FILETIME now;
    ULARGE_INTEGER ticks;
    SYSTEMTIME time;

    GetSystemTimeAsFileTime(&now);
    ticks.LowPart = now.dwLowDateTime;
    ticks.HighPart = now.dwHighDateTime;
    ticks.QuadPart -= (ULONGLONG)event->age_s * TICKS_PER_S;
    now.dwLowDateTime = ticks.LowPart;
    now.dwHighDateTime = ticks.HighPart;
    (void)FileTimeToSystemTime(&now, &time);
    return time;
}

BOOL WINAPI EvtRender(HANDLE context, HANDLE fragment, DWORD flags, DWORD size,
                      PVOID buffer, DWORD *used, DWORD *count)
{
    const struct event *event = fragment;
    const SYSTEMTIME time = time_of(event);
    const int length = swprintf(
        buffer, size / sizeof(wchar_t),
        L"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        L"<Provider Name='Tcpip'/><EventID Qualifiers='32768'>%u</EventID>"
        L"<TimeCreated SystemTime='%04u-%02u-%02uT%02u:%02u:%02u.%03u0000Z'/>"
        L"<Channel>System</Channel><Computer>host-1</Computer></System></Event>",
        event->id, time.wYear, time.wMonth, time.wDay, time.wHour, time.wMinute,
        time.wSecond, time.wMilliseconds);

    if (context || flags != 1 || length <= 0) { /* EvtRenderEventXml */
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    *used = (DWORD)(length + 1) * sizeof(wchar_t);
    *count = 0;
    return TRUE;
}

BOOL WINAPI EvtClose(HANDLE object)
{
    (void)object;
    return TRUE;
}
