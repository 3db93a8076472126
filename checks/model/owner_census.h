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
 * the descriptors of processes. */
enum { OWNER_KEYS_MAX = 1024, OWNED_INODES_MAX = 131072 };

/* What a row tells of its owner. */
struct owner_key {
    uint32_t uid;    /* Linux: of the creator */
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

/* Zeroed but for the destinations = nothing seen. */
struct owner_census {
    struct destination to[OWNED_DESTINATIONS_MAX]; /* set before the first row */
    size_t to_count;
    struct owner_tally *tallies; /* owned; in order of appearance */
    size_t count;
    struct owner_tally others;  /* of owners beyond OWNER_KEYS_MAX */
    struct owner_tally nobody;  /* of sockets that have no owner */
    struct owned_inode *inodes; /* owned; in order of appearance */
    size_t inode_count;
    size_t inodes_left; /* that found no place */
};

/* Adds one socket; those in TIME_WAIT have no owner and are passed over. ERR_MEMORY. */
MUST_CHECK bool owner_census_add(struct owner_census *census, enum ip_protocol protocol,
                                 const struct socket_row *row, struct error *err);

/* Sums up, with what the tallies' owners are called (`named`, one for each): owners of
 * one name become one, most sockets first. */
void owner_census_settle(const struct owner_census *census, const struct owner *named,
                         struct observed_owners *out);

void owner_census_clear(struct owner_census *census);

#endif
