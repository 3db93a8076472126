/* SPDX-License-Identifier: MIT */
/* Adding sockets up by destination, in bounded memory and bounded time per socket. */
#include "checks/model/destination_table.h"

#include <stdlib.h>
#include <string.h>

#include "checks/model/destination_hash.h"

enum {
    SLOTS_AT_FIRST = 512,
    CAPACITY_AT_FIRST = 64,
    /* Longer runs of taken slots come only from addresses picked to collide, for which
     * one would need to know the seed: at three quarters full the longest natural run
     * stays below 400 even in the largest table. */
    PROBES_MAX = 1024
};

static bool is_for(const struct destination *destination, const struct socket_row *row)
{
    return destination->remote_port == row->remote_port &&
           destination->device == row->device &&
           memcmp(&destination->remote, &row->remote, sizeof row->remote) == 0 &&
           memcmp(&destination->local, &row->local, sizeof row->local) == 0;
}

static void increase(uint16_t *count)
{
    if (*count < UINT16_MAX)
        ++*count;
}

/* The youngest of those on odd offsets counts; one whose age nobody knows is young. */
static void count_odd(struct destination *destination, const struct socket_row *row)
{
    uint16_t age_ms = 0;

    if (row->has_time_wait_age)
        age_ms = row->time_wait_age_ms < UINT16_MAX ? (uint16_t)row->time_wait_age_ms
                                                    : UINT16_MAX;
    if (destination->odd == 0 || age_ms < destination->odd_age_ms)
        destination->odd_age_ms = age_ms;
    increase(&destination->odd);
}

static void count_state(struct destination *destination, enum conn_state state)
{
    if (state == CONN_TIME_WAIT)
        increase(&destination->time_wait);
    else if (state == CONN_ESTABLISHED)
        increase(&destination->established);
    else if (state == CONN_CLOSE_WAIT)
        increase(&destination->close_wait);
    else if (state == CONN_SYN_SENT)
        increase(&destination->syn_sent);
    else if (state == CONN_FIN_WAIT_2)
        increase(&destination->fin_wait_2);
}

static void count_socket(const struct destination_table *table,
                         struct destination *destination, const struct socket_row *row,
                         enum socket_place place)
{
    increase(&destination->sockets);
    if (place == SOCKET_REUSABLE)
        increase(&destination->reusable);
    else if (place == SOCKET_COVERED)
        increase(&destination->covered);
    else if (place == SOCKET_SAMPLED)
        increase(&destination->sampled);
    else if (place == SOCKET_ON_ODD)
        count_odd(destination, row);
    if ((place == SOCKET_IN_THE_WAY || place == SOCKET_ON_ODD) &&
        row->has_time_wait_age && row->time_wait_age_ms > table->reuse_delay_ms)
        increase(&destination->freeable);
    count_state(destination, row->state);
}

/* Where of `places` a hash belongs: its upper bits decide, in which all input meets. */
static uint32_t place_of(uint32_t hash, uint32_t places)
{
    return (uint32_t)(((uint64_t)hash * places) >> 32);
}

/* Counts a socket whose destination found no place. */
static bool count_untracked(struct destination_table *table, uint32_t hash,
                            enum socket_place place, struct error *err)
{
    if (!table->buckets) {
        table->buckets = calloc(DESTINATION_BUCKETS, sizeof *table->buckets);
        if (!table->buckets)
            return error_set(err, ERR_MEMORY, "not enough memory for the destinations");
    }
    table->untracked++;
    table->last = DESTINATION_NOWHERE;
    if (place != SOCKET_REUSABLE && place != SOCKET_COVERED)
        table->buckets[place_of(hash, DESTINATION_BUCKETS)]++;
    return true;
}

/* The hash of a destination that is in the table already. */
static uint32_t hash_again(const struct destination_table *table,
                           const struct destination *destination)
{
    struct socket_row row = { .local = destination->local,
                              .remote = destination->remote,
                              .remote_port = destination->remote_port,
                              .device = destination->device };

    return destination_hash(table->seed, &row);
}

static bool grow_slots(struct destination_table *table, struct error *err)
{
    uint32_t slot_count = table->slot_count ? table->slot_count * 2 : SLOTS_AT_FIRST;
    uint32_t *slots = calloc(slot_count, sizeof *slots);

    if (!slots)
        return error_set(err, ERR_MEMORY, "not enough memory for the destinations");
    for (uint32_t i = 0; i < table->count; i++) {
        uint32_t at = place_of(hash_again(table, &table->destinations[i]), slot_count);

        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return true;
}

/* Untouched pages of the larger block cost no memory, so doubling is fine. */
static bool grow_destinations(struct destination_table *table, struct error *err)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : CAPACITY_AT_FIRST;
    struct destination *grown;

    if (capacity > DESTINATIONS_MAX)
        capacity = DESTINATIONS_MAX;
    grown = realloc(table->destinations, capacity * sizeof *grown);
    if (!grown)
        return error_set(err, ERR_MEMORY, "not enough memory for the destinations");
    table->destinations = grown;
    table->capacity = capacity;
    return true;
}

/* Makes room for one more destination, unless the table has reached its maximum. */
static bool make_room(struct destination_table *table, struct error *err)
{
    if (table->count >= DESTINATIONS_MAX)
        return true;
    if (table->count >= table->capacity && !grow_destinations(table, err))
        return false;
    if (table->count >= table->slot_count / 4 * 3)
        return grow_slots(table, err);
    return true;
}

/* The slot of the row's destination, or a free one for it, or NULL: neither within reach.
 */
static uint32_t *find_slot(const struct destination_table *table,
                           const struct socket_row *row, uint32_t hash)
{
    uint32_t mask = table->slot_count - 1;
    uint32_t first = place_of(hash, table->slot_count);

    for (uint32_t probe = 0; probe < PROBES_MAX && probe <= mask; probe++) {
        uint32_t *slot = &table->slots[(first + probe) & mask];

        if (*slot == 0 || is_for(&table->destinations[*slot - 1], row))
            return slot;
    }
    return NULL;
}

bool destination_table_add(struct destination_table *table, const struct socket_row *row,
                           enum socket_place place, struct error *err)
{
    uint32_t hash = destination_hash(table->seed, row);
    uint32_t *slot;

    if (!make_room(table, err))
        return false;
    slot = find_slot(table, row, hash);
    if (!slot || (*slot == 0 && table->count >= DESTINATIONS_MAX))
        return count_untracked(table, hash, place, err);
    if (*slot == 0) {
        table->destinations[table->count] =
            (struct destination){ .local = row->local,
                                  .remote = row->remote,
                                  .remote_port = row->remote_port,
                                  .device = row->device };
        *slot = ++table->count;
    }
    table->last = *slot - 1;
    count_socket(table, &table->destinations[table->last], row, place);
    return true;
}

bool destination_is_alike(const struct destination *a, const struct destination *b)
{
    return a->remote_port == b->remote_port &&
           memcmp(&a->remote, &b->remote, sizeof a->remote) == 0 &&
           memcmp(&a->local, &b->local, sizeof a->local) == 0;
}

int destination_in_the_way(const struct destination *destination)
{
    return destination->sockets - destination->reusable - destination->covered;
}

/* Negative when `a` is busier than `b`, or equally busy and first by address, port and
 * device. */
static int compare(const struct destination *a, const struct destination *b)
{
    int busy_a = destination_in_the_way(a);
    int busy_b = destination_in_the_way(b);
    int order;

    if (busy_a != busy_b)
        return busy_b - busy_a;
    if (a->sockets != b->sockets)
        return b->sockets - a->sockets;
    order = memcmp(&a->remote, &b->remote, sizeof a->remote);
    if (order != 0)
        return order;
    if (a->remote_port != b->remote_port)
        return a->remote_port - b->remote_port;
    order = memcmp(&a->local, &b->local, sizeof a->local);
    if (order != 0)
        return order;
    return (a->device > b->device) - (a->device < b->device);
}

static bool is_larger(const struct destination *a, const struct destination *b)
{
    return a->sockets > b->sockets || (a->sockets == b->sockets && compare(a, b) < 0);
}

/* Puts the one of most sockets in place of the last of a full list, unless such a one is
 * listed. What is in its way is no more than that of any before it. */
static void list_largest(const struct destination *largest, size_t count,
                         struct destination *out)
{
    for (size_t i = 0; i < count; i++)
        if (out[i].sockets >= largest->sockets)
            return;
    out[count - 1] = *largest;
}

size_t destination_table_top(const struct destination_table *table, size_t most,
                             struct destination *out)
{
    const struct destination *largest = table->destinations;
    size_t count = 0;

    for (uint32_t i = 0; most > 0 && i < table->count; i++) {
        const struct destination *next = &table->destinations[i];
        size_t at;

        if (is_larger(next, largest))
            largest = next;
        if (count == most && compare(&out[most - 1], next) <= 0)
            continue;
        if (count < most)
            count++;
        for (at = count - 1; at > 0 && compare(next, &out[at - 1]) < 0; at--)
            out[at] = out[at - 1];
        out[at] = *next;
    }
    if (count > 1 && count == most)
        list_largest(largest, count, out);
    return count;
}

uint32_t destination_table_untracked_bound(const struct destination_table *table)
{
    uint32_t bound = 0;

    for (uint32_t i = 0; table->buckets && i < DESTINATION_BUCKETS; i++)
        if (table->buckets[i] > bound)
            bound = table->buckets[i];
    return bound;
}

void destination_table_clear(struct destination_table *table)
{
    free(table->destinations);
    free(table->slots);
    free(table->buckets);
    *table = (struct destination_table){ 0 };
}
