/* SPDX-License-Identifier: MIT */
/* A check: a descriptor and a pure function that measures one metric of an observation.
 */
#ifndef CHECKS_CHECK_H
#define CHECKS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/metric.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"

/* Exit codes of the Monitoring Plugins guidelines. */
enum check_state {
    CHECK_OK = 0,
    CHECK_WARNING = 1,
    CHECK_CRITICAL = 2,
    CHECK_UNKNOWN = 3
};

/* "OK", "WARNING", "CRITICAL", "UNKNOWN"; static. */
extern const char *const check_state_names[4];

/* The worse one, in the order CRITICAL, WARNING, UNKNOWN, OK. */
enum check_state check_state_worse(enum check_state a, enum check_state b);

/*
 * What a check found. A percentage is `part` of `whole` ports (whole 0: nothing is
 * usable, so all is in use); a count is `part`, whole 0.
 */
struct measure {
    bool known;
    bool at_least; /* `part` is a lower bound: up to `more` ports more may be in use */
    uint64_t more;
    uint64_t part;
    uint64_t whole;
    char reason[ERR_TEXT_SIZE]; /* not known: why, one line */
};

/* What thresholds are compared with: the percentage, or the count. */
double measure_value(enum metric_id metric, const struct measure *measure);

/* Judgement of one setting. */
enum setting_state {
    SETTING_STATE_UNREAD = 0,
    SETTING_STATE_WRONG,
    SETTING_STATE_ACCEPTED,
    SETTING_STATE_RECOMMENDED, /* or better than it */
    SETTING_STATE_NOTED        /* never judged */
};

/* "unread", "wrong", "accepted", "recommended", "noted"; static. */
extern const char *const setting_state_names[5];

/* A setting with what the policy thinks of it, and the advice the plan is made from. */
struct setting_result {
    const struct policy_setting *rule; /* borrowed from the policy */
    const struct observed_setting
        *seen; /* borrowed from the observation; NULL = not in it */
    enum setting_state state;
    bool advised;              /* something should change */
    bool unsaved;              /* good now, but the next boot loses it */
    bool over_services;        /* a range with unreserved ports of services in it */
    const char *services;      /* whose ports those are (Linux); static */
    enum policy_target target; /* to what: see rule->recommended */
    char why[2 *
             OBSERVED_NOTE_SIZE]; /* wrong, unread or noted: why; accepted: what it costs
                                   */
};

struct result {
    enum metric_id metric;
    bool judged; /* asked for */
    struct measure measure;
    struct metric_limits limits;
    enum check_state state;
    char why[OBSERVED_NOTE_SIZE]; /* the state comes from more than the number: from what,
                                     as a phrase of the first line; else "" */
};

/* The limit that its number is beyond, critical before warning; NULL = none. */
const struct threshold *result_crossed(const struct result *result);

/* Everything that a report shows beside the observation itself. */
struct verdict {
    struct result results[METRIC_COUNT];
    struct setting_result settings[SETTINGS_MAX];
    size_t setting_count;
    enum check_state state; /* the worst of the judged ones */
};

struct check {
    /* Settings results go into *verdict (misconfigured); others leave it alone. */
    void (*measure)(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out);
};

/* One file each; the list is in judge.c. */
extern const struct check check_port_usage;
extern const struct check check_destination_usage;
extern const struct check check_time_wait;
extern const struct check check_udp_port_usage;
extern const struct check check_misconfigured;
extern const struct check check_conntrack_usage;
extern const struct check check_exhaustion_events;

/* All checks, by metric id. */
const struct check *check_of(enum metric_id metric);

/*
 * Judges the metrics whose bit is set in `metrics` by `limits`. Pure. The verdict borrows
 * from `seen` and `policy`.
 */
void judge(const struct observation *seen, const struct policy *policy,
           const struct metric_limits limits[METRIC_COUNT], uint32_t metrics,
           struct verdict *out);

#endif
