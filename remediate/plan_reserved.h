/* SPDX-License-Identifier: MIT */
/* The listeners in a range on Linux, and their place in ip_local_reserved_ports. Pure. */
#ifndef REMEDIATE_PLAN_RESERVED_H
#define REMEDIATE_PLAN_RESERVED_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "remediate/plan_parts.h"

#define RESERVED_PORTS "net/ipv4/ip_local_reserved_ports"

/*
 * Who listens where the kernel will hand out ports now, or after the boot, and has not
 * done so: TCP and UDP share the list. A UDP socket without a peer looks the same whether
 * it serves or the kernel gave it its port for a question (a resolver has thousands of
 * them): in the range of now it is taken for the latter, whose port must not be lost.
 */
void plan_find_listeners(const struct plan_facts *facts,
                         const struct observed_setting *range, struct port_range wanted,
                         struct port_set *out);

/* Reserves the listeners; an obstacle when that cannot be done. Errors as plan_add. */
MUST_CHECK bool plan_reserve(const struct plan_facts *facts, struct plan *plan,
                             struct plan_item *item, struct port_range range,
                             struct error *err);

/* Adds the list for our file: `live`, and what the file reserves that it will outrank
 * from now on. False when `live` is NULL or no list; check text_ok. */
MUST_CHECK bool plan_reserved_to_keep(const struct plan_facts *facts, const char *live,
                                      struct text *out);

/* Adds who listens now in the range of the next boot on a port that our file reserves.
 * ERR_MEMORY. */
MUST_CHECK bool plan_add_kept_listeners(const struct plan_facts *facts,
                                        const struct observed_setting *range,
                                        struct port_set *out, struct error *err);

/* Names the file with the last word on the list when it lacks some of them. ERR_MEMORY.
 */
MUST_CHECK bool plan_obstruct_unreserved(const struct plan_facts *facts,
                                         struct plan_item *item,
                                         const struct port_set *listeners,
                                         struct error *err);

#endif
