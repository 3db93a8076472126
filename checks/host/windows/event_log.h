/* SPDX-License-Identifier: MIT */
/* What the System log says of ports that ran out. */
#ifndef CHECKS_HOST_WINDOWS_EVENT_LOG_H
#define CHECKS_HOST_WINDOWS_EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"
#include "checks/model/observation.h"

/* Events of the log that are read at most, newest first; whoever wrote them. */
enum { EVENT_LOG_READ_MAX = 4096 };

/* Functions of wevtapi.dll, as winevt.h declares them. */
typedef HANDLE WINAPI event_log_query(HANDLE session, LPCWSTR path, LPCWSTR query,
                                      DWORD flags);
typedef BOOL WINAPI event_log_next(HANDLE results, DWORD size, HANDLE *events,
                                   DWORD timeout_ms, DWORD flags, DWORD *returned);
typedef BOOL WINAPI event_log_render(HANDLE context, HANDLE fragment, DWORD flags,
                                     DWORD size, PVOID buffer, DWORD *used, DWORD *count);
typedef BOOL WINAPI event_log_close(HANDLE object);

/* Zeroed = this Windows has none of them. */
struct event_log_calls {
    event_log_query *query;
    event_log_next *next;
    event_log_render *render;
    event_log_close *close;
};

/*
 * Reads the events of Tcpip by the clock `now_s` (Unix time) in a thread of its own,
 * which is left alone when it takes longer than `limit_ms`. ERR_UNSUPPORTED: this Windows
 * does not tell; ERR_DENIED, ERR_TIMEOUT, ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY, ERR_IO.
 */
MUST_CHECK bool event_log_read(const struct event_log_calls *calls, int64_t now_s,
                               int64_t limit_ms, struct observed_events *out,
                               struct error *err);

#endif
