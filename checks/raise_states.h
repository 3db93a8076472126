/* SPDX-License-Identifier: MIT */
/* States that come from more than the number of a metric. */
#ifndef CHECKS_RAISE_STATES_H
#define CHECKS_RAISE_STATES_H

#include "checks/check.h"

/*
 * Raises the judged usages that the system's answers show to be exhausted, and port_usage
 * where the ports that bind() tries first are used up; says in `why` what it was. Never
 * lowers a state, and limits play no part. A metric that is not judged lets another one
 * carry its connect().
 */
void raise_states(const struct observation *seen, struct verdict *verdict);

#endif
