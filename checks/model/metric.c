/* SPDX-License-Identifier: MIT */
/* The table of the metrics and of their default thresholds. */
#include "checks/model/metric.h"

#include <stddef.h>
#include <string.h>

#include "checks/base/compiler.h"

/* Plain upper bounds; NONE = no threshold. */
enum { NONE = -1 };

#define PERCENT "%"

struct metric_defaults {
    int warning;
    int critical;
};

const char *const metric_names[METRIC_COUNT] = {
    [METRIC_PORT_USAGE] = "port_usage",
    [METRIC_DESTINATION_USAGE] = "destination_usage",
    [METRIC_TIME_WAIT] = "time_wait",
    [METRIC_UDP_PORT_USAGE] = "udp_port_usage",
    [METRIC_MISCONFIGURED] = "misconfigured",
    [METRIC_CONNTRACK_USAGE] = "conntrack_usage",
    [METRIC_EXHAUSTION_EVENTS] = "exhaustion_events",
};

static const struct {
    const char *unit;
    struct metric_defaults windows;
    struct metric_defaults linux_os; /* `linux` is a macro of GNU C */
} metrics[METRIC_COUNT] = {
    [METRIC_PORT_USAGE] = { PERCENT, { 50, 80 }, { 80, NONE } },
    [METRIC_DESTINATION_USAGE] = { PERCENT, { NONE, NONE }, { 50, 80 } },
    [METRIC_TIME_WAIT] = { "sockets", { NONE, NONE }, { NONE, NONE } },
    [METRIC_UDP_PORT_USAGE] = { PERCENT, { 80, 90 }, { 80, 90 } },
    [METRIC_MISCONFIGURED] = { "settings", { 0, NONE }, { 0, NONE } },
    [METRIC_CONNTRACK_USAGE] = { PERCENT, { NONE, NONE }, { NONE, NONE } },
    [METRIC_EXHAUSTION_EVENTS] = { "events", { 0, NONE }, { NONE, NONE } },
};

bool metric_from_name(const char *name, enum metric_id *out)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (strcmp(name, metric_names[i]) == 0) {
            *out = (enum metric_id)i;
            return true;
        }
    }
    return false;
}

bool metric_is_percent(enum metric_id id)
{
    return strcmp(metrics[id].unit, PERCENT) == 0;
}

bool metric_is_port_usage(enum metric_id id)
{
    return id == METRIC_PORT_USAGE || id == METRIC_DESTINATION_USAGE ||
           id == METRIC_UDP_PORT_USAGE;
}

bool metric_is_optional(enum metric_id id)
{
    return id == METRIC_CONNTRACK_USAGE || id == METRIC_EXHAUSTION_EVENTS;
}

const char *metric_unit(enum metric_id id)
{
    return metrics[id].unit;
}

/* An unknown system is judged as Windows is, the stricter way. */
enum metric_id metric_deciding(enum os_kind os)
{
    return os == OS_LINUX ? METRIC_DESTINATION_USAGE : METRIC_PORT_USAGE;
}

static struct threshold upper_bound(int end)
{
    if (end == NONE)
        return (struct threshold){ 0 };
    return (struct threshold){ .set = true, .end = end };
}

void metric_default_limits(enum os_kind os, struct metric_limits out[METRIC_COUNT])
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        struct metric_defaults ends =
            os == OS_LINUX ? metrics[i].linux_os : metrics[i].windows;

        out[i] = (struct metric_limits){ .warning = upper_bound(ends.warning),
                                         .critical = upper_bound(ends.critical) };
    }
}
