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

/* Fills `out` as unknown with the reading's reason, "not observed" where it has none. */
void usage_unknown(const struct reading *reading, struct measure *out);

#endif
