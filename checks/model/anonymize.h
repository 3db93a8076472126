/* SPDX-License-Identifier: MIT */
/* A recorded observation that can be given away: it is judged the same, and names nobody.
 */
#ifndef CHECKS_MODEL_ANONYMIZE_H
#define CHECKS_MODEL_ANONYMIZE_H

#include "checks/model/observation.h"

/*
 * Copies *seen to *out (another one) with stand-ins, counted from 1, for each host, user,
 * unit, container, pod, program, device and file, and for each address but loopback, IPv4
 * link-local and "any": "user-1", "unit-2.service", 192.0.2.3, 2001:db8::4, fe80::5. What
 * was equal stays equal, what was different different, and the order stays. Free text
 * keeps plain words and numbers: "?" stands for all else. Numbers, settings and their
 * names stay.
 */
void observation_anonymize(const struct observation *seen, struct observation *out);

#endif
