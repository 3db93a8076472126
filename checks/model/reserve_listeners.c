/* SPDX-License-Identifier: MIT */
/* Owner by owner in the order of the table: system first, then users from the lowest on.
 */
#include "checks/model/reserve_listeners.h"

#include <inttypes.h>
#include <stdio.h>

struct selection {
    const struct reserve_candidates *candidates;
    struct port_set *out;
    struct plan_reservations *rows; /* NULL = not wanted */
    uint32_t left_of_users;
    struct port_set beyond; /* of users when nothing was left for them */
    uint32_t users_beyond;
};

static bool add_row(const struct selection *selection, enum plan_reservation_kind kind,
                    const char *why, const struct port_set *ports, struct error *err)
{
    const struct plan_reservation_words words = { .kind = kind, .why = why };

    return !selection->rows || plan_reservations_add(selection->rows, &words, ports,
                                                     selection->candidates->live, err);
}

/* "uid 33 (www-data.service)". */
static void name_owner(const struct listener_owner *owner, char name[PLAN_WHY_SIZE])
{
    if (owner->unit[0] == '\0')
        (void)snprintf(name, PLAN_WHY_SIZE, "uid %" PRIu32, owner->uid);
    else
        (void)snprintf(name, PLAN_WHY_SIZE, "uid %" PRIu32 " (%s)", owner->uid,
                       owner->unit);
}

/* Those of its ports that count and are not protected yet. UDP sockets of a client are
 * told, and left out. */
static bool find_ports(struct selection *selection, const struct listener_owner *owner,
                       struct port_set *out, struct error *err)
{
    const struct reserve_candidates *candidates = selection->candidates;
    const uint32_t all_udp = port_set_count(&owner->ports[IP_PROTOCOL_UDP]);
    struct port_set udp = owner->ports[IP_PROTOCOL_UDP];
    char name[PLAN_WHY_SIZE];
    char why[2 * PLAN_WHY_SIZE];

    *out = owner->ports[IP_PROTOCOL_TCP];
    port_set_intersect(out, &candidates->ports[IP_PROTOCOL_TCP]);
    port_set_intersect(&udp, &candidates->ports[IP_PROTOCOL_UDP]);
    port_set_remove(out, selection->out);
    port_set_remove(&udp, selection->out);
    if (all_udp <= RESERVE_UDP_MAX) {
        port_set_unite(out, &udp);
        return true;
    }
    name_owner(owner, name);
    if (owner->owned)
        (void)snprintf(why, sizeof why,
                       "UDP sockets of %s, which has %" PRIu32 ": a client's", name,
                       all_udp);
    else
        (void)snprintf(
            why, sizeof why,
            "%" PRIu32 " UDP sockets whose owners are not told apart: clients'", all_udp);
    return add_row(selection, PLAN_NOT_RESERVED, why, &udp, err);
}

static bool take_trusted(struct selection *selection, const struct listener_owner *owner,
                         const struct port_set *ports, struct error *err)
{
    char name[PLAN_WHY_SIZE];
    char why[2 * PLAN_WHY_SIZE];

    name_owner(owner, name);
    (void)snprintf(why, sizeof why, "listener of %s", name);
    port_set_unite(selection->out, ports);
    return add_row(selection, PLAN_RESERVED_LISTENER, owner->owned ? why : "listener",
                   ports, err);
}

/* Moves up to `most` ports, the lowest ones, and returns how many. */
static uint32_t move_ports(struct port_set *from, struct port_set *to, uint32_t most)
{
    uint32_t moved = 0;

    for (uint32_t port = 0; port <= UINT16_MAX && moved < most; port++)
        if (port_set_has(from, (uint16_t)port)) {
            from->words[port >> 6] &= ~(UINT64_C(1) << (port & 63));
            port_set_add(to, (uint16_t)port);
            moved++;
        }
    return moved;
}

/* What is reserved already comes first: a plan must not want something else each time. */
static void choose(const struct selection *selection, struct port_set *ports,
                   struct port_set *chosen)
{
    const uint32_t most = selection->left_of_users < RESERVE_PER_USER_MAX
                              ? selection->left_of_users
                              : RESERVE_PER_USER_MAX;
    struct port_set first = *ports;
    uint32_t count;

    port_set_intersect(&first, selection->candidates->first);
    port_set_remove(ports, &first);
    count = move_ports(&first, chosen, most);
    (void)move_ports(ports, chosen, most - count);
    port_set_unite(ports, &first);
}

static bool take_user(struct selection *selection, const struct listener_owner *owner,
                      struct port_set *ports, struct error *err)
{
    struct port_set chosen = { 0 };
    char name[PLAN_WHY_SIZE];
    char why[2 * PLAN_WHY_SIZE];
    uint32_t count;

    name_owner(owner, name);
    choose(selection, ports, &chosen);
    count = port_set_count(&chosen);
    selection->left_of_users -= count;
    port_set_unite(selection->out, &chosen);
    (void)snprintf(why, sizeof why, "listener of %s", name);
    if (!add_row(selection, PLAN_RESERVED_LISTENER, why, &chosen, err))
        return false;
    if (count < RESERVE_PER_USER_MAX) {
        selection->users_beyond += port_set_count(ports) > 0;
        port_set_unite(&selection->beyond, ports);
        return true;
    }
    (void)snprintf(why, sizeof why, "%s listens on more than %d ports", name,
                   RESERVE_PER_USER_MAX);
    return add_row(selection, PLAN_NOT_RESERVED, why, ports, err);
}

/* "a user", "5 users"; of `rest` only the ports are known. */
static void name_beyond(uint32_t users, bool rest, char why[PLAN_WHY_SIZE])
{
    const uint32_t count = users + rest;
    const char *more = rest ? " or more" : "";

    if (count == 1)
        (void)snprintf(why, PLAN_WHY_SIZE, "a user%s; all of them listen on more than %d",
                       more, RESERVE_OF_USERS_MAX);
    else
        (void)snprintf(why, PLAN_WHY_SIZE,
                       "%" PRIu32 " users%s, who listen on more than %d", count, more,
                       RESERVE_OF_USERS_MAX);
}

static bool tell_beyond(struct selection *selection, struct error *err)
{
    struct port_set rest = selection->candidates->table->rest;
    struct port_set any = selection->candidates->ports[IP_PROTOCOL_TCP];
    char why[PLAN_WHY_SIZE];

    port_set_unite(&any, &selection->candidates->ports[IP_PROTOCOL_UDP]);
    port_set_intersect(&rest, &any);
    name_beyond(selection->users_beyond, port_set_count(&rest) > 0, why);
    port_set_unite(&selection->beyond, &rest);
    port_set_remove(&selection->beyond, selection->out);
    return add_row(selection, PLAN_NOT_RESERVED, why, &selection->beyond, err);
}

bool reserve_listeners(const struct reserve_candidates *candidates, struct port_set *out,
                       struct plan_reservations *rows, struct error *err)
{
    const struct listener_table *table = candidates->table;
    struct selection selection = { .candidates = candidates,
                                   .out = out,
                                   .rows = rows,
                                   .left_of_users = RESERVE_OF_USERS_MAX };

    for (size_t i = 0; i < table->count; i++) {
        const struct listener_owner *owner = &table->owners[i];
        struct port_set ports;

        if (!find_ports(&selection, owner, &ports, err) ||
            !(owner->trusted ? take_trusted(&selection, owner, &ports, err)
                             : take_user(&selection, owner, &ports, err)))
            return false;
    }
    return tell_beyond(&selection, err);
}
