/* SPDX-License-Identifier: MIT */
/* What one pass over the sockets of a host adds up to; the sockets are not kept. */
#ifndef CHECKS_MODEL_SOCKET_CENSUS_H
#define CHECKS_MODEL_SOCKET_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"
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
    uint32_t device; /* interface index that the sockets are bound to; 0 = none */
    uint16_t remote_port;
    uint16_t sockets;  /* in any state, reusable ones included */
    uint16_t covered;  /* not reusable, on ports that count for every destination: blocked
                          or closed ones */
    uint16_t odd;      /* not reusable, on odd offsets from the range's first port */
    uint16_t reusable; /* TIME_WAIT that a new connection there would take over now */
    uint16_t time_wait; /* reusable ones included */
    uint16_t established;
    uint16_t close_wait;
    uint16_t syn_sent; /* the remote end has not answered yet */
};

/* How many sockets go from one local address to one remote address and port. Zeroed but
 * for `seed` = empty. */
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

/* Which TIME_WAIT sockets the kernel gives to a new connection (ip-sysctl, tcp_tw_reuse).
 */
enum time_wait_reuse { REUSE_NEVER = 0, REUSE_LOOPBACK, REUSE_ALWAYS };

/* What the census looks at; known before the first row. */
struct census_scope {
    struct port_range range; /* zeroed = unknown: only TIME_WAIT and listeners count */
    struct port_set usable;  /* range without reserved or excluded ports */
    enum time_wait_reuse reuse;
    uint32_t reuse_delay_ms; /* a TIME_WAIT must be older than this to be reused */
    uint64_t hash_seed;      /* program_secret(); any number in tests */
};

/* Zeroed but for `scope` = nothing seen yet. */
struct socket_census {
    struct census_scope scope;
    uint64_t rows;                       /* all rows seen */
    uint64_t time_wait;                  /* every TIME_WAIT, whatever its port */
    uint64_t by_state[CONN_STATE_COUNT]; /* of sockets on ports of the range */
    struct port_set used;                /* ports with a socket in any state */
    struct port_set live;                /* those of them with one not in TIME_WAIT */
    struct port_set blocked;             /* listening or bound-only: blocked for all */
    struct port_set listening; /* ports with a listener, inside the range or not */
    struct destination_table destinations;
};

/*
 * Adds one TCP socket. Listeners must come before the other rows (the kernel's dump and
 * /proc/net/tcp both begin with them; for Windows tables the caller goes twice): a
 * connection on a listener's port is inbound and nobody's destination. ERR_MEMORY.
 */
MUST_CHECK bool socket_census_add_tcp(struct socket_census *census,
                                      const struct socket_row *row, struct error *err);

/* Adds one UDP socket: its port is in use; without a remote end it is a listener too. */
void socket_census_add_udp(struct socket_census *census, const struct socket_row *row);

/* How many usable ports are in use, and how many of them are blocked for everyone. */
uint32_t socket_census_ports_used(const struct socket_census *census);
uint32_t socket_census_ports_blocked(const struct socket_census *census);

/* How many of the usable ports in use have sockets in TIME_WAIT and no other. */
uint32_t socket_census_ports_time_wait_only(const struct socket_census *census);

void socket_census_clear(struct socket_census *census);

#endif
