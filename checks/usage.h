/* SPDX-License-Identifier: MIT */
/* What the three usage checks share: ports in use over usable ports. */
#ifndef CHECKS_USAGE_H
#define CHECKS_USAGE_H

#include "checks/check.h"

/*
 * Fills `out` with `part` of the range's usable ports, or with the reason when the range
 * or the sockets were not read.
 */
void usage_measure(const struct observed_range *range, const struct reading *sockets,
                   uint64_t part, struct measure *out);

/*
 * Makes a known measure of TCP ports a lower bound where `seen` has bound-only sockets
 * that were not listed, more than 1 % of the usable ports: fewer are looked for by nobody
 * and move it by less than a point. `more` ports may be missing for another reason.
 */
void usage_at_least(const struct observation *seen, uint64_t more, struct measure *out);

/* Fills `out` with the usage of a destination toward which a new connection cannot take
 * `ports` (observation_destination_ports, observation_busiest_ports). */
void usage_toward(const struct observation *seen, uint32_t ports, struct measure *out);

/* Ports in use, beside `counted` ones, that bind() may have closed to every connect(): 0
 * where they are counted. */
uint64_t usage_maybe_closed(const struct observed_tcp *tcp, uint64_t counted);

/* Fills `out` as unknown with the reading's reason, "not observed" where it has none. */
void usage_unknown(const struct reading *reading, struct measure *out);

#endif
