/* SPDX-License-Identifier: MIT */
/* What is counted since boot, before and after a look: only that tells when it was. */
#ifndef CHECKS_HOST_OBSERVE_COUNTERS_H
#define CHECKS_HOST_OBSERVE_COUNTERS_H

#include <stdint.h>

#include "checks/host/host.h"
#include "checks/model/observation.h"

/* The counters when a look began. Zeroed = nobody counts. */
struct counters_before {
    struct observed_conntrack conntrack;
    int64_t begin_ns;
};

/* Reads them where `seen` has them. */
void observe_counters_before(const struct host *host, const struct observation *seen,
                             struct counters_before *out);

/* Reads them again, once `until` has passed, and fills seen->conntrack.look; its counters
 * are then those of the end. After a failure `seen` is unchanged. */
void observe_counters_after(const struct host *host, const struct counters_before *before,
                            const struct deadline *until, struct observation *seen);

#endif
