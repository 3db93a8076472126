/* SPDX-License-Identifier: MIT */
/* Who holds the ports, and who opens connections: a second look after observe(). */
#ifndef CHECKS_HOST_OBSERVE_OWNERS_H
#define CHECKS_HOST_OBSERVE_OWNERS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/host.h"
#include "checks/model/observation.h"

/* How much is looked at. */
enum owner_depth {
    OWNERS_OF_BUSIEST, /* those toward the busiest destination, in one filtered dump */
    OWNERS_OF_ALL      /* everything that struct observed_owners has room for */
};

/* What to look at, after observe() filled an observation. */
struct owners_request {
    enum owner_depth depth;
    bool udp;      /* UDP too */
    bool programs; /* look into the descriptors of processes, where that is permitted */
    uint32_t look_ms; /* look so long who opens connections to the busiest destination */
    struct deadline deadline;
};

/*
 * Adds owners and look to *seen, which observe() filled from this host. What cannot be
 * read is data there; ERR_MEMORY alone fails.
 */
MUST_CHECK bool observe_owners(const struct host *host,
                               const struct owners_request *request,
                               struct observation *seen, struct error *err);

#endif
