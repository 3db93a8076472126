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

enum { LIMIT_MS = 3000, BATCH = 32, XML_CHARACTERS = 8192 };

/* A filter makes Windows read the log to its end, which may be long: what happened of
 * late is read without one, and what is older is looked for a little while only. */
enum { NEWEST_LIMIT_MS = 100 };
static const wchar_t all[] = L"*";
static const wchar_t exhausted[] = L"*[System[Provider[@Name='Tcpip'] and "
                                   L"(EventID=4231 or EventID=4266)]]";

/* What the thread and its caller share; the last one of the two frees it. */
struct log_job {
    struct left_job left;
    struct event_log_calls calls;
    struct deadline deadline;
    int64_t now_s;
    struct observed_events events;
    bool ok;
    struct error err;
    wchar_t xml[XML_CHARACTERS];
};

static void discard(struct left_job *left)
{
    free(left);
}

/* False: it is larger than any of Tcpip, or it failed: then job->err says so. */
static bool render(struct log_job *job, HANDLE event, struct text *xml)
{
    DWORD used = 0;
    DWORD count = 0;

    /* its NUL is counted in `used`, and not relied upon */
    if (!job->calls.render(NULL, event, RENDER_XML, sizeof job->xml - sizeof *job->xml,
                           job->xml, &used, &count)) {
        const DWORD code = GetLastError();

        return code != ERROR_INSUFFICIENT_BUFFER &&
               win_error_set(&job->err, code, "System log: an event");
    }
    used /= sizeof *job->xml;
    job->xml[used < XML_CHARACTERS ? used : XML_CHARACTERS - 1] = L'\0';
    win_text_add_wide(xml, job->xml);
    return text_ok(xml, &job->err);
}

/* False: older ones do not matter, or it failed: then job->err says so. */
static bool add_event(struct log_job *job, HANDLE event)
{
    struct tcpip_event decoded;
    struct text xml = { 0 };
    bool more = true;

    if (render(job, event, &xml))
        more = event_xml_decode(text_string(&xml), &decoded, &job->err) &&
               tcpip_event_add(&job->events, &decoded, job->now_s);
    text_clear(&xml);
    return more && job->err.code == ERR_NONE;
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

/* What happened of late; up to a limit, beyond which there may be more. */
static bool read_late(struct log_job *job, HANDLE results)
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
    job->events.at_least = true;
    return true;
}

static HANDLE query(const struct log_job *job, const wchar_t *words)
{
    SetLastError(ERROR_SUCCESS);
    return job->calls.query(NULL, L"System", words, QUERY_CHANNEL | QUERY_NEWEST_FIRST);
}

/* Where none was of late: the newest, if it is found soon. Nothing depends on it. */
static void find_newest(struct log_job *job)
{
    const int64_t half_ms = deadline_left_ms(&job->deadline) / 2;
    HANDLE results = query(job, exhausted);
    HANDLE event = NULL;
    DWORD count = 0;

    if (!results)
        return;
    if (job->calls.next(results, 1, &event,
                        (DWORD)(half_ms < NEWEST_LIMIT_MS ? half_ms : NEWEST_LIMIT_MS), 0,
                        &count) &&
        count == 1)
        (void)add_batch(job, &event, count);
    (void)job->calls.close(results);
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
    HANDLE results = query(job, all);

    if (!results) {
        job->ok = fail_query(job, GetLastError());
        return;
    }
    job->ok = read_late(job, results);
    (void)job->calls.close(results);
    if (job->ok && job->events.newest_id == 0)
        find_newest(job);
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
