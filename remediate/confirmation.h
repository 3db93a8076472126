/* SPDX-License-Identifier: MIT */
/* Does the host itself confirm an alert? Pure. */
#ifndef REMEDIATE_CONFIRMATION_H
#define REMEDIATE_CONFIRMATION_H

#include <stdbool.h>

#include "checks/check.h"
#include "checks/model/policy.h"
#include "remediate/gate.h"

/*
 * Whether one look at the host confirms an alert of `state`: the system says that no port
 * is free (ask_is_exhaustion), or that none was in the last five minutes (event 4231 or
 * 4266 of Windows), or port_usage, destination_usage or udp_port_usage is at
 * nine tenths of its limit or more, exactly. The limit is that of the rules' act-on state
 * (WARNING: the critical one where there is no other), as `verdict` carries it. What may
 * be in use beside a lower bound confirms nothing, nor does a usage that is not known; an
 * answer that finds a port refuses nothing.
 *
 * A limit is a range: it counts from where on it alerts, the end of "80" and "10:80", the
 * start of "@80:100". One that has no such end ("80:") or holds for an idle host
 * ("@0:80", "~:-1") cannot confirm.
 *
 * `reason` gets what confirms, as a phrase; or, where nothing does, what the alert says,
 * what the host measures and its limits, the one that is nearest to its limit first.
 */
bool confirmation_ask(const struct policy_gate *rules, enum check_state state,
                      const struct observation *seen, const struct verdict *verdict,
                      char reason[GATE_REASON_SIZE]);

#endif
