/* SPDX-License-Identifier: MIT */
/* How wide a range can be made, and what of it could be handed out: the remediation's
 * plan and the check's advice ask the same. Pure. */
#ifndef CHECKS_MODEL_WIDER_RANGE_H
#define CHECKS_MODEL_WIDER_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/listener.h"
#include "checks/model/observation.h"
#include "checks/model/policy_reserve.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* procps reads 4095 bytes of a line, and what stands before the list is part of it. */
enum { RESERVE_LIST_MAX = 4000 };

/*
 * Linux: the hull of the range now and the recommended one. The kernel refuses a range
 * that begins below net.ipv4.ip_unprivileged_port_start, `lowest` (0 = none). Its first
 * port keeps the parity of today's, a port higher where need be: the kernel looks for a
 * port on even offsets from the first one for connect(), on odd ones for bind(), and what
 * is in use would change sides.
 */
struct port_range wider_range_linux(struct port_range now, struct port_range recommended,
                                    uint16_t lowest);

/* netsh refuses a start below 1025 (KB929851), and so does the policy. */
enum { WIDER_RANGE_WINDOWS_FIRST = 1025 };

/*
 * Windows: all of the policy's range: listeners in it are no obstacle, since Windows
 * allocates no port that is in use (its own default range holds some). Nor are excluded
 * ports, except where the range is to begin on one. It then begins on the next port below
 * them: this one port more is allocated, and the range is no smaller than the policy's.
 * *limit: the excluded port that ends it, where there is no port below; else unchanged.
 */
struct port_range wider_range_windows(const struct port_set *excluded,
                                      struct port_range now,
                                      struct port_range recommended, uint16_t *limit);

/* Whether an accepted range would gain less than a tenth: `more` usable ports. */
bool wider_range_gains_little(uint32_t now, uint32_t more);

/*
 * Where a listener counts: where the kernel will hand out ports of `range` now, or after
 * the boot, and has not done so. A UDP socket without a peer looks the same whether it
 * serves or the kernel gave it its port for a question (a resolver has thousands of
 * them): in the range of now it is taken for the latter, whose port must not be lost.
 */
void wider_range_new_part(struct port_range range, struct port_range now,
                          struct port_range boot,
                          struct port_set new_part[IP_PROTOCOL_COUNT]);

/* What the next boot makes of the range when nothing is changed. False: not known. */
bool wider_range_at_boot(const struct observed_setting *setting,
                         const struct os_version *os, struct port_range *out);

/* Who gets which of the new ports, each set without those before it. */
struct wider_ports {
    struct port_set services;    /* get reserved, whether anybody listens there or not */
    struct port_set listeners;   /* get reserved because somebody listens there */
    struct port_set unprotected; /* stay usable though somebody listens there */
};

/* Counts and names them in *out. */
void wider_range_count(const struct wider_ports *ports, struct observed_wider *out);

/* What is known of a host whose range would become `range`; everything borrowed. */
struct wider_facts {
    enum os_kind os;
    struct port_range range;
    struct port_range now;
    struct port_range boot;          /* what the next boot makes of it */
    const struct port_set *reserved; /* now; or excluded */
    const struct policy_reserve *reserve;
    bool kubernetes; /* there is a sign that NodePorts are handed out */
    const struct listener_table *listeners;
};

/* Sums up for one protocol, as known. ERR_MEMORY; *out is then unchanged. */
MUST_CHECK bool wider_range_sum(const struct wider_facts *facts,
                                enum ip_protocol protocol, struct observed_wider *out,
                                struct error *err);

#endif
