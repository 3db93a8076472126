/* SPDX-License-Identifier: MIT */
/* How many sockets go where: the busiest destinations of any number of sockets. */
#ifndef CHECKS_MODEL_DESTINATION_TABLE_H
#define CHECKS_MODEL_DESTINATION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/socket_row.h"

/*
 * At most this many destinations are told apart (50 MB). Later ones are counted together
 * in buckets, whose fullest is an upper bound of any of them: the verdict never gets
 * better than the truth.
 */
enum { DESTINATIONS_MAX = 786432, DESTINATION_BUCKETS = 65536 };

/* `last` of a socket whose destination has no place. */
enum { DESTINATION_NOWHERE = DESTINATIONS_MAX };

/* Counts of sockets, each with another local port; they stop at 65535. */
struct destination {
    struct ip_address local;
    struct ip_address remote;
    uint32_t device; /* interface index that the sockets are bound to; 0 = none */
    uint16_t remote_port;
    uint16_t sockets; /* in any state, reusable ones included */
    uint16_t covered; /* not reusable, on ports that count for every destination: blocked
                         or closed ones */
    uint16_t odd;     /* not reusable, not covered, on odd offsets from the range's first
                         port */
    uint16_t odd_age_ms; /* of the youngest of these in TIME_WAIT; 0: one is not in it */
    uint16_t sampled; /* not reusable, not covered, on ports that a sample found closed */
    uint16_t reusable;  /* TIME_WAIT that a new connection there would take over now */
    uint16_t time_wait; /* reusable ones included */
    uint16_t established;
    uint16_t close_wait;
    uint16_t syn_sent;   /* the remote end has not answered yet */
    uint16_t fin_wait_2; /* the remote end has not closed yet */
    uint16_t freeable;   /* TIME_WAIT in the way (not reusable, not covered, not sampled)
                            that tcp_tw_reuse 1 would give to a new connection there now */
};

/* How many sockets go from one local address to one remote address and port. Zeroed but
 * for `seed` and `reuse_delay_ms` = empty. */
struct destination_table {
    uint64_t
        seed; /* a secret of this run; not to be changed while there is anything in it */
    uint32_t reuse_delay_ms;          /* TIME_WAIT older than this is freeable */
    struct destination *destinations; /* owned; in order of appearance */
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots; /* owned; open addressing; position + 1, 0 = free */
    uint32_t slot_count;
    uint32_t
        *buckets; /* owned; sockets in the way, by hash; NULL until one has no place */
    uint64_t untracked; /* sockets of destinations without a place */
    uint32_t last;      /* position of the one that the last socket goes to */
};

/* What the port of a socket is to a new connection to the same destination. */
enum socket_place {
    SOCKET_IN_THE_WAY = 0, /* on an even offset from the range's first port */
    SOCKET_ON_ODD,         /* the same on an odd one */
    SOCKET_COVERED,        /* its port counts for every destination already */
    SOCKET_SAMPLED,        /* a sample of the ports found its port to be such a one */
    SOCKET_REUSABLE        /* the connection would take it over */
};

/* Adds one socket. False with ERR_MEMORY. */
MUST_CHECK bool destination_table_add(struct destination_table *table,
                                      const struct socket_row *row,
                                      enum socket_place place, struct error *err);

/* Whether both go to the same address and port, from the same one, whatever the device.
 */
bool destination_is_alike(const struct destination *a, const struct destination *b);

/* sockets - reusable - covered: those that stand in the way of new connections there and
 * only there. */
int destination_in_the_way(const struct destination *destination);

/*
 * Copies the up to `most` busiest destinations into out[], most in the way
 * first, then by address, port and device so that equal input gives equal output. Returns
 * how many.
 */
size_t destination_table_top(const struct destination_table *table, size_t most,
                             struct destination *out);

/* Upper bound of what is in the way to any destination without a place; 0: all have one.
 */
uint32_t destination_table_untracked_bound(const struct destination_table *table);

void destination_table_clear(struct destination_table *table);

#endif
