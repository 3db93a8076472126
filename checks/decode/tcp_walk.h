/* SPDX-License-Identifier: MIT */
/* The rows of Windows' TCP tables on their way into a census: in which order, and which
 * of them say nothing new. */
#ifndef CHECKS_DECODE_TCP_WALK_H
#define CHECKS_DECODE_TCP_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/mib_table.h"
#include "checks/model/socket_census.h"

/* A table as it was fetched; size 0 = there is none. Borrowed. */
struct tcp_table {
    enum mib_layout layout;
    const void *bytes;
    size_t size;
};

/* Both are borrowed: a census whose scope is set, and the ports that have a connection.
 * The rest is the walk's own, zeroed. */
struct tcp_walk {
    struct socket_census *census;
    struct port_set *connected;
    int pass;
    bool failed; /* a row could not be added: why is in `err` */
    struct error err;
};

/*
 * Adds the rows of all tables: the listeners of every table first, then connections,
 * whose ports are added to *connected, then what is only bound (tcp_walk_add_bound).
 * ERR_MALFORMED, ERR_MEMORY.
 */
MUST_CHECK bool tcp_walk_add(struct tcp_walk *walk, const struct tcp_table *tables,
                             size_t count, struct error *err);

/*
 * A socket_row_visitor for bound sockets; `walk` is a struct tcp_walk. A port with a
 * connection gets nothing: Windows may list the bound half of a connection beside it, and
 * whatever else is bound there leaves the port as it is. False when walk->failed.
 */
bool tcp_walk_add_bound(void *walk, const struct socket_row *row);

/* The rows of the same tables with their owners. The visitor is borrowed, the rest
 * zeroed. */
struct tcp_owned_walk {
    socket_row_visitor *visit;
    void *context;
    struct port_set connected; /* ports that have a connection */
    bool stopped;              /* the visitor stopped it */
};

/* A socket_row_visitor for the first walk over all tables; `walk` is a struct
 * tcp_owned_walk. */
bool tcp_owned_walk_note(void *walk, const struct socket_row *row);

/* The same for the second one, and for bound ports after it: passes on those rows that
 * tcp_walk_add counts. False when walk->stopped. */
bool tcp_owned_walk_pass(void *walk, const struct socket_row *row);

#endif
