/* SPDX-License-Identifier: MIT */
/* Sockets added up by what the system tells of their owners, before anybody is named. */
#ifndef CHECKS_MODEL_OWNER_CENSUS_H
#define CHECKS_MODEL_OWNER_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/destination_table.h"
#include "checks/model/observation.h"
#include "checks/model/owner.h"
#include "checks/model/socket_row.h"

/* Owners beyond so many are counted together. Inodes beyond so many are not looked for in
 * the descriptors of processes. At most half of the slots are taken. */
enum {
    OWNER_KEYS_MAX = 1024,
    OWNED_INODES_MAX = 131072,
    OWNER_SLOTS = 2 * OWNER_KEYS_MAX
};

/* What a row tells of its owner. */
struct owner_key {
    uint32_t uid;    /* Linux: of the creator; UINT32_MAX = not told */
    uint64_t cgroup; /* Linux: of the creator; 0 = not told */
    uint32_t pid;    /* Windows */
};

/* One owner's sockets: of all TCP or UDP, and toward each of the destinations. */
struct owner_tally {
    struct owner_key key;
    uint32_t tcp[CONN_STATE_COUNT];
    uint32_t udp;
    uint32_t to[OWNED_DESTINATIONS_MAX][CONN_STATE_COUNT];
};

/* A socket that a process may have open. */
struct owned_inode {
    uint32_t inode;
    uint32_t tally; /* position of its owner */
};

/* Zeroed but for the destinations and `programs` = nothing seen. */
struct owner_census {
    struct destination to[OWNED_DESTINATIONS_MAX]; /* set before the first row */
    size_t to_count;
    bool programs; /* set before the first row: the inodes are kept, and looked for */
    struct owner_tally *tallies; /* owned; in order of appearance */
    size_t count;
    size_t room;
    uint16_t slots[OWNER_SLOTS]; /* open addressing; position + 1, 0 = free */
    struct owner_tally others;   /* of owners beyond OWNER_KEYS_MAX */
    struct owner_tally nobody;   /* of sockets that have no owner */
    struct owned_inode *inodes;  /* owned; in order of appearance */
    size_t inode_count;
    size_t inode_room;
    size_t inodes_left; /* that found no place */
};

/*
 * Adds one socket; those in TIME_WAIT have no owner and are passed over. On Linux the
 * user of a socket that no process has open (inode 0) is a lie of the kernel: then its
 * control group alone counts, and without one nobody owns it. ERR_MEMORY.
 */
MUST_CHECK bool owner_census_add(struct owner_census *census, enum ip_protocol protocol,
                                 const struct socket_row *row, struct error *err);

/* The position of an owner's tally, which is made where there is none; census->count
 * where there is no place for one. ERR_MEMORY. */
MUST_CHECK bool owner_census_find(struct owner_census *census,
                                  const struct owner_key *key, size_t *position,
                                  struct error *err);

/*
 * Sums up, with what the tallies' owners are called (`named`, one for each): owners of
 * one name become one, most sockets first; one of Linux that has neither user nor name is
 * nobody. Fills list and shares of *out.
 */
void owner_census_settle(const struct owner_census *census, const struct owner *named,
                         struct observed_owners *out);

/* After that: the openers of *look, positions among the tallies, become positions in
 * out->list, to which new ones are added; those of one name become one, most first. Who
 * was only seen, and has neither user nor name, is left out. */
void owner_census_settle_look(const struct owner *named, struct observed_owners *out,
                              struct observed_look *look);

/* Frees it. Safe on zeroed, safe twice. */
void owner_census_clear(struct owner_census *census);

#endif
