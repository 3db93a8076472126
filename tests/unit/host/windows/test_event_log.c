/* SPDX-License-Identifier: MIT */
/* Reading the System log, with one that answers as Windows, Wine or a hung service do. */
#include "checks/host/windows/event_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/windows/left_thread.h"
#include "checks/model/tcpip_event.h"

enum { LONG_MS = 600000, NOW_S = 1795947630, EVENTS_MAX = 3 };

/* The log; set by each test. Handles are positions in it, counted from 1. */
static struct {
    struct {
        uint32_t id;
        int age_s;
    } events[EVENTS_MAX];
    DWORD count;
    DWORD refused; /* EvtQuery fails so */
    bool fails;    /* EvtQuery fails */
    DWORD ends;    /* EvtNext ends so */
    bool endless;  /* the last event again and again */
    bool broken;   /* events are rendered as something else */
    bool large;    /* the first event has no room */
    bool slow;     /* what a filter looks for is not found in time */
    bool filtered; /* the last query had one */
    HANDLE hung;   /* EvtQuery waits for it */
    DWORD given;
    long open; /* handles */
} system_log;

static HANDLE WINAPI query(HANDLE session, LPCWSTR path, LPCWSTR words, DWORD flags)
{
    assert_null(session);
    assert_true(wcscmp(path, L"System") == 0);
    system_log.filtered = wcsstr(words, L"@Name='Tcpip'") != NULL;
    assert_true(system_log.filtered || wcscmp(words, L"*") == 0);
    system_log.given = 0;
    assert_int_equal(flags, 0x201);
    if (system_log.hung)
        (void)WaitForSingleObject(system_log.hung, INFINITE);
    if (system_log.fails) {
        if (system_log.refused)
            SetLastError(system_log.refused);
        return NULL;
    }
    system_log.open++;
    return &system_log;
}

static BOOL WINAPI next(HANDLE results, DWORD size, HANDLE *events, DWORD timeout_ms,
                        DWORD flags, DWORD *returned)
{
    (void)timeout_ms;
    (void)flags;
    assert_ptr_equal(results, &system_log);
    *returned = 0;
    if (system_log.filtered && system_log.slow) {
        SetLastError(ERROR_TIMEOUT);
        return FALSE;
    }
    while (system_log.filtered && system_log.given < system_log.count &&
           system_log.events[system_log.given].id == EVENT_COLLIDED)
        system_log.given++;
    while (*returned < size &&
           (system_log.endless || system_log.given < system_log.count)) {
        if (system_log.given < system_log.count)
            system_log.given++;
        events[(*returned)++] = (HANDLE)(uintptr_t)system_log.given;
        system_log.open++;
    }
    if (*returned > 0)
        return TRUE;
    SetLastError(system_log.ends);
    return FALSE;
}

static BOOL WINAPI render(HANDLE context, HANDLE fragment, DWORD flags, DWORD size,
                          PVOID buffer, DWORD *used, DWORD *count)
{
    const size_t at = (size_t)(uintptr_t)fragment - 1;
    const int second = NOW_S % 60 - system_log.events[at].age_s;
    int length;

    assert_null(context);
    assert_int_equal(flags, 1);
    if (system_log.large && at == 0) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    length =
        swprintf(buffer, size / sizeof(wchar_t),
                 system_log.broken ? L"<Event/>"
                                   : L"<Event><System><Provider Name='Tcpip'/>"
                                     L"<EventID Qualifiers='32768'>%u</EventID>"
                                     L"<TimeCreated SystemTime='2026-11-29T10:"
                                     L"%02d:%02d.1234567Z'/></System></Event>",
                 system_log.events[at].id, second < 0 ? 0 : 20, second < 0 ? 0 : second);
    assert_true(length > 0);
    *used = (DWORD)(length + 1) * sizeof(wchar_t);
    *count = 0;
    return TRUE;
}

static BOOL WINAPI close(HANDLE object)
{
    assert_non_null(object);
    system_log.open--;
    return TRUE;
}

static const struct event_log_calls calls = { query, next, render, close };

static int set_up(void **state)
{
    (void)state;
    memset(&system_log, 0, sizeof system_log);
    system_log.ends = ERROR_NO_MORE_ITEMS;
    return 0;
}

/* `age_s` of more than half a minute is 20 minutes. */
static void given_event(uint32_t id, int age_s)
{
    system_log.events[system_log.count].id = id;
    system_log.events[system_log.count++].age_s = age_s;
}

static void test_a_quiet_log_has_no_event(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_true(events.reading.known);
    assert_int_equal(events.tcp_exhausted, 0);
    assert_int_equal(events.newest_id, 0);
    assert_int_equal(system_log.open, 0);
}

static void test_events_are_counted(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    struct error err = { 0 };
    (void)state;
    given_event(EVENT_COLLIDED, 1);
    given_event(EVENT_TCP_EXHAUSTED, 10);
    given_event(EVENT_TCP_EXHAUSTED, 100);

    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(events.tcp_exhausted, 1);
    assert_int_equal(events.collided, 1);
    assert_int_equal(events.newest_id, EVENT_TCP_EXHAUSTED);
    assert_int_equal(events.newest_s, NOW_S - 10);
    assert_false(events.at_least);
    assert_int_equal(system_log.open, 0);
}

static void test_a_flood_is_read_up_to_its_limit(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    struct error err = { 0 };
    (void)state;
    given_event(EVENT_TCP_EXHAUSTED, 1);
    system_log.endless = true;

    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_true(events.at_least);
    assert_in_range(events.tcp_exhausted, EVENT_LOG_READ_MAX, EVENT_LOG_READ_MAX + 31);
    assert_int_equal(system_log.open, 0);
}

static void test_an_older_event_is_the_newest_where_it_is_found_soon(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    struct error err = { 0 };
    (void)state;
    given_event(EVENT_COLLIDED, 100);
    given_event(EVENT_UDP_EXHAUSTED, 100);

    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(events.newest_id, EVENT_UDP_EXHAUSTED);
    assert_int_equal(events.udp_exhausted, 0);
    assert_false(events.at_least);
    assert_int_equal(system_log.open, 0);
    system_log.slow = true;
    events = (struct observed_events){ .newest_id = 0 };
    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));
    assert_true(events.reading.known);
    assert_int_equal(events.newest_id, 0);
    assert_int_equal(system_log.open, 0);
}

static void test_an_event_without_room_is_nobodys(void **state)
{
    struct observed_events events = { .newest_id = 0 };
    struct error err = { 0 };
    (void)state;
    given_event(7036, 1);
    given_event(EVENT_TCP_EXHAUSTED, 2);
    system_log.large = true;

    assert_true(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(events.tcp_exhausted, 1);
    assert_int_equal(system_log.open, 0);
}

static void test_a_query_that_fails_says_why(void **state)
{
    static const struct {
        DWORD code;
        enum error_code error;
        const char *message;
    } rows[] = {
        { ERROR_SUCCESS, ERR_UNSUPPORTED, "this Windows does not tell its events" },
        { ERROR_CALL_NOT_IMPLEMENTED, ERR_UNSUPPORTED,
          "this Windows does not tell its events" },
        { ERROR_ACCESS_DENIED, ERR_DENIED, "the System log may not be read: " },
        { RPC_S_SERVER_UNAVAILABLE, ERR_IO, "the System log may not be read: " },
    };
    (void)state;
    system_log.fails = true;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct observed_events events = { .newest_id = 7 };
        struct error err = { 0 };

        system_log.refused = rows[i].code;
        assert_false(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));
        assert_int_equal(err.code, rows[i].error);
        assert_ptr_equal(strstr(err.message, rows[i].message), err.message);
        assert_int_equal(events.newest_id, 7);
        assert_int_equal(system_log.open, 0);
    }
}

static void test_a_log_that_breaks_off_is_not_known(void **state)
{
    struct observed_events events = { .newest_id = 7 };
    struct error err = { 0 };
    (void)state;
    given_event(EVENT_TCP_EXHAUSTED, 1);
    system_log.ends = ERROR_TIMEOUT;

    assert_false(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(events.newest_id, 7);
    assert_int_equal(system_log.open, 0);
}

static void test_an_event_that_is_none_is_an_error(void **state)
{
    struct observed_events events = { .newest_id = 7 };
    struct error err = { 0 };
    (void)state;
    given_event(EVENT_TCP_EXHAUSTED, 1);
    given_event(EVENT_TCP_EXHAUSTED, 2);
    system_log.broken = true;

    assert_false(event_log_read(&calls, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_int_equal(events.newest_id, 7);
    assert_int_equal(system_log.open, 0);
}

static void test_a_windows_without_the_functions_does_not_tell(void **state)
{
    const struct event_log_calls none = { .query = NULL };
    struct observed_events events;
    struct error err = { 0 };
    (void)state;

    assert_false(event_log_read(&none, NOW_S, LONG_MS, &events, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
}

/* Last: a thread stays behind for as long as the process lives. */
static void test_a_log_that_hangs_is_left_alone(void **state)
{
    struct observed_events events;
    struct error err = { 0 };
    (void)state;
    system_log.hung = CreateEventW(NULL, TRUE, FALSE, NULL);

    assert_false(event_log_read(&calls, NOW_S, 50, &events, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(err.message, "the System log did not answer within 0.1 s");
    assert_true(left_thread_any());
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_quiet_log_has_no_event),
        TEST(test_events_are_counted),
        TEST(test_a_flood_is_read_up_to_its_limit),
        TEST(test_an_older_event_is_the_newest_where_it_is_found_soon),
        TEST(test_an_event_without_room_is_nobodys),
        TEST(test_a_query_that_fails_says_why),
        TEST(test_a_log_that_breaks_off_is_not_known),
        TEST(test_an_event_that_is_none_is_an_error),
        TEST(test_a_windows_without_the_functions_does_not_tell),
        TEST(test_a_log_that_hangs_is_left_alone),
    };

    return cmocka_run_group_tests_name("host/windows/event_log", tests, NULL, NULL);
}
