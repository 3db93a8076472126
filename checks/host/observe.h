/* SPDX-License-Identifier: MIT */
/* Host -> observation: reads what is asked for, once, and sums it up. */
#ifndef CHECKS_HOST_OBSERVE_H
#define CHECKS_HOST_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/host/host.h"
#include "checks/model/journal.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"

/* What to look at, and how far. */
struct observe_request {
    uint32_t metrics;              /* bits 1 << metric_id: whatever these need is read */
    const struct policy *policy;   /* names the settings to read; borrowed */
    struct port_range fixed_range; /* --range; zeroed = read it from the host */
    size_t top; /* destinations to keep, at most OBSERVED_DESTINATIONS_MAX */
    bool ask;   /* the system may be asked whether a new socket finds a port */
    /* The remediation's journal, where the caller holds it; NULL = read the host's. */
    const struct journal *journal;
    struct deadline deadline;
};

/*
 * Fills *out. What cannot be read is data in it (struct reading); only ERR_TIMEOUT and
 * ERR_MEMORY fail, with *out unchanged.
 */
MUST_CHECK bool observe(const struct host *host, const struct observe_request *request,
                        struct observation *out, struct error *err);

#endif
