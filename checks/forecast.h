/* SPDX-License-Identifier: MIT */
/* What usage would be after a change of the range and of the reuse of TIME_WAIT, from one
 * observation: the check's advice and the remediation's plan ask this. Pure. */
#ifndef CHECKS_FORECAST_H
#define CHECKS_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"

/* What becomes of one protocol's ports. Zeroed = nothing. */
struct forecast_ports {
    bool changes;
    struct port_range range; /* then */
    uint32_t usable;         /* its ports that are not reserved then */
    uint32_t in_use; /* of them, new ones on which somebody listens: blocked ones then */
    uint32_t reserves;           /* ports that get reserved for it */
    char unknown[ERR_TEXT_SIZE]; /* what would be done cannot be said: why; else "" */
};

/* Settings as they would be. Zeroed = as they are. */
struct forecast_change {
    struct forecast_ports ports[IP_PROTOCOL_COUNT];
    bool reuse;   /* TIME_WAIT is reused for every destination: tcp_tw_reuse 1 */
    bool reboots; /* some of it does nothing before a reboot */
};

/* What the remediation would do of what the verdict advises, as far as usage depends on
 * it, from what observe_wider() added to *seen. */
void forecast_advised(const struct observation *seen, const struct verdict *verdict,
                      struct forecast_change *out);

/* Whether any usage of ports would be another one at once. */
bool forecast_moves(const struct forecast_change *change);

/*
 * Fills *after for one of the three usages of ports; for METRIC_DESTINATION_USAGE of
 * `destination`, NULL = the busiest, which need not be the one of today: where the list
 * of destinations was cut, others may be busier then (after->at_least). after->known is
 * false, with the reason, where the observation does not tell.
 */
void forecast_usage(const struct observation *seen, enum metric_id metric,
                    const struct destination *destination,
                    const struct forecast_change *change, struct measure *after);

/* Ports that the busiest destination gained from the first look to the last; 0 where
 * nobody looked, or where that is no more than coming and going makes. */
uint32_t forecast_growth(const struct observed_look *look);

/* TIME_WAIT lasts so long (Linux: TCP_TIMEWAIT_LEN). */
enum { FORECAST_TIME_WAIT_S = 60 };

/* Ports that are taken in the time of the look: those that it grew by, or that closed,
 * where as many in TIME_WAIT are more than `usage` has. 0: nothing fills it. */
uint32_t forecast_filling(const struct observed_look *look, const struct measure *usage);

/* Seconds until `usage` reaches its whole, at `growth` ports per `span_ms`; UINT32_MAX
 * where it never does. */
uint32_t forecast_full_in_s(const struct measure *usage, uint32_t growth,
                            uint32_t span_ms);

#endif
