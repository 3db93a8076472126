/* SPDX-License-Identifier: MIT */
/* Which listeners a plan reserves: those of the system all, those of users within bounds.
 * Pure. */
#ifndef CHECKS_MODEL_RESERVE_LISTENERS_H
#define CHECKS_MODEL_RESERVE_LISTENERS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/listener.h"
#include "checks/model/plan_reservation.h"
#include "checks/model/port_range.h"

/* Of users that nobody trusts: of one, in a unit or outside of all, and of all together.
 */
enum { RESERVE_PER_USER_MAX = 64, RESERVE_OF_USERS_MAX = 256 };

/*
 * An owner with more UDP ports is a client: a server has one for each thing that it
 * serves, a handful, even where all services of root count as one owner (no systemd); a
 * resolver has one for each question that waits for its answer, at random, hundreds of
 * them under load. Of one with fewer, what was reserved is released when it is gone. The
 * same of those who share one owner, because there are too many, or nobody tells whose
 * they are.
 */
enum { RESERVE_UDP_MAX = 64 };

/* Everything borrowed. */
struct reserve_candidates {
    const struct listener_table *table;
    struct port_set ports[IP_PROTOCOL_COUNT]; /* those that are to be protected */
    const struct port_set *first;             /* of a user's ports, these count first */
    const struct port_set *live;              /* reserved now */
};

/* Adds the ports that are reserved to *out, and rows to *rows (NULL: nobody wants them).
 * ERR_MEMORY. */
MUST_CHECK bool reserve_listeners(const struct reserve_candidates *candidates,
                                  struct port_set *out, struct plan_reservations *rows,
                                  struct error *err);

#endif
