/* SPDX-License-Identifier: MIT */
/* Three passes over the tables: each decides by what the one before has found. */
#include "checks/decode/tcp_walk.h"

enum tcp_pass { PASS_LISTENERS = 0, PASS_CONNECTIONS, PASS_BOUND, PASS_COUNT };

/* Windows lists some sockets that are only bound as closed ones without a remote end. */
static enum tcp_pass pass_of(const struct socket_row *row)
{
    if (row->state == CONN_LISTEN)
        return PASS_LISTENERS;
    if (row->state == CONN_BOUND || (row->state == CONN_CLOSED && row->remote_port == 0))
        return PASS_BOUND;
    return PASS_CONNECTIONS;
}

static bool is_connected(const struct socket_row *row)
{
    return pass_of(row) == PASS_CONNECTIONS && row->state != CONN_CLOSED &&
           row->remote_port != 0;
}

static bool add(struct tcp_walk *walk, const struct socket_row *row)
{
    walk->failed = !socket_census_add_tcp(walk->census, row, &walk->err);
    return !walk->failed;
}

bool tcp_walk_add_bound(void *context, const struct socket_row *row)
{
    struct tcp_walk *walk = context;

    if (!port_set_has(walk->connected, row->local_port))
        return add(walk, row);
    walk->census->rows++;
    return true;
}

static bool add_row(void *context, const struct socket_row *row)
{
    struct tcp_walk *walk = context;

    if ((int)pass_of(row) != walk->pass)
        return true;
    if (walk->pass == PASS_BOUND)
        return tcp_walk_add_bound(walk, row);
    if (is_connected(row))
        port_set_add(walk->connected, row->local_port);
    return add(walk, row);
}

static bool walk_table(struct tcp_walk *walk, const struct tcp_table *table,
                       struct error *err)
{
    if (table->size == 0)
        return true;
    if (!mib_table_visit(table->layout, table->bytes, table->size, add_row, walk, err))
        return false;
    if (walk->failed && err)
        *err = walk->err;
    return !walk->failed;
}

/* A connection is inbound when its port has a listener, and a bound socket is its half
 * when the port has a connection, in either family. */
bool tcp_walk_add(struct tcp_walk *walk, const struct tcp_table *tables, size_t count,
                  struct error *err)
{
    for (walk->pass = PASS_LISTENERS; walk->pass < PASS_COUNT; walk->pass++)
        for (size_t i = 0; i < count; i++)
            if (!walk_table(walk, &tables[i], err))
                return false;
    return true;
}

bool tcp_owned_walk_note(void *context, const struct socket_row *row)
{
    struct tcp_owned_walk *walk = context;

    if (is_connected(row))
        port_set_add(&walk->connected, row->local_port);
    return true;
}

bool tcp_owned_walk_pass(void *context, const struct socket_row *row)
{
    struct tcp_owned_walk *walk = context;

    if (pass_of(row) != PASS_BOUND || !port_set_has(&walk->connected, row->local_port))
        walk->stopped = !walk->visit(walk->context, row);
    return !walk->stopped;
}
