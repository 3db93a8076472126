/* SPDX-License-Identifier: MIT */
/* Every connect() to one destination in a span of time, by who made it. */
#ifndef CHECKS_HOST_LINUX_CHURN_EXACT_H
#define CHECKS_HOST_LINUX_CHURN_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/linux/churn_events.h"
#include "checks/model/churn_process.h"
#include "checks/model/destination_table.h"

/* Zeroed = closed. */
struct churn_exact {
    const struct destination *to; /* borrowed */
    struct churn_events events;
    struct churn_processes processes;
    uint64_t own_namespace; /* inode of /proc/self/ns/net */
    uint64_t lost;          /* events that found no room */
    uint64_t uncounted;     /* events of processes that found no room */
};

/* Counting begins. ERR_MEMORY; any other code says that it cannot be done, and why. */
MUST_CHECK bool churn_exact_open(struct churn_exact *exact, const struct destination *to,
                                 struct error *err);

/* Takes in what happened since, and looks at processes that are new, which may end at any
 * time: call it every few milliseconds. ERR_MALFORMED. */
MUST_CHECK bool churn_exact_read(struct churn_exact *exact, struct error *err);

/* Counting ends; what came before is taken in. ERR_MALFORMED. */
MUST_CHECK bool churn_exact_stop(struct churn_exact *exact, struct error *err);

/* Safe on zeroed, safe twice. */
void churn_exact_close(struct churn_exact *exact);

#endif
