/* SPDX-License-Identifier: MIT */
/* Which reserved ports are there because a run of ours put them there. Pure. */
#ifndef REMEDIATE_RESERVE_OURS_H
#define REMEDIATE_RESERVE_OURS_H

#include "checks/model/journal.h"
#include "checks/model/port_range.h"

/* Everything borrowed. */
struct reserve_history {
    const struct journal *journal; /* NULL = none */
    const char *boot;              /* the present one; "" = unknown */
    const char *machine;           /* digest of this one; "" = unknown */
    const struct port_set *own;    /* that our file reserves */
};

/*
 * The ports that applied runs on this machine, which nobody took back, added to the list.
 * In a later boot they are ours only where our file brings them.
 */
void reserve_ours(const struct reserve_history *history, struct port_set *out);

#endif
