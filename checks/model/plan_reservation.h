/* SPDX-License-Identifier: MIT */
/* Which ports a plan reserves and whom for, in rows for the reports. */
#ifndef CHECKS_MODEL_PLAN_RESERVATION_H
#define CHECKS_MODEL_PLAN_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"

enum plan_reservation_kind {
    PLAN_RESERVED_BEFORE = 0, /* by somebody else, it stays */
    PLAN_RESERVED_POLICY,     /* the site asks for it */
    PLAN_RESERVED_NODE_PORTS,
    PLAN_RESERVED_BUILT_IN, /* a service of service_ports.h, whether it runs or not */
    PLAN_RESERVED_LISTENER, /* somebody listens there */
    PLAN_NOT_RESERVED,      /* somebody listens there, and it is not protected */
    PLAN_RELEASED,          /* ours, and of no use any more: taken out of the list */
    PLAN_RESERVATION_KIND_COUNT
};

/* "before", "policy", "node_ports", "built_in", "listener", "not_reserved", "released";
 * static. */
extern const char *const plan_reservation_names[PLAN_RESERVATION_KIND_COUNT];

enum { PLAN_WHY_SIZE = 160 };

/* Each port is in one row, but for what is not reserved. */
struct plan_reservation {
    enum plan_reservation_kind kind;
    char *ports;    /* owned: "8080,9000-9010" */
    uint32_t count; /* of them */
    bool added;     /* some of them are not reserved now */
    /* Clean, one line: "RabbitMQ management (built in)", "listener of uid 33
     * (www-data.service)", "uid 65534 has more than 64 ports". */
    char why[PLAN_WHY_SIZE];
};

/* In the order of their kinds, but for what stays though it is of no use any more
 * (PLAN_RESERVED_BEFORE, after the listeners). Zeroed = none. */
struct plan_reservations {
    struct plan_reservation *rows; /* owned */
    size_t count;
    size_t room;
};

/* What a row says. */
struct plan_reservation_words {
    enum plan_reservation_kind kind;
    const char *why; /* cut */
};

/* Adds a row of the ports, unless there are none. ERR_MEMORY. */
MUST_CHECK bool plan_reservations_add(struct plan_reservations *list,
                                      const struct plan_reservation_words *words,
                                      const struct port_set *ports,
                                      const struct port_set *live, struct error *err);

/* Safe on zeroed, safe twice. */
void plan_reservations_clear(struct plan_reservations *list);

#endif
