/* SPDX-License-Identifier: MIT */
/* Counts of the last ten minutes, and the newest that says that ports ran out. */
#include "checks/model/tcpip_event.h"

#include <stddef.h>
#include <string.h>

/* So long may reading take; what is later was written before the clock was set back. */
enum { AHEAD_S = 60 };

static uint32_t *count_of(struct observed_events *events, uint32_t id)
{
    switch (id) {
    case EVENT_TCP_EXHAUSTED:
        return &events->tcp_exhausted;
    case EVENT_UDP_EXHAUSTED:
        return &events->udp_exhausted;
    case EVENT_COLLIDED:
        return &events->collided;
    default:
        return NULL;
    }
}

bool tcpip_event_is_within(int64_t time_s, int64_t now_s, int64_t span_s)
{
    return time_s >= now_s - span_s && time_s <= now_s + AHEAD_S;
}

bool tcpip_event_add(struct observed_events *events, const struct tcpip_event *event,
                     int64_t now_s)
{
    uint32_t *count =
        strcmp(event->provider, "Tcpip") == 0 ? count_of(events, event->id) : NULL;

    if (count && tcpip_event_is_within(event->time_s, now_s, OBSERVED_EVENTS_S))
        ++*count;
    if (count && events->newest_id == 0 && event->id != EVENT_COLLIDED) {
        events->newest_id = event->id;
        events->newest_s = event->time_s;
    }
    return event->time_s >= now_s - OBSERVED_EVENTS_S;
}
