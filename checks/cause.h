/* SPDX-License-Identifier: MIT */
/* Why ports are used up: one word, which every output that gives advice asks for. Pure.
 */
#ifndef CHECKS_CAUSE_H
#define CHECKS_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/metric.h"
#include "checks/model/observation.h"

enum cause {
    CAUSE_NONE = 0,              /* no one state stands out, or nothing is known */
    CAUSE_SHORT_CONNECTIONS,     /* TIME_WAIT: opened and closed in great number */
    CAUSE_TOO_MANY_OPEN,         /* ESTABLISHED */
    CAUSE_NOT_CLOSED_HERE,       /* CLOSE_WAIT: the peer closed, a program here did not */
    CAUSE_NOBODY_ANSWERS,        /* SYN_SENT */
    CAUSE_NOT_CLOSED_THERE,      /* FIN_WAIT2: closed here, the peer did not */
    CAUSE_BOUND_NEVER_CONNECTED, /* bind() without connect() or listen() */
    CAUSE_BIND_BEFORE_CONNECT,   /* bind() closed the ports to every other connect() */
    CAUSE_LISTENERS,             /* listeners inside the range */
    CAUSE_UDP_NOT_CLOSED
};
enum { CAUSE_COUNT = CAUSE_UDP_NOT_CLOSED + 1 };

/* "", "short connections", "too many open", "not closed here", "nobody answers", "not
 * closed there", "bound, never connected", "bind() before connect()", "listeners in the
 * range", "UDP sockets not closed"; static. */
extern const char *const cause_words[CAUSE_COUNT];

/* What most of the ports that a new connection there cannot take have in common: those
 * toward it, and those blocked for every destination. */
enum cause cause_of_destination(const struct observation *seen,
                                const struct destination *destination);

/* The same of a usage of ports: of all of TCP or UDP, or of the busiest destination.
 * CAUSE_NONE for other metrics. */
enum cause cause_of_metric(const struct observation *seen, enum metric_id metric);

/* The state whose sockets make the cause; CONN_UNKNOWN where it is not one state's
 * (CAUSE_NONE, UDP, bind() before connect()). */
enum conn_state cause_state(enum cause cause);

#endif
