/* SPDX-License-Identifier: MIT */
/* What each socket is to the ports of the range, added up. */
#include "checks/model/socket_census.h"

#include <stdlib.h>

static bool in_range(const struct census_scope *scope, uint16_t port)
{
    return scope->range.first != 0 && port >= scope->range.first &&
           port <= scope->range.last;
}

/* Linux' lo, in every network namespace (include/net/net_namespace.h). */
enum { LOOPBACK_DEVICE = 1 };

/* Either end on loopback, or a socket that was bound to lo (tcp_twsk_unique in
 * net/ipv4/tcp_ipv4.c). */
static bool is_loopback(const struct socket_row *row)
{
    return ip_address_is_loopback(&row->local) || ip_address_is_loopback(&row->remote) ||
           row->device == LOOPBACK_DEVICE;
}

/* Whether connect() takes this TIME_WAIT's port for the same destination, once it is old
 * enough. */
static bool is_reused(const struct census_scope *scope, const struct socket_row *row)
{
    return scope->reuse != REUSE_NEVER && row->has_time_wait_age &&
           (scope->reuse == REUSE_ALWAYS || is_loopback(row));
}

/* Whether it would take it now. */
static bool is_reusable(const struct census_scope *scope, const struct socket_row *row)
{
    return row->state == CONN_TIME_WAIT &&
           row->time_wait_age_ms > scope->reuse_delay_ms && is_reused(scope, row);
}

/* Windows lists some bound-only sockets as closed ones without a remote end. */
static bool blocks_everyone(const struct socket_row *row)
{
    return row->state == CONN_LISTEN || row->state == CONN_BOUND ||
           (row->state == CONN_CLOSED && row->remote_port == 0);
}

/* Of a socket that is neither inbound nor blocks everyone. */
static enum socket_place place_of(const struct socket_census *census,
                                  const struct socket_row *row)
{
    const struct census_scope *scope = &census->scope;

    if (is_reusable(scope, row))
        return SOCKET_REUSABLE;
    if (port_set_has(&census->blocked, row->local_port))
        return SOCKET_COVERED;
    if (scope->closed && port_set_has(scope->closed, row->local_port))
        return scope->closed_is_sample ? SOCKET_SAMPLED : SOCKET_COVERED;
    return ((row->local_port ^ scope->range.first) & 1) != 0 ? SOCKET_ON_ODD
                                                             : SOCKET_IN_THE_WAY;
}

static void use_port(struct socket_census *census, uint16_t port)
{
    if (port_set_has(&census->used, port))
        port_set_add(&census->shared, port);
    else
        port_set_add(&census->used, port);
}

static void add_mixed(struct mixed_destination *mixed, const struct socket_row *row,
                      enum socket_place place)
{
    const struct destination to = { .local = row->local,
                                    .remote = row->remote,
                                    .remote_port = row->remote_port };

    if ((row->device != 0 && row->device != mixed->key.device) ||
        place == SOCKET_REUSABLE || place == SOCKET_COVERED ||
        !destination_is_alike(&mixed->key, &to))
        return;
    port_set_add(&mixed->ports, row->local_port);
    if (place == SOCKET_SAMPLED)
        port_set_add(&mixed->sampled, row->local_port);
}

/* No more than a count can be. */
static uint16_t increased(int count, int more)
{
    return (uint16_t)(count + more < UINT16_MAX ? count + more : UINT16_MAX);
}

void socket_census_settle_mixed(struct socket_census *census)
{
    const struct mixed_destination *mixed = census->scope.mixed;
    const int ports = mixed ? (int)port_set_count(&mixed->ports) : 0;

    for (uint32_t i = 0; mixed && i < census->destinations.count; i++) {
        struct destination *to = &census->destinations.destinations[i];
        const int more = ports - destination_in_the_way(to);

        if (to->device != mixed->key.device || !destination_is_alike(to, &mixed->key))
            continue;
        to->sampled = (uint16_t)port_set_count(&mixed->sampled);
        if (more > 0)
            to->sockets = increased(to->sockets, more);
    }
}

/* A socket in TIME_WAIT whose age is told, toward the last destination. */
static bool count_closing(struct socket_census *census, const struct socket_row *row,
                          struct error *err)
{
    const struct census_scope *scope = &census->scope;
    const uint32_t to = census->destinations.last;
    struct closings *closings = &census->closed_elsewhere;

    if (!census->closed_to) {
        census->closed_to = calloc(CENSUS_CLOSED_TO_MAX, sizeof *census->closed_to);
        if (!census->closed_to)
            return error_set(err, ERR_MEMORY, "not enough memory for the destinations");
    }
    if (to < CENSUS_CLOSED_TO_MAX)
        closings = &census->closed_to[to];
    closings_add(closings, row->time_wait_age_ms, is_reused(scope, row),
                 scope->reuse_delay_ms);
    return true;
}

bool socket_census_add_tcp(struct socket_census *census, const struct socket_row *row,
                           struct error *err)
{
    const struct census_scope *scope = &census->scope;
    enum socket_place place;

    census->rows++;
    if (row->state == CONN_TIME_WAIT)
        census->time_wait++;
    else if (row->state == CONN_LISTEN)
        port_set_add(&census->listening, row->local_port);
    if (in_range(scope, row->local_port))
        census->by_state[row->state]++;
    if (!port_set_has(&scope->usable, row->local_port))
        return true;
    use_port(census, row->local_port);
    if (row->state != CONN_TIME_WAIT)
        port_set_add(&census->live, row->local_port);
    if (blocks_everyone(row)) {
        port_set_add(&census->blocked, row->local_port);
        return true;
    }
    if (port_set_has(&census->listening, row->local_port))
        return true;
    census->destinations.seed = scope->hash_seed;
    census->destinations.reuse_delay_ms = scope->reuse_delay_ms;
    place = place_of(census, row);
    if (scope->mixed)
        add_mixed(scope->mixed, row, place);
    return destination_table_add(&census->destinations, row, place, err) &&
           (row->state != CONN_TIME_WAIT || !row->has_time_wait_age ||
            count_closing(census, row, err));
}

void socket_census_add_udp(struct socket_census *census, const struct socket_row *row)
{
    census->rows++;
    if (row->remote_port == 0)
        port_set_add(&census->listening, row->local_port);
    if (port_set_has(&census->scope.usable, row->local_port))
        port_set_add(&census->used, row->local_port);
}

uint32_t socket_census_ports_used(const struct socket_census *census)
{
    return port_set_count(&census->used);
}

uint32_t socket_census_ports_blocked(const struct socket_census *census)
{
    return port_set_count(&census->blocked);
}

uint32_t socket_census_ports_time_wait_only(const struct socket_census *census)
{
    return port_set_count(&census->used) - port_set_count(&census->live);
}

static void add_closings(const struct closings *more, struct closings *sum)
{
    for (size_t i = 0; i < CLOSINGS_AGES; i++)
        sum->by_age[i] += more->by_age[i];
    sum->young += more->young;
}

void socket_census_closings(const struct socket_census *census,
                            const struct destination *busiest,
                            struct observed_closings *out)
{
    static const struct closings none = { .young = 0 };
    const struct destination_table *table = &census->destinations;

    *out = (struct observed_closings){ .known = true, .all = census->closed_elsewhere };
    if (census->scope.reuse != REUSE_NEVER)
        out->young_ms = census->scope.reuse_delay_ms;
    for (uint32_t i = 0; i < table->count && i < CENSUS_CLOSED_TO_MAX; i++) {
        const struct closings *there = census->closed_to ? &census->closed_to[i] : &none;

        add_closings(there, &out->all);
        if (!busiest || table->destinations[i].device != busiest->device ||
            !destination_is_alike(&table->destinations[i], busiest))
            continue;
        out->busiest_known = true;
        out->busiest = *there;
    }
}

void socket_census_restart(struct socket_census *census)
{
    const struct census_scope scope = census->scope;

    socket_census_clear(census);
    census->scope = scope;
}

void socket_census_clear(struct socket_census *census)
{
    destination_table_clear(&census->destinations);
    free(census->closed_to);
    *census = (struct socket_census){ 0 };
}
