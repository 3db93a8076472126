/* SPDX-License-Identifier: MIT */
/* What changes do to usage: that of two observations of one host, before and after them,
 * or as it would be after them. Pure. */
#ifndef REMEDIATE_CONSEQUENCE_H
#define REMEDIATE_CONSEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"
#include "checks/model/port_range.h"
#include "remediate/foreseen.h"

enum {
    CONSEQUENCE_DESTINATIONS_MAX = 5,
    CONSEQUENCE_TEXT_SIZE = 160,
    CONSEQUENCE_WHY_SIZE = 2 * CONSEQUENCE_TEXT_SIZE
};

/* Ports in use over usable ports. */
struct consequence_usage {
    struct measure now;
    struct measure after;
};

/* Usable ports of one protocol. */
struct consequence_ports {
    bool known;
    bool changes; /* its range, or what is reserved of it */
    uint32_t now;
    uint32_t after;
};

struct consequence_destination {
    struct destination to; /* as it is now */
    struct consequence_usage usage;
    uint32_t freed; /* TIME_WAIT there that become reusable, if the server uses TCP
                       timestamps: no table tells whether it does */
};

/* Zeroed = nothing known. */
struct consequence {
    bool measured;               /* after the changes; else foreseen */
    bool moves;                  /* usage will be, or is, another one at once */
    bool reboot;                 /* some of the changes do nothing before a reboot */
    bool widens;                 /* a range gets wider */
    char unknown[ERR_TEXT_SIZE]; /* why it is not known what usage would be; else "" */
    struct consequence_ports usable[IP_PROTOCOL_COUNT];
    bool one_range;                               /* both protocols share it (Linux) */
    struct consequence_usage total[METRIC_COUNT]; /* of the three usages of ports */
    /* The busiest now, as far as they use 1 % of the ports now or after. */
    struct consequence_destination destinations[CONSEQUENCE_DESTINATIONS_MAX];
    size_t destination_count;
    bool frees_later;            /* timestamps go on: that frees no TIME_WAIT of today */
    struct port_set unprotected; /* ports of the range after, reserved now and not then */
};

/* The three usages of ports, and as a set of metrics. */
extern const enum metric_id consequence_usages[3];
enum {
    CONSEQUENCE_METRICS = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE |
                          1 << METRIC_UDP_PORT_USAGE
};

/* Compares what is `now` with what is, or would be, `after`. Fills all but `measured` and
 * `unknown`. */
void consequence_compare(const struct observation *now, const struct observation *after,
                         const struct foreseen *foreseen, struct consequence *out);

/* "86.99% -> 44.22%", and "24560 of 28232 -> 24560 of 55536 usable ports". */
void consequence_percents(const struct consequence_usage *usage,
                          char out[CONSEQUENCE_TEXT_SIZE]);
void consequence_counts(const struct consequence_usage *usage,
                        char out[CONSEQUENCE_TEXT_SIZE]);

/*
 * Whether the host is not CRITICAL now and would be after, by the policy's limits of the
 * usages of ports, judged as the check does. Then writes which: "destination usage 75% ->
 * 82.01% (41769 of 55536 -> 23153 of 28232 usable ports)".
 */
bool consequence_turns_critical(const struct observation *now,
                                const struct observation *after,
                                const struct policy *policy,
                                char why[CONSEQUENCE_WHY_SIZE]);

#endif
