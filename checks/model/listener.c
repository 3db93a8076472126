/* SPDX-License-Identifier: MIT */
/* A sorted array of owners, each with the bitmap of its ports: 16 KiB an owner, and their
 * number is bounded. */
#include "checks/model/listener.h"

#include <stdlib.h>
#include <string.h>

void name_clean(const char *foreign, size_t length, char *out, size_t size)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789@._:/-";
    size_t at = 0;

    for (; at < length && at < size - 1 && foreign[at]; at++)
        if (strchr(allowed, foreign[at]))
            out[at] = foreign[at];
        else
            out[at] = '?';
    out[at] = '\0';
}

void unit_name_clean(const char *foreign, size_t length, char out[UNIT_NAME_SIZE])
{
    name_clean(foreign, length, out, UNIT_NAME_SIZE);
}

static bool is_trusted_user(const struct listener_table *table, uint32_t uid)
{
    for (size_t i = 0; i < table->trusted_count; i++)
        if (table->trusted[i] == uid)
            return true;
    return uid < LISTENER_FIRST_USER;
}

static struct listener_owner owner_of(const struct listener_table *table,
                                      const struct listener *listener)
{
    struct listener_owner owner = { .owned = listener->owned,
                                    .uid = listener->owned ? listener->uid : 0 };

    owner.trusted = !owner.owned || is_trusted_user(table, owner.uid);
    memcpy(owner.unit, listener->unit, sizeof owner.unit);
    return owner;
}

/* Less than, equal to or greater than 0, as with strcmp. What an administrator made a
 * unit of comes before what users run. */
static int compare(const struct listener_owner *a, const struct listener_owner *b)
{
    const bool unit_of_a = a->unit[0] != '\0';
    const bool unit_of_b = b->unit[0] != '\0';

    if (a->trusted != b->trusted)
        return a->trusted ? -1 : 1;
    if (!a->trusted && unit_of_a != unit_of_b)
        return unit_of_a ? -1 : 1;
    if (a->owned != b->owned)
        return a->owned ? -1 : 1;
    if (a->uid != b->uid)
        return a->uid < b->uid ? -1 : 1;
    return strcmp(a->unit, b->unit);
}

/* Where it stands, or would stand. */
static size_t position_of(const struct listener_table *table,
                          const struct listener_owner *owner)
{
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&table->owners[middle], owner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct listener_table *table, size_t at,
                  const struct listener_owner *owner)
{
    return at < table->count && compare(&table->owners[at], owner) == 0;
}

/* The highest user, not of a unit if there is one, gives way. */
static void drop_last_user(struct listener_table *table)
{
    struct listener_owner *last = &table->owners[--table->count];

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++)
        port_set_unite(&table->rest, &last->ports[i]);
    free(last->ports);
    *last = (struct listener_owner){ 0 };
}

static bool insert(struct listener_table *table, size_t at,
                   const struct listener_owner *owner, struct error *err)
{
    struct listener_owner *more;
    struct port_set *ports = calloc(IP_PROTOCOL_COUNT, sizeof *ports);

    if (!ports)
        return error_set(err, ERR_MEMORY, "not enough memory for the listeners");
    more = realloc(table->owners, (table->count + 1) * sizeof *more);
    if (!more) {
        free(ports);
        return error_set(err, ERR_MEMORY, "not enough memory for the listeners");
    }
    table->owners = more;
    memmove(&more[at + 1], &more[at], (table->count - at) * sizeof *more);
    more[at] = *owner;
    more[at].ports = ports;
    table->count++;
    table->trusted_owners += owner->trusted;
    return true;
}

/* Finds the owner, or makes room for it: *at is table->count when there is none for it.
 */
static bool place_owner(struct listener_table *table, struct listener_owner *owner,
                        size_t *at, struct error *err)
{
    *at = position_of(table, owner);
    if (is_at(table, *at, owner))
        return true;
    if (owner->trusted && table->trusted_owners >= LISTENER_SYSTEM_OWNERS_MAX - 1 &&
        owner->owned) {
        *owner = (struct listener_owner){ .trusted = true };
        *at = position_of(table, owner);
        if (is_at(table, *at, owner))
            return true;
    }
    if (!owner->trusted && table->count - table->trusted_owners == LISTENER_USERS_MAX) {
        if (*at == table->count)
            return true;
        drop_last_user(table);
    }
    return insert(table, *at, owner, err);
}

bool listener_table_add(struct listener_table *table, const struct listener *listener,
                        struct error *err)
{
    struct listener_owner owner = owner_of(table, listener);
    size_t at;

    if (!place_owner(table, &owner, &at, err))
        return false;
    port_set_add(at < table->count ? &table->owners[at].ports[listener->protocol]
                                   : &table->rest,
                 listener->port);
    port_set_add(&table->all[listener->protocol], listener->port);
    return true;
}

bool listener_table_add_ports(struct listener_table *table, enum ip_protocol protocol,
                              const struct port_set *ports, struct error *err)
{
    struct listener_owner owner = { .trusted = true };
    size_t at;

    if (port_set_count(ports) == 0)
        return true;
    if (!place_owner(table, &owner, &at, err))
        return false;
    port_set_unite(&table->owners[at].ports[protocol], ports);
    port_set_unite(&table->all[protocol], ports);
    return true;
}

void listener_table_clear(struct listener_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->owners[i].ports);
    free(table->owners);
    table->owners = NULL;
    table->count = 0;
    table->trusted_owners = 0;
    memset(table->all, 0, sizeof table->all);
    table->rest = (struct port_set){ 0 };
}
