/* SPDX-License-Identifier: MIT */
/* --all-namespaces: looks at the others, judges them, and tells which one a report is
 * about. */
#ifndef PLUGIN_ALL_NAMESPACES_H
#define PLUGIN_ALL_NAMESPACES_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/host/host.h"
#include "checks/host/observe_owners.h"
#include "checks/host/observe_request.h"
#include "checks/judge_namespaces.h"
#include "checks/model/net_namespace.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"
#include "plugin/report.h"

/* Large: there is only one. Zeroed = nobody looked. */
struct all_namespaces {
    struct net_namespaces found;
    struct namespaces_verdict judged;
    struct policy policy;   /* what the others are judged by */
    struct verdict verdict; /* of the one that is told, where it is not our own */
    struct report report;   /* the same */
    struct text place;      /* its name */
};

/* What was seen of our own, and how it was judged. */
struct own_namespace {
    const struct observation *seen;
    struct verdict *verdict; /* its state becomes that of all */
    const struct metric_limits *limits;
};

/* ERR_UNSUPPORTED: this system has no namespaces. */
MUST_CHECK bool all_namespaces_possible(const struct host *host, struct error *err);

/* Looks at all others after `own` was observed by `request`, whose policy must stay.
 * False as observe_namespaces. */
MUST_CHECK bool all_namespaces_look(const struct host *host,
                                    const struct observe_request *request,
                                    const struct own_namespace *own,
                                    struct all_namespaces *out, struct error *err);

/* What was seen of the one that is told; NULL = it is our own. */
struct observation *all_namespaces_told(const struct all_namespaces *all);

/* Judges it into all->verdict, whose state becomes that of all; nothing where it is our
 * own. */
void all_namespaces_judge_told(struct all_namespaces *all, enum check_state state);

/* Adds to it whose its sockets are, from inside. What cannot be read is data; ERR_MEMORY,
 * or it cannot be left. */
MUST_CHECK bool all_namespaces_observe_owners(const struct host *host,
                                              const struct owners_request *request,
                                              struct all_namespaces *all,
                                              struct error *err);

/* Makes *report, which is that of our own, one of all. */
void all_namespaces_report(struct all_namespaces *all, struct report *report);

void all_namespaces_clear(struct all_namespaces *all);

#endif
