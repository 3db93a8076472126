/* SPDX-License-Identifier: MIT */
/* What one pass over the sockets of a host adds up to; the sockets are not kept. */
#ifndef CHECKS_MODEL_SOCKET_CENSUS_H
#define CHECKS_MODEL_SOCKET_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/closings.h"
#include "checks/model/destination_table.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* Which TIME_WAIT sockets the kernel gives to a new connection (ip-sysctl, tcp_tw_reuse).
 */
enum time_wait_reuse { REUSE_NEVER = 0, REUSE_LOOPBACK, REUSE_ALWAYS };

/*
 * A destination whose sockets are bound to a device: sockets toward the same that are
 * bound to none are in its way, too (not the reverse: inet_bound_dev_eq), and may share
 * ports with its own. Zeroed but for the key = nothing seen yet.
 */
struct mixed_destination {
    struct destination key;
    struct port_set ports;   /* in its way, with a device or without */
    struct port_set sampled; /* of them, those that a sample found closed */
};

/* What the census looks at; known before the first row. */
struct census_scope {
    struct port_range range; /* zeroed = unknown: only TIME_WAIT and listeners count */
    struct port_set usable;  /* range without reserved or excluded ports */
    enum time_wait_reuse reuse;
    uint32_t reuse_delay_ms; /* a TIME_WAIT must be older than this to be reused */
    uint64_t hash_seed;      /* program_secret(); any number in tests */
    /* Ports that bind() closed to every connect(): of all in use, or of a sample. */
    const struct port_set *closed; /* borrowed; NULL = none known */
    bool closed_is_sample;
    struct mixed_destination *mixed; /* borrowed; filled with the census; NULL = none */
};

/* Zeroed but for `scope` = nothing seen yet. */
struct socket_census {
    struct census_scope scope;
    uint64_t rows;                       /* all rows seen */
    uint64_t time_wait;                  /* every TIME_WAIT, whatever its port */
    uint64_t by_state[CONN_STATE_COUNT]; /* of sockets on ports of the range */
    struct port_set used;                /* ports with a socket in any state */
    struct port_set shared;              /* of them, with two sockets or more */
    struct port_set live;                /* those of them with one not in TIME_WAIT */
    struct port_set blocked;             /* listening or bound-only: blocked for all */
    struct port_set listening; /* ports with a listener, inside the range or not */
    struct destination_table destinations;
    struct closings *closed_to; /* owned; by position of the destination; NULL = none */
    struct closings closed_elsewhere; /* toward destinations after those */
};

/* The closes of so many destinations are told apart: the first ones that a pass meets.
 * Sockets come in an order of chance: the busiest is among them. */
enum { CENSUS_CLOSED_TO_MAX = 1024 };

/*
 * Adds one TCP socket. Bound-only ones and listeners must come before the other rows (the
 * kernel's dump and /proc/net/tcp both begin with the latter; for Windows tables the
 * caller goes twice): a connection on a listener's port is inbound and nobody's
 * destination, one on the port of a bound-only socket takes no port more. ERR_MEMORY.
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

/* After the last row, and before closed ports are settled: what scope.mixed found becomes
 * a part of its destination's sockets. */
void socket_census_settle_mixed(struct socket_census *census);

/* Fills all but the limit: the closes toward `busiest` (NULL = none) and in all. The
 * system is one that tells ages. */
void socket_census_closings(const struct socket_census *census,
                            const struct destination *busiest,
                            struct observed_closings *out);

/* Empties it, but for its scope. */
void socket_census_restart(struct socket_census *census);

void socket_census_clear(struct socket_census *census);

#endif
