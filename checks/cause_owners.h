/* SPDX-License-Identifier: MIT */
/* Who has the sockets that make a cause, as far as it is proven. Pure. */
#ifndef CHECKS_CAUSE_OWNERS_H
#define CHECKS_CAUSE_OWNERS_H

#include <stddef.h>
#include <stdint.h>

#include "checks/cause.h"
#include "checks/model/metric.h"
#include "checks/model/observation.h"

struct cause_owner {
    uint32_t owner;   /* position in observed_owners.list */
    uint64_t sockets; /* of the cause, at least */
};

/* Zeroed = nobody may be named. */
struct cause_owners {
    uint64_t sockets;                          /* that make the cause, whoever has them */
    struct cause_owner list[OWNER_SHARES_MAX]; /* most first */
    size_t count;
};

/*
 * Fills *out with the owners who have a tenth or more of the sockets that make the cause
 * of that metric's usage; with nobody where they have less than half of these together.
 * Nobody is blamed for what the other side does not close, nor for TIME_WAIT, unless who
 * opens the connections was counted.
 */
void cause_owners(const struct observation *seen, enum metric_id metric, enum cause cause,
                  struct cause_owners *out);

#endif
