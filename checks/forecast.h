/* SPDX-License-Identifier: MIT */
/* What usage would be after a change of the range and of the reuse of TIME_WAIT, from one
 * observation: the check's advice and the remediation's plan ask this. Pure. */
#ifndef CHECKS_FORECAST_H
#define CHECKS_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"

/* Settings as they would be. */
struct forecast_change {
    struct port_range range; /* zeroed = the one of today */
    uint32_t usable;         /* its ports that are not reserved then */
    /* Ports in use of the new part: listeners there, which become blocked. 0 where they
     * get reserved: then they are not usable. */
    uint32_t blocked;
    bool reuse; /* TIME_WAIT is reused for every destination: tcp_tw_reuse 1 */
};

/*
 * Fills *after for one of the three usages of ports; for METRIC_DESTINATION_USAGE of
 * `destination` (NULL = the busiest). after->known is false, with the reason, where the
 * observation does not tell. The busiest one of today need not be the busiest one then.
 */
void forecast_usage(const struct observation *seen, enum metric_id metric,
                    const struct destination *destination,
                    const struct forecast_change *change, struct measure *after);

/* Seconds until `usage` reaches its whole, at `growth` ports per `span_ms`; UINT32_MAX
 * where it never does. */
uint32_t forecast_full_in_s(const struct measure *usage, uint32_t growth,
                            uint32_t span_ms);

#endif
