/* SPDX-License-Identifier: MIT */
/* The metrics: names, units, default thresholds. */
#ifndef CHECKS_MODEL_METRIC_H
#define CHECKS_MODEL_METRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/threshold.h"
#include "checks/model/os.h"

/* In the order of the perfdata. */
enum metric_id {
    METRIC_PORT_USAGE = 0,
    METRIC_DESTINATION_USAGE,
    METRIC_TIME_WAIT,
    METRIC_UDP_PORT_USAGE,
    METRIC_MISCONFIGURED,
    METRIC_CONNTRACK_USAGE,
    METRIC_EXHAUSTION_EVENTS,
    METRIC_COUNT
};

/* A set of metrics: bit 1 << id; and METRICS_AS_FOUND: nobody asked for one by name, so
 * optional ones that the system does not have, or does not tell, are left out. */
enum {
    METRICS_AS_FOUND = 1 << 30,
    METRICS_ALL = ((1 << METRIC_COUNT) - 1) | METRICS_AS_FOUND
};

/* "port_usage", ...; static. */
extern const char *const metric_names[METRIC_COUNT];

/* False when there is no such metric; *out then unchanged. */
bool metric_from_name(const char *name, enum metric_id *out);

/* Whether its value is a percentage (else a count). */
bool metric_is_percent(enum metric_id id);

/* Whether it is one of the three usages of ports: they have causes, owners and advice. */
bool metric_is_port_usage(enum metric_id id);

/* Whether not every system has it, or lets everybody read it: see METRICS_AS_FOUND. */
bool metric_is_optional(enum metric_id id);

/* "%", or what it counts: "sockets", "settings", "events"; static. */
const char *metric_unit(enum metric_id id);

/* The metric that decides on that system: a port is spent once per machine on Windows,
 * once per destination on Linux. */
enum metric_id metric_deciding(enum os_kind os);

struct metric_limits {
    struct threshold warning;
    struct threshold critical;
    bool at_most_warning; /* outside `critical` is WARNING: nobody chose that limit */
};

/* The default thresholds of a system: design, section 1.1. */
void metric_default_limits(enum os_kind os, struct metric_limits out[METRIC_COUNT]);

#endif
