/* SPDX-License-Identifier: MIT */
/* EvtQuery, in a thread that may be left behind: its service may not answer. */
#include "checks/host/windows/event_log.h"

#include <stdlib.h>

#include "checks/decode/event_xml.h"
#include "checks/host/deadline.h"
#include "checks/host/windows/left_thread.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "checks/host/windows/windows_host.h"
#include "checks/model/tcpip_event.h"

/* winevt.h, of which win.h has nothing. */
enum {
    QUERY_CHANNEL = 0x1,        /* EvtQueryChannelPath */
    QUERY_NEWEST_FIRST = 0x200, /* EvtQueryReverseDirection */
    RENDER_XML = 1              /* EvtRenderEventXml */
};

/* A log without such events is read to its end, which takes a while. */
enum { LIMIT_MS = 3000, BATCH = 32, XML_CHARACTERS = 8192 };

static const wchar_t wanted[] = L"*[System[Provider[@Name='Tcpip'] and "
                                L"(EventID=4227 or EventID=4231 or EventID=4266)]]";

/* What the thread and its caller share; the last one of the two frees it. */
struct log_job {
    struct left_job left;
    struct event_log_calls calls;
    struct deadline deadline;
    int64_t now_s;
    struct observed_events events;
    int64_t oldest_s; /* of those read */
    bool ok;
    struct error err;
    wchar_t xml[XML_CHARACTERS];
};

static void discard(struct left_job *left)
{
    free(left);
}

static bool render(struct log_job *job, HANDLE event, struct tcpip_event *out)
{
    struct text xml = { 0 };
    DWORD used = 0;
    DWORD count = 0;
    bool ok;

    /* its NUL is counted in `used`, and not relied upon */
    if (!job->calls.render(NULL, event, RENDER_XML, sizeof job->xml - sizeof *job->xml,
                           job->xml, &used, &count))
        return win_error_set(&job->err, GetLastError(), "System log: an event");
    used /= sizeof *job->xml;
    job->xml[used < XML_CHARACTERS ? used : XML_CHARACTERS - 1] = L'\0';
    win_text_add_wide(&xml, job->xml);
    ok = text_ok(&xml, &job->err) && event_xml_decode(text_string(&xml), out, &job->err);
    text_clear(&xml);
    return ok;
}

/* False: no older one is wanted, or it failed: then job->err says so. */
static bool add_event(struct log_job *job, HANDLE event)
{
    struct tcpip_event decoded;

    if (!render(job, event, &decoded))
        return false;
    job->oldest_s = decoded.time_s;
    return tcpip_event_add(&job->events, &decoded, job->now_s);
}

static bool add_batch(struct log_job *job, HANDLE const *events, DWORD count)
{
    bool more = true;

    for (DWORD i = 0; i < count; i++) {
        more = more && add_event(job, events[i]);
        (void)job->calls.close(events[i]);
    }
    return more;
}

static bool read_results(struct log_job *job, HANDLE results)
{
    for (DWORD read = 0; read < EVENT_LOG_READ_MAX;) {
        HANDLE events[BATCH];
        DWORD count = 0;

        if (!job->calls.next(results, BATCH, events,
                             (DWORD)deadline_left_ms(&job->deadline), 0, &count)) {
            const DWORD code = GetLastError();

            return code == ERROR_NO_MORE_ITEMS ||
                   win_error_set(&job->err, code, "System log");
        }
        if (!add_batch(job, events, count))
            return job->err.code == ERR_NONE;
        read += count;
        if (count == 0)
            return true;
    }
    job->events.at_least =
        tcpip_event_is_within(job->oldest_s, job->now_s, OBSERVED_EVENTS_S);
    return true;
}

static bool unsupported(struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED, "this Windows does not tell its events");
}

static bool fail_query(struct log_job *job, DWORD code)
{
    /* Wine's does nothing and says nothing */
    if (code == ERROR_SUCCESS || code == ERROR_CALL_NOT_IMPLEMENTED)
        return unsupported(&job->err);
    return win_error_set(&job->err, code, "the System log may not be read");
}

static void work(struct left_job *left)
{
    struct log_job *job = (struct log_job *)left;
    HANDLE results;

    SetLastError(ERROR_SUCCESS);
    results =
        job->calls.query(NULL, L"System", wanted, QUERY_CHANNEL | QUERY_NEWEST_FIRST);
    if (!results) {
        job->ok = fail_query(job, GetLastError());
        return;
    }
    job->ok = read_results(job, results);
    (void)job->calls.close(results);
}

static bool await(struct log_job *job, int64_t limit_ms, struct observed_events *out,
                  struct error *err)
{
    struct error failure = { 0 };

    if (!left_job_run(&job->left, limit_ms, &failure))
        return failure.code == ERR_TIMEOUT
                   ? error_set(err, ERR_TIMEOUT,
                               "the System log did not answer within %.1f s",
                               (double)limit_ms / 1000)
                   : error_set(err, failure.code, "System log: %s", failure.message);
    if (job->ok) {
        *out = job->events;
        out->reading.known = true;
    } else if (err) {
        *err = job->err;
    }
    return job->ok;
}

bool event_log_read(const struct event_log_calls *calls, int64_t now_s, int64_t limit_ms,
                    struct observed_events *out, struct error *err)
{
    struct log_job *job;
    bool ok;

    if (!calls->query || !calls->next || !calls->render || !calls->close)
        return unsupported(err);
    job = calloc(1, sizeof *job);
    if (!job)
        return error_set(err, ERR_MEMORY, "not enough memory for the System log");
    job->left = (struct left_job){ .work = work, .discard = discard, .holders = 1 };
    job->calls = *calls;
    job->now_s = now_s;
    job->deadline = deadline_in_ms(limit_ms);
    ok = await(job, limit_ms, out, err);
    left_job_let_go(&job->left);
    return ok;
}

/* Windows XP and 2003 have no such DLL. */
bool windows_read_events(void *self, int64_t now_s, const struct deadline *deadline,
                         struct observed_events *out, struct error *err)
{
    static const wchar_t dll[] = L"wevtapi.dll";
    const int64_t half_ms = deadline_left_ms(deadline) / 2;
    const struct event_log_calls calls = {
        .query = (event_log_query *)system32_find(dll, "EvtQuery"),
        .next = (event_log_next *)system32_find(dll, "EvtNext"),
        .render = (event_log_render *)system32_find(dll, "EvtRender"),
        .close = (event_log_close *)system32_find(dll, "EvtClose"),
    };

    (void)self;
    return event_log_read(&calls, now_s, half_ms < LIMIT_MS ? half_ms : LIMIT_MS, out,
                          err);
}
