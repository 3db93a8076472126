/* SPDX-License-Identifier: MIT */
/* EvtQuery by name: Wine has none that works. */
#include "tests/windows-kit/lib/truth_events.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win_error.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_said.h"

enum {
    FROM_CHANNEL = 1, /* EvtQueryChannelPath */
    WAIT_MS = 30000,
    LOOK_MS = 250,
    AGAIN = 5,
    TEN_MINUTES_MS = 600000,
    CHECK_MS = 120000
};

/* As winevt.h declares them. */
typedef HANDLE WINAPI evt_query(HANDLE session, const wchar_t *path, const wchar_t *query,
                                DWORD flags);
typedef BOOL WINAPI evt_next(HANDLE results, DWORD size, HANDLE *events, DWORD limit_ms,
                             DWORD flags, DWORD *count);
typedef BOOL WINAPI evt_close(HANDLE handle);

void truth_events_query(uint32_t id, uint32_t other_id, int64_t within_ms,
                        char out[TRUTH_QUERY_SIZE])
{
    (void)snprintf(out, TRUTH_QUERY_SIZE,
                   "*[System[Provider[@Name='Tcpip'] and (EventID=%" PRIu32
                   " or EventID=%" PRIu32
                   ") and TimeCreated[timediff(@SystemTime) <= %" PRId64 "]]]",
                   id, other_id, within_ms);
}

static uint32_t count_results(HANDLE results, evt_next *next, evt_close *close)
{
    uint32_t found = 0;
    HANDLE event = NULL;
    DWORD count = 0;

    while (next(results, 1, &event, INFINITE, 0, &count) && count == 1) {
        found++;
        (void)close(event);
    }
    (void)close(results);
    return found;
}

bool truth_events_count(uint32_t id, uint32_t other_id, int64_t within_ms, uint32_t *out,
                        struct error *err)
{
    static const wchar_t dll[] = L"wevtapi.dll";
    evt_query *query = (evt_query *)system32_find(dll, "EvtQuery");
    evt_next *next = (evt_next *)system32_find(dll, "EvtNext");
    evt_close *close = (evt_close *)system32_find(dll, "EvtClose");
    char text[TRUTH_QUERY_SIZE];
    wchar_t wide[TRUTH_QUERY_SIZE];
    HANDLE results;

    if (!query || !next || !close)
        return error_set(err, ERR_UNSUPPORTED, "this system has no EvtQuery");
    truth_events_query(id, other_id, within_ms, text);
    (void)swprintf(wide, ARRAY_COUNT(wide), L"%hs", text);
    SetLastError(ERROR_SUCCESS);
    results = query(NULL, L"System", wide, FROM_CHANNEL);
    if (!results && GetLastError() == ERROR_SUCCESS)
        return error_set(err, ERR_UNSUPPORTED, "EvtQuery answers nothing");
    if (!results)
        return win_error_set(err, GetLastError(), "EvtQuery");
    *out = count_results(results, next, close);
    return true;
}

static int64_t since_ms(int64_t since_ns)
{
    return (deadline_now_ns() - since_ns) / DEADLINE_NS_PER_MS;
}

void truth_events_answer(const char *question, uint32_t id, int64_t since_ns,
                         struct truth_tried tried)
{
    const struct deadline end = deadline_in_ms(WAIT_MS);
    struct error err = { 0 };

    tried.event_id = id;
    for (;;) {
        const struct deadline next = deadline_in_ms(LOOK_MS);

        if (!truth_events_count(id, id, since_ms(since_ns) + 1, &tried.events, &err)) {
            say_skip(question, err.message);
            return;
        }
        if (tried.events > 0 || deadline_passed(&end))
            break;
        deadline_wait(&next);
    }
    tried.event_ms = since_ms(since_ns);
    truth_say_answer(question, &tried);
}

/* Some more after the first one: one event may stand for many failures. */
static void use_up(struct truth_run *run, enum ip_protocol protocol, const char *question,
                   uint32_t id)
{
    const int64_t since_ns = deadline_now_ns();
    const bool tcp = protocol == IP_PROTOCOL_TCP;
    const struct truth_door *door = &run->doors[0];
    struct truth_tried tried;
    int error;

    truth_say_expected(question);
    error = tcp ? truth_fill_connect(run, door, TRUTH_BY_CONNECT, TRUTH_CROWD_MAX)
                : truth_fill_bind(run, protocol, TRUTH_CROWD_MAX);
    for (int i = 0; i < AGAIN; i++)
        (void)(tcp ? truth_try_connect(door, TRUTH_BY_CONNECT)
                   : truth_try_bind(false, protocol));
    tried = truth_run_tried(run, error);
    truth_release(run);
    truth_events_answer(question, id, since_ns, tried);
}

static bool count_all(uint32_t *out, struct error *err)
{
    return truth_events_count(EVENT_TCP_FULL, EVENT_UDP_FULL, TEN_MINUTES_MS, out, err);
}

static void hold_check_to_it(const struct truth_run *run)
{
    static const char name[] = "W10: exhaustion_events";
    struct truth_findings findings = { .count = 0 };
    struct text json = { 0 };
    struct error err = { 0 };
    uint32_t before = 0;
    uint32_t after = 0;
    uint32_t said = 0;

    if (count_all(&before, &err) &&
        truth_run_check(run, "-m exhaustion_events", CHECK_MS, &json, &err) &&
        truth_said_events(text_string(&json), &said, &err) && count_all(&after, &err)) {
        truth_judge_events("W10", before < after ? before : after,
                           before < after ? after : before, said, &findings);
        truth_say(&findings);
        if (said == 0)
            say_note("W10 the check and the log have no event of the last ten minutes");
    } else if (err.code == ERR_UNSUPPORTED || err.code == ERR_ABSENT) {
        say_skip(name, err.message);
    } else {
        say_not_ok(name, err.message, "a number");
    }
    text_clear(&json);
}

void truth_stage_events(struct truth_run *run)
{
    use_up(run, IP_PROTOCOL_TCP, "W10", EVENT_TCP_FULL);
    use_up(run, IP_PROTOCOL_UDP, "W10 UDP", EVENT_UDP_FULL);
    hold_check_to_it(run);
}
