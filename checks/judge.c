/* SPDX-License-Identifier: MIT */
/* The list of checks, and measures -> states: the one place where thresholds are applied.
 */
#include "checks/check.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "checks/raise_states.h"

static const struct check *const checks[] = {
    [METRIC_PORT_USAGE] = &check_port_usage,
    [METRIC_DESTINATION_USAGE] = &check_destination_usage,
    [METRIC_TIME_WAIT] = &check_time_wait,
    [METRIC_UDP_PORT_USAGE] = &check_udp_port_usage,
    [METRIC_MISCONFIGURED] = &check_misconfigured,
    [METRIC_CONNTRACK_USAGE] = &check_conntrack_usage,
    [METRIC_EXHAUSTION_EVENTS] = &check_exhaustion_events,
};
static_assert(ARRAY_COUNT(checks) == METRIC_COUNT, "every metric has a check");

const struct check *check_of(enum metric_id metric)
{
    return checks[metric];
}

/*
 * 100 * part is exact in a double and the division is rounded correctly, as strtod rounds
 * a threshold: so a usage of exactly 61.7 % equals the threshold "61.7", and 28231 of
 * 28232 stays below "100".
 */
double measure_value(enum metric_id metric, const struct measure *measure)
{
    if (!metric_is_percent(metric))
        return (double)measure->part;
    if (measure->whole == 0)
        return 100.0;
    return 100.0 * (double)measure->part / (double)measure->whole;
}

const struct threshold *result_crossed(const struct result *result)
{
    const double value = measure_value(result->metric, &result->measure);

    if (threshold_alerts(&result->limits.critical, value))
        return &result->limits.critical;
    return threshold_alerts(&result->limits.warning, value) ? &result->limits.warning
                                                            : NULL;
}

static enum check_state judge_measure(const struct result *result)
{
    const struct threshold *crossed = result_crossed(result);

    if (!crossed)
        return CHECK_OK;
    return crossed == &result->limits.critical && !result->limits.at_most_warning
               ? CHECK_CRITICAL
               : CHECK_WARNING;
}

/*
 * A count of which only a lower bound is known (a setting could not be read) still alerts
 * when the bound does; it is never OK.
 */
static enum check_state judge_result(const struct result *result)
{
    enum check_state state = CHECK_OK;

    if (result->measure.known || result->measure.part > 0)
        state = judge_measure(result);
    return result->measure.known ? state : check_state_worse(state, CHECK_UNKNOWN);
}

static bool is_plain(const struct threshold *threshold)
{
    return !threshold->set || threshold_is_plain(threshold);
}

/* Whether up to `more` ports in use, beside those measured, could change the state of a
 * usage of TCP ports; false for every other metric. */
static bool could_change(const struct result *result, uint64_t more)
{
    struct result with = *result;

    if ((result->metric != METRIC_PORT_USAGE &&
         result->metric != METRIC_DESTINATION_USAGE) ||
        !result->measure.known || more == 0)
        return false;
    /* Of "10:20" and "@10:20" the worst may lie between none and all of them. */
    if (!is_plain(&result->limits.warning) || !is_plain(&result->limits.critical))
        return true;
    with.measure.part += more;
    if (with.measure.part > with.measure.whole)
        with.measure.part = with.measure.whole;
    return judge_measure(&with) != judge_measure(result);
}

/*
 * Bound-only sockets that could not be read hold ports too: where they could change it,
 * OK is not known. (Where a host cannot list them at all it stays OK, and the number says
 * "at least": their upper bound counts other network namespaces too.)
 */
static void doubt_ok(const struct observed_tcp *tcp, struct result *result)
{
    if (!tcp->bound_unread[0] || result->state != CHECK_OK ||
        !could_change(result, tcp->bound_possible))
        return;
    (void)snprintf(result->why, sizeof result->why, "%s", tcp->bound_unread);
    result->state = CHECK_UNKNOWN;
}

/* What a site accepts is not known where its policy is bad; that a remediation was
 * interrupted is. */
static void measure_without_site(const struct observation *seen,
                                 const struct policy *policy, struct measure *out)
{
    out->part = seen->interrupted_since_s > 0;
    (void)snprintf(out->reason, sizeof out->reason, "%s", policy->origin.error);
}

/* What this system does not have, or does not tell, where nobody asked for it by name. */
static bool is_left_out(const struct result *result, uint32_t metrics)
{
    return (metrics & METRICS_AS_FOUND) && metric_is_optional(result->metric) &&
           !result->measure.known;
}

void judge(const struct observation *seen, const struct policy *policy,
           const struct metric_limits limits[METRIC_COUNT], uint32_t metrics,
           struct verdict *out)
{
    *out = (struct verdict){ 0 };
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        struct result *result = &out->results[id];

        result->metric = id;
        result->limits = limits[id];
        if (!(metrics & (1U << id)))
            continue;
        result->judged = true;
        if (id == METRIC_MISCONFIGURED && policy->origin.error[0])
            measure_without_site(seen, policy, &result->measure);
        else
            check_of(id)->measure(seen, policy, out, &result->measure);
        if (is_left_out(result, metrics)) {
            result->judged = false;
            continue;
        }
        result->state = judge_result(result);
    }
    raise_states(seen, out);
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        doubt_ok(&seen->tcp, &out->results[id]);
        out->state = check_state_worse(out->state, out->results[id].state);
    }
}
