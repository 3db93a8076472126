/* SPDX-License-Identifier: MIT */
/* Every network namespace of a host, judged by the same limits. Pure. */
#ifndef CHECKS_JUDGE_NAMESPACES_H
#define CHECKS_JUDGE_NAMESPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/net_namespace.h"

enum {
    NAMESPACE_OWN = NET_NAMESPACES_MAX, /* the position of our own */
    NAMESPACE_ROWS_MAX = 64             /* those that outputs list */
};

/* Ports of so many that are usable. */
struct namespace_usage {
    bool known;
    uint64_t part;
    uint64_t whole;
};

/* What was found of one, in numbers. Zeroed = nobody judged it. */
struct namespace_result {
    bool judged;
    enum check_state state;  /* the worst of its usages of ports; of our own, of all */
    enum check_state usages; /* the worst of its usages of ports */
    enum metric_id metric;   /* the usage that it is about: headline_metric */
    struct namespace_usage usage;
};

/* By what the others are judged. Everything is borrowed. */
struct namespace_rules {
    const struct policy *policy; /* of namespace_policy */
    const struct metric_limits *limits;
    uint32_t metrics; /* usages of ports among them are judged */
};

/* Of all of them, our own included. Large: there is only one. */
struct namespaces_verdict {
    struct namespace_rules rules;
    const struct net_namespaces *found;                      /* borrowed */
    struct namespace_result results[NET_NAMESPACES_MAX + 1]; /* by position */
    enum check_state state; /* the worst of all, whatever our own stands on */
    size_t count;           /* of those that are there, our own included */
    size_t over;            /* of them, with a usage beyond a limit */
    size_t unread;          /* may be beyond one, and were not looked at */
    uint32_t own_usable;    /* TCP ports of our own range; 0 = not known */
    size_t unjudged;        /* others that nobody may judge: their ranges are not read */
    size_t rows[NAMESPACE_ROWS_MAX]; /* positions, worst first: our own, and those that
                                        were looked at, or should have been */
    size_t row_count;
    size_t told; /* the one that a first line is about; NAMESPACE_OWN = our own */
    struct namespace_usage usage; /* of the one whose usages are the worst; not known
                                     where one may be worse that nobody judged */
};

/* Whether each one that may be beyond a limit was judged: `over` is all of them. */
bool namespaces_verdict_is_whole(const struct namespaces_verdict *all);

/* Copies the policy with those settings alone that a namespace has for itself: the range,
 * reuse of TIME_WAIT and timestamps. */
void namespace_policy(const struct policy *policy, struct policy *out);

/* Judges what was seen of one: its usages of ports; its settings are in *out, and raise
 * no state. One that anybody may have made, and that has no name, is WARNING at most. */
void namespace_judge(const struct namespace_rules *rules,
                     const struct net_namespace *target, const struct observation *seen,
                     struct verdict *out);

/* Judges the one at that position of all->found, and keeps its numbers. Returns how bad
 * it is: of two in the same state the one with a name is worse. */
double namespaces_verdict_add(struct namespaces_verdict *all, size_t at,
                              const struct observation *seen);

/* When all are looked at: *own is what was judged of our own namespace; its state becomes
 * that of all. */
void namespaces_verdict_settle(struct namespaces_verdict *all,
                               const struct net_namespaces *found,
                               const struct observation *seen, struct verdict *own);

#endif
