/* SPDX-License-Identifier: MIT */
/* What the list of reserved ports is made of, whatever the range. Pure. */
#ifndef REMEDIATE_RESERVE_SOURCES_H
#define REMEDIATE_RESERVE_SOURCES_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

struct reserve_sources {
    const struct plan_input *input;       /* borrowed */
    const struct observed_setting *range; /* borrowed */
    bool live_known;
    struct port_set live; /* reserved now */
    struct port_set boot; /* by the files of the next boot */
    struct port_set ours; /* of `live`, or in our file: there because we put them there */
    /* What is to be free though nobody listens there, of the whole port space. */
    struct port_set policy;
    struct port_set node_ports;
    struct port_set built_in;
};

/* Fills *out for an item whose range was seen. ERR_MEMORY. */
MUST_CHECK bool reserve_sources_read(const struct plan_input *input,
                                     const struct plan_item *item,
                                     struct reserve_sources *out, struct error *err);

/* Where a listener counts (wider_range_new_part), were that the range. */
void reserve_sources_new_part(const struct reserve_sources *sources,
                              struct port_range range,
                              struct port_set new_part[IP_PROTOCOL_COUNT]);

/* What the next boot makes of the range when nothing is changed. False: not known. */
bool reserve_range_at_boot(const struct plan_input *input,
                           const struct observed_setting *range, struct port_range *out);

/* The list in our file. One that someone edited is refused where it has to be rewritten:
 * here it is none. ERR_MEMORY. */
MUST_CHECK bool reserve_own_list(const struct plan_input *input, struct port_set *out,
                                 struct error *err);

#endif
