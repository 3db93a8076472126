/* SPDX-License-Identifier: MIT */
/* What the plan of an alert may contain (Linux). An alert is for relief now: what does
 * not relieve the host waits for a person. */
#ifndef REMEDIATE_RELIEF_PLAN_H
#define REMEDIATE_RELIEF_PLAN_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/model/port_range.h"
#include "remediate/plan.h"

/*
 * With plan_input.relief_only a plan reserves ports only where it widens the range, and
 * releases none: those that are down at that moment need their ports again. A range that
 * stays is not kept for the next boot either, since that reserves ports too. Where it
 * changes no value but the list of reserved ports, it changes nothing at all.
 */

/* Whether the plan changes a live value other than the list of reserved ports. */
bool relief_plan_gives_relief(const struct plan *plan);

/* Of the ports that the plan would release, what is reserved now is wanted again, and
 * `kept` gets it; what only our file reserves stays there. */
void relief_plan_keep_released(struct plan_reserve *reserve, struct port_set *kept);

/* Adds the line "Waiting for apply: net.ipv4.ip_local_reserved_ports, PATH.": the places
 * that the plan of a person changes. */
void relief_plan_add_waiting(const struct plan *whole, struct text *out);

/* Adds "would make 3 changes: ip_local_port_range, tcp_tw_reuse, drop_in": the settings
 * that the plan of an alert changes, each once. */
void relief_plan_add_audit(const struct plan *plan, struct text *out);

#endif
