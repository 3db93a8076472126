/* SPDX-License-Identifier: MIT */
/* Processes that a tracepoint saw opening connections: whose they are, and whether they
 * are of the network namespace that is looked at. Pure. */
#ifndef CHECKS_MODEL_CHURN_PROCESS_H
#define CHECKS_MODEL_CHURN_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/churn.h"
#include "checks/model/id_table.h"
#include "checks/model/owner_census.h"

/* Processes beyond so many are counted by their control groups alone. */
enum { CHURN_PROCESSES_MAX = 8192 };

enum churn_place {
    CHURN_GONE = 0, /* it ended before it could be looked at, or may not be looked at */
    CHURN_HERE,     /* of this network namespace */
    CHURN_ELSEWHERE /* of another one */
};

struct churn_process {
    enum churn_place place;
    uint32_t uid;    /* UINT32_MAX = not told */
    uint64_t cgroup; /* 0 = not told */
    uint32_t opened; /* connections that found a port */
    uint32_t failed; /* attempts that found none */
};

/* Zeroed = not made yet. */
struct churn_processes {
    struct id_table ids;
    struct churn_process *list; /* owned; one for each id */
};

/* An empty one. ERR_MEMORY. */
MUST_CHECK bool churn_processes_make(struct churn_processes *processes,
                                     struct error *err);

/*
 * The process (or thread) that a sample is of, or its control group: where there is no
 * room, or pid 0 is told, that of another pid namespace. *is_new: it can be looked at for
 * place and uid; it is gone, without a user, so far. NULL where there is no room for
 * anybody.
 */
struct churn_process *churn_processes_find(struct churn_processes *processes,
                                           uint32_t pid, uint64_t cgroup, bool *is_new);

/* What the samples add up to. */
struct churn_sum {
    uint32_t opened;
    uint32_t failed;
    uint32_t unplaced; /* of both, by processes that were gone, and so was everyone of
                          their control groups: here, or elsewhere */
};

/*
 * Adds what the processes here did, by their owners, which the census gets. Those that
 * were gone are judged by others of their control group, first by those that are here;
 * they get the user whom all of these have. ERR_MEMORY.
 */
MUST_CHECK bool churn_processes_add_up(const struct churn_processes *processes,
                                       struct owner_census *census,
                                       struct churn_totals *totals, struct churn_sum *sum,
                                       struct error *err);

/* Frees it. Safe on zeroed, safe twice. */
void churn_processes_clear(struct churn_processes *processes);

#endif
