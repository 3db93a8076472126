/* SPDX-License-Identifier: MIT */
/* How many sockets go from one local address to one remote address and port. */
#ifndef CHECKS_MODEL_DESTINATION_TABLE_H
#define CHECKS_MODEL_DESTINATION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/socket_row.h"

/*
 * At most this many destinations are told apart (36 MB). Later ones are counted together
 * in buckets, whose fullest is an upper bound of any of them: the verdict never gets
 * better than the truth.
 */
enum { DESTINATIONS_MAX = 786432, DESTINATION_BUCKETS = 65536 };

/* Counts of sockets, each with another local port; they stop at 65535. */
struct destination {
    struct ip_address local;
    struct ip_address remote;
    uint16_t remote_port;
    uint16_t sockets;   /* in any state, reusable ones included */
    uint16_t reusable;  /* TIME_WAIT that a new connection there would take over now */
    uint16_t time_wait; /* reusable ones included */
    uint16_t established;
    uint16_t close_wait;
    uint16_t syn_sent; /* the remote end has not answered yet */
};

/* Zeroed but for `seed` = empty. */
struct destination_table {
    uint64_t
        seed; /* a secret of this run; not to be changed while there is anything in it */
    struct destination *destinations; /* owned; in order of appearance */
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots; /* owned; open addressing; position + 1, 0 = free */
    uint32_t slot_count;
    uint32_t
        *buckets; /* owned; sockets in the way, by hash; NULL until one has no place */
    uint64_t untracked; /* sockets of destinations without a place */
};

/* Adds one socket. False with ERR_MEMORY. */
MUST_CHECK bool destination_table_add(struct destination_table *table,
                                      const struct socket_row *row, bool reusable,
                                      struct error *err);

/*
 * Copies the up to `most` busiest destinations into out[], most (sockets - reusable)
 * first, then by address and port so that equal input gives equal output. Returns how
 * many.
 */
size_t destination_table_top(const struct destination_table *table, size_t most,
                             struct destination *out);

/* Upper bound of (sockets - reusable) of any destination without a place; 0: all have
 * one. */
uint32_t destination_table_untracked_bound(const struct destination_table *table);

void destination_table_clear(struct destination_table *table);

#endif
