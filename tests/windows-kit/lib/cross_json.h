/* SPDX-License-Identifier: MIT */
/* What the check said, out of its JSON. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_JSON_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_JSON_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/socket_row.h"
#include "tests/windows-kit/lib/cross_fact.h"

/* One look of the check. Zeroed = none; the caller clears it. */
struct cross_look {
    struct cross_facts facts;
    struct port_range range[IP_PROTOCOL_COUNT]; /* zeroed: not known */
    uint32_t reserved[IP_PROTOCOL_COUNT];       /* excluded ports in it */
    bool sees_bound;                            /* it counts ports that are only bound */
    struct text missing; /* a line for each part that was not read: "PART: reason" */
    struct text remarks; /* a line for each thing that the check itself remarks */
};

/*
 * Reads `judged` (-o json) and `observed` (-o observation): the first has the numbers
 * that people see, the second the UDP ports, the types of settings, and why a part is
 * missing. ERR_MALFORMED for what is no such document, ERR_MEMORY.
 */
MUST_CHECK bool cross_json_read(const char *judged, const char *observed,
                                struct cross_look *out, struct error *err);

void cross_look_clear(struct cross_look *look);

#endif
