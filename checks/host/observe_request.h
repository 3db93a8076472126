/* SPDX-License-Identifier: MIT */
/* What one observation is asked to hold. */
#ifndef CHECKS_HOST_OBSERVE_REQUEST_H
#define CHECKS_HOST_OBSERVE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/host/deadline.h"
#include "checks/model/journal.h"
#include "checks/model/policy.h"
#include "checks/model/port_range.h"

/* What to look at, and how far. */
struct observe_request {
    uint32_t metrics;              /* bits 1 << metric_id: whatever these need is read */
    const struct policy *policy;   /* names the settings to read; borrowed */
    struct port_range fixed_range; /* --range; zeroed = read it from the host */
    size_t top;   /* destinations to keep, at most OBSERVED_DESTINATIONS_MAX */
    bool ask;     /* the system may be asked whether a new socket finds a port */
    bool foreign; /* another network namespace than the one that this program began in:
                     nothing is said of its next boot, and no journal is about it */
    /* The remediation's journal, where the caller holds it; NULL = read the host's. */
    const struct journal *journal;
    struct deadline deadline;
};

#endif
