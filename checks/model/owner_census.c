/* SPDX-License-Identifier: MIT */
/* Adding sockets up by owner, in bounded memory and bounded time per socket. */
#include "checks/model/owner_census.h"

#include <stdlib.h>
#include <string.h>

enum { TALLIES_AT_FIRST = 16, INODES_AT_FIRST = 1024 };

static bool is_key(const struct owner_key *a, const struct owner_key *b)
{
    return a->uid == b->uid && a->cgroup == b->cgroup && a->pid == b->pid;
}

/* The slot of an owner, or a free one for him. */
static uint16_t *find_slot(struct owner_census *census, const struct owner_key *key)
{
    const uint64_t hash = multiply_folded(key->cgroup ^ UINT64_C(0x9E3779B97F4A7C15),
                                          ((uint64_t)key->uid << 32 | key->pid) ^
                                              UINT64_C(0xD6E8FEB8669FD5));
    size_t at = (size_t)(hash % OWNER_SLOTS);

    while (census->slots[at] != 0 &&
           !is_key(&census->tallies[census->slots[at] - 1].key, key))
        at = (at + 1) % OWNER_SLOTS;
    return &census->slots[at];
}

static bool grow(struct owner_census *census, struct error *err)
{
    const size_t room = census->room > 0 ? 2 * census->room : TALLIES_AT_FIRST;
    struct owner_tally *more = realloc(census->tallies, room * sizeof *more);

    if (!more)
        return error_set(err, ERR_MEMORY, "not enough memory for the owners");
    census->tallies = more;
    census->room = room;
    return true;
}

bool owner_census_find(struct owner_census *census, const struct owner_key *key,
                       size_t *position, struct error *err)
{
    uint16_t *slot = find_slot(census, key);

    if (*slot == 0) {
        if (census->count == OWNER_KEYS_MAX) {
            *position = census->count;
            return true;
        }
        if (census->count == census->room && !grow(census, err))
            return false;
        census->tallies[census->count] = (struct owner_tally){ .key = *key };
        *slot = (uint16_t)++census->count;
    }
    *position = *slot - 1U;
    return true;
}

/* False when nobody owns it. */
static bool take_key(const struct socket_row *row, struct owner_key *key)
{
    const bool told = row->owned && row->inode != 0;

    *key = (struct owner_key){ .uid = told ? row->uid : UINT32_MAX,
                               .cgroup = row->cgroup,
                               .pid = row->pid };
    return told || row->cgroup != 0 || row->pid != 0;
}

/* The destination that it goes to; to_count when it is none of them. */
static size_t destination_of(const struct owner_census *census,
                             const struct socket_row *row)
{
    const struct destination to = { .local = row->local,
                                    .remote = row->remote,
                                    .remote_port = row->remote_port };
    size_t i = 0;

    while (i < census->to_count && (census->to[i].device != row->device ||
                                    !destination_is_alike(&census->to[i], &to)))
        i++;
    return i;
}

static void count(const struct owner_census *census, struct owner_tally *tally,
                  enum ip_protocol protocol, const struct socket_row *row)
{
    size_t to;

    if (protocol == IP_PROTOCOL_UDP) {
        tally->udp++;
        return;
    }
    tally->tcp[row->state]++;
    to = destination_of(census, row);
    if (to < census->to_count)
        tally->to[to][row->state]++;
}

/* Keeps the inode of a socket that a process may have open. */
static bool keep_inode(struct owner_census *census, uint32_t inode, size_t tally,
                       struct error *err)
{
    if (!census->programs || inode == 0)
        return true;
    if (census->inode_count == OWNED_INODES_MAX) {
        census->inodes_left++;
        return true;
    }
    if (census->inode_count == census->inode_room) {
        const size_t room =
            census->inode_room > 0 ? 2 * census->inode_room : INODES_AT_FIRST;
        struct owned_inode *more = realloc(census->inodes, room * sizeof *more);

        if (!more)
            return error_set(err, ERR_MEMORY, "not enough memory for the owners");
        census->inodes = more;
        census->inode_room = room;
    }
    census->inodes[census->inode_count++] =
        (struct owned_inode){ .inode = inode, .tally = (uint32_t)tally };
    return true;
}

bool owner_census_add(struct owner_census *census, enum ip_protocol protocol,
                      const struct socket_row *row, struct error *err)
{
    struct owner_key key;
    size_t at = 0;

    if (row->state == CONN_TIME_WAIT)
        return true;
    if (!take_key(row, &key)) {
        count(census, &census->nobody, protocol, row);
        return true;
    }
    if (!owner_census_find(census, &key, &at, err))
        return false;
    if (at == census->count) {
        count(census, &census->others, protocol, row);
        return true;
    }
    count(census, &census->tallies[at], protocol, row);
    return keep_inode(census, row->inode, at, err);
}

void owner_census_clear(struct owner_census *census)
{
    free(census->tallies);
    free(census->inodes);
    *census = (struct owner_census){ 0 };
}
