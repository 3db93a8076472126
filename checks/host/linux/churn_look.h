/* SPDX-License-Identifier: MIT */
/* Who opens connections to one destination, found by looking for a while. */
#ifndef CHECKS_HOST_LINUX_CHURN_LOOK_H
#define CHECKS_HOST_LINUX_CHURN_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/host/linux/netlink_sockets.h"
#include "checks/model/destination_table.h"
#include "checks/model/observation.h"
#include "checks/model/owner_census.h"
#include "checks/model/socket_census.h"

/* What is looked at. */
struct churn_wanted {
    struct netlink *netlink;
    const struct destination *to;
    uint32_t span_ms;
    /* Which TIME_WAIT is in nobody's way, as in struct census_scope. */
    enum time_wait_reuse reuse;
    uint32_t reuse_delay_ms;
    struct deadline deadline;
};

/* The op `look` of host.h: by a tracepoint, where that is permitted, else by some thirty
 * dumps. */
MUST_CHECK bool churn_look(const struct churn_wanted *wanted, struct owner_census *census,
                           struct observed_look *look, struct error *err);

#endif
