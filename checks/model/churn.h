/* SPDX-License-Identifier: MIT */
/* Who opens connections, from sockets seen again and again: looking finds rate x
 * lifetime, not rate, so only those that are seen twice are counted. Pure. */
#ifndef CHECKS_MODEL_CHURN_H
#define CHECKS_MODEL_CHURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/id_table.h"
#include "checks/model/observation.h"
#include "checks/model/owner_census.h"

/* Sockets beyond so many have no place. */
enum { CHURN_SOCKETS_MAX = 131072 };

/* A socket that some look saw. */
struct churn_socket {
    uint32_t owner; /* position of its tally */
    uint16_t first; /* number of the look that saw it first */
    uint16_t looks; /* that saw it */
};

/* Zeroed = not made yet. */
struct churn {
    struct id_table cookies;
    struct churn_socket *sockets; /* owned; one for each cookie */
    uint16_t look;                /* number of this look; 0 = the first one */
    bool full;                    /* a socket found no place: it is not counted */
};

/* An empty one, at its first look. ERR_MEMORY. */
MUST_CHECK bool churn_make(struct churn *churn, struct error *err);

/* This look sees a socket, of that owner. */
void churn_see(struct churn *churn, uint64_t cookie, uint32_t owner);

/* What each owner opened: by position of its tally. */
struct churn_totals {
    uint32_t counted[OWNER_KEYS_MAX];
    uint32_t seen[OWNER_KEYS_MAX]; /* not counted */
};

/*
 * Adds what the looks saw. Counted is who is new after the first look and was seen again:
 * the last look only confirms. Seen is who is new and was seen once: any number of them
 * may have come and gone. Who was there at the first look opened nothing.
 */
void churn_add_up(const struct churn *churn, struct churn_totals *totals);

/* Fills the openers of *look: who has some counted, most first, then who was only seen,
 * most often seen first. */
void churn_list(const struct churn_totals *totals, struct observed_look *look);

/* Frees it. Safe on zeroed, safe twice. */
void churn_clear(struct churn *churn);

#endif
