/* SPDX-License-Identifier: MIT */
/* The events that tell of used-up ports, as the log has them. */
#include "tests/windows-kit/lib/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/event_xml.h"
#include "tests/windows-kit/lib/say.h"

/* winevt.h, of which win.h has nothing: handles, flags, and functions by their names. */
typedef HANDLE WINAPI evt_query(HANDLE session, LPCWSTR path, LPCWSTR query, DWORD flags);
typedef BOOL WINAPI evt_next(HANDLE results, DWORD size, HANDLE *events, DWORD timeout_ms,
                             DWORD flags, DWORD *returned);
typedef BOOL WINAPI evt_render(HANDLE context, HANDLE fragment, DWORD flags, DWORD size,
                               PVOID buffer, DWORD *used, DWORD *count);
typedef BOOL WINAPI evt_close(HANDLE object);

enum {
    QUERY_CHANNEL = 0x1,
    QUERY_NEWEST_FIRST = 0x200,
    RENDER_XML = 1,
    EVENTS_MAX = 5, /* of each kind: one is like the other */
    LIMIT_MS = 10000
};

struct event_log {
    evt_query *query;
    evt_next *next;
    evt_render *render;
    evt_close *close;
};

static bool open_log(struct event_log *log)
{
    static const wchar_t dll[] = L"wevtapi.dll";

    log->query = (evt_query *)system32_find(dll, "EvtQuery");
    log->next = (evt_next *)system32_find(dll, "EvtNext");
    log->render = (evt_render *)system32_find(dll, "EvtRender");
    log->close = (evt_close *)system32_find(dll, "EvtClose");
    return log->query && log->next && log->render && log->close;
}

static bool render(const struct event_log *log, HANDLE event, struct text *out)
{
    DWORD used = 0;
    DWORD count = 0;
    struct text xml = { 0 };
    wchar_t *wide;
    bool ok;

    (void)log->render(NULL, event, RENDER_XML, 0, NULL, &used, &count);
    wide = calloc(1, used + sizeof *wide);
    ok = wide && log->render(NULL, event, RENDER_XML, used, wide, &used, &count);
    if (ok)
        win_text_add_wide(&xml, wide);
    event_xml_hide(text_string(&xml), out);
    text_clear(&xml);
    free(wide);
    return ok;
}

static void keep_event(const struct record *record, const struct event_log *log,
                       HANDLE event, unsigned int id, unsigned int number)
{
    char name[RECORD_NAME_SIZE];
    struct text xml = { 0 };
    struct text again = { 0 };

    (void)snprintf(name, sizeof name, "events/%u-%u.xml", id, number);
    if (!render(log, event, &xml))
        say_not_ok(name, "EvtRender fails", "an event as XML");
    else if (record_keep(record, name, &xml, &again))
        say_ok(name);
    text_clear(&xml);
    text_clear(&again);
}

static void skip_log(const char *name, uint32_t code)
{
    struct error err = { 0 };

    if (code == NO_ERROR)
        (void)error_set(&err, ERR_IO, "the log System cannot be read here");
    else
        (void)win_error_set(&err, code, "the log System");
    say_skip(name, err.message);
}

static void keep_kind(const struct record *record, const struct event_log *log,
                      unsigned int id)
{
    wchar_t query[128];
    char name[RECORD_NAME_SIZE];
    unsigned int kept = 0;
    DWORD got = 0;
    HANDLE event = NULL;
    HANDLE results;

    (void)snprintf(name, sizeof name, "events/%u", id);
    (void)swprintf(query, ARRAY_COUNT(query),
                   L"*[System[Provider[@Name='Tcpip'] and (EventID=%u)]]", id);
    SetLastError(NO_ERROR); /* Wine's fails and does not say why */
    results = log->query(NULL, L"System", query, QUERY_CHANNEL | QUERY_NEWEST_FIRST);
    if (!results) {
        skip_log(name, GetLastError());
        return;
    }
    while (kept < EVENTS_MAX && log->next(results, 1, &event, LIMIT_MS, 0, &got) &&
           got == 1) {
        keep_event(record, log, event, id, ++kept);
        (void)log->close(event);
    }
    (void)log->close(results);
    if (kept == 0)
        say_note("the log System has no event %u of Tcpip", id);
}

void record_events(struct record *record)
{
    static const unsigned int ids[] = { 4227, 4231, 4266 };
    struct event_log log;

    if (!open_log(&log)) {
        say_skip("events", "this Windows has no wevtapi.dll");
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++)
        keep_kind(record, &log, ids[i]);
}
