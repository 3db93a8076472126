/* SPDX-License-Identifier: MIT */
/* Events that the TCP/IP driver of Windows writes when ports run out. */
#ifndef CHECKS_MODEL_TCPIP_EVENT_H
#define CHECKS_MODEL_TCPIP_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/observation.h"

enum {
    EVENT_COLLIDED = 4227,      /* the port was in TIME_WAIT toward the same endpoint */
    EVENT_TCP_EXHAUSTED = 4231, /* no TCP port was free */
    EVENT_UDP_EXHAUSTED = 4266, /* no UDP port was free */
    EVENT_PROVIDER_SIZE = 64
};

/* One event of a log. */
struct tcpip_event {
    char provider[EVENT_PROVIDER_SIZE]; /* "Tcpip"; a longer name is cut */
    uint32_t id;
    int64_t time_s; /* Unix time */
};

/*
 * Adds an event to *events by the clock `now_s`; those of another provider or id count
 * nothing. They come newest first: false once older ones are too old to count.
 */
bool tcpip_event_add(struct observed_events *events, const struct tcpip_event *event,
                     int64_t now_s);

/* Whether `time_s` is of the last `span_s` seconds before `now_s`; a little later than
 * that, when the log is read, counts too. */
bool tcpip_event_is_within(int64_t time_s, int64_t now_s, int64_t span_s);

#endif
