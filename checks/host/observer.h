/* SPDX-License-Identifier: MIT */
/* What the parts of one observation share. */
#ifndef CHECKS_HOST_OBSERVER_H
#define CHECKS_HOST_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/error.h"
#include "checks/host/host.h"
#include "checks/host/observe_request.h"
#include "checks/model/metric.h"
#include "checks/model/observation.h"
#include "checks/model/socket_census.h"

/* What one observation is made with. */
struct observer {
    const struct host *host;
    const struct observe_request *request;
    struct observation *seen;
    struct host_range range; /* the last one read; zeroed until `has_range` */
    bool has_range;
    struct socket_census census; /* of TCP */
    int64_t asking_ns;           /* CPU time of this thread that asking took so far */
};

/* Whether the metric is wanted; port_usage or destination_usage. */
bool observer_asks_for(const struct observe_request *request, enum metric_id metric);
bool observer_asks_for_ports(const struct observe_request *request);

/* A failure to read is data, unless no time or memory is left to go on with: then true,
 * and *err, if not NULL, says so. */
bool observer_is_fatal(const struct observe_request *request, struct error *failure,
                       struct error *err);

/* Keeps what could not be seen in this way of reading. */
void observer_keep_notes(struct observer *observer, const struct host_reading *how);

/* Not known, for this reason; cut to its size. */
void reading_set_unknown(struct reading *reading, const char *reason);

#endif
