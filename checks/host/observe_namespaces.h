/* SPDX-License-Identifier: MIT */
/* Every other network namespace of the host: screened by its totals, and those that may
 * be above a limit observed from inside. */
#ifndef CHECKS_HOST_OBSERVE_NAMESPACES_H
#define CHECKS_HOST_OBSERVE_NAMESPACES_H

#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/host.h"
#include "checks/host/observe_request.h"
#include "checks/model/metric.h"
#include "checks/model/net_namespace.h"
#include "checks/model/observation.h"

/* So many observations are kept, those of the worst ones. */
enum { NAMESPACES_KEPT = 32 };

/* What is looked for. */
struct namespaces_request {
    /* What to observe in each that may be above a limit; `foreign`, without a fixed
     * range. Its deadline is that of all of them together. */
    const struct observe_request *observe;
    const struct metric_limits *limits; /* METRIC_COUNT of them */
    /* Judges what was seen of the one at position `at` of the list; the worse, the
     * larger. */
    double (*weigh)(void *context, size_t at, const struct observation *seen);
    void *context;
};

/* What is done inside of a namespace. */
struct namespace_look {
    void (*look)(void *context);
    void *context;
};

/*
 * Fills *out after observe() filled *own from this host: most likely first, under the
 * deadline. What was not reached or could not be read is data there. ERR_MEMORY;
 * ERR_IO: they cannot be listed, or one cannot be left, and nothing may be read of this
 * host any more. Linux alone. The caller clears *out in any case.
 */
MUST_CHECK bool observe_namespaces(const struct host *host,
                                   const struct namespaces_request *request,
                                   const struct observation *own,
                                   struct net_namespaces *out, struct error *err);

/*
 * Enters one, lets `look` look at it, and leaves it. Where it cannot be entered (any
 * more) nobody looks, and *failure says why; it is empty otherwise. False: it cannot be
 * left.
 */
MUST_CHECK bool namespace_visit(const struct host *host,
                                const struct net_namespace *target,
                                const struct namespace_look *look, struct error *failure,
                                struct error *err);

#endif
