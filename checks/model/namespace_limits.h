/* SPDX-License-Identifier: MIT */
/* Whether a network namespace may be above a limit, by its totals alone. Pure. */
#ifndef CHECKS_MODEL_NAMESPACE_LIMITS_H
#define CHECKS_MODEL_NAMESPACE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/metric.h"

/* The lowest limit of what is judged of another namespace: its usages of ports. */
struct namespace_limits {
    bool any;       /* a limit is no plain upper bound: every value may be beyond it */
    bool has_tcp;   /* usages of TCP ports are judged */
    bool has_udp;   /* usage of UDP ports is */
    double tcp;     /* percent that is still good; INFINITY = no limit */
    double udp;     /* the same of UDP */
    bool is_raised; /* port_usage is judged: a full odd half warns, whatever the limit */
    bool is_asked;  /* "no port is free" counts from nine tenths, or all but two ports */
};

/* The usages of ports among the metrics of `set` (bits 1 << id). */
enum {
    NAMESPACE_METRICS = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE |
                        1 << METRIC_UDP_PORT_USAGE
};

/* Fills *out by the limits of those of `metrics` that are NAMESPACE_METRICS. */
void namespace_limits_find(const struct metric_limits limits[METRIC_COUNT],
                           uint32_t metrics, bool asks, struct namespace_limits *out);

/* Whether so many sockets, at most, may put a namespace with so many usable ports into
 * another state than OK. */
bool namespace_limits_may_cross(const struct namespace_limits *limits, uint64_t tcp,
                                uint64_t udp, uint32_t usable);

#endif
