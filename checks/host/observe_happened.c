/* SPDX-License-Identifier: MIT */
/* Connection tracking of Linux, events of Windows. */
#include "checks/host/observe_happened.h"

#include "checks/host/program.h"

/* Keeps why a metric is not known; where it is left out for that, a note says it. */
static bool keep_failure(struct observer *observer, enum metric_id metric,
                         struct error *failure, struct reading *reading,
                         struct error *err)
{
    reading_set_unknown(reading, failure->message);
    if (observer_asks_for(observer->request, metric) &&
        (observer->request->metrics & METRICS_AS_FOUND))
        observation_note(observer->seen, "%s is not known: %s", metric_names[metric],
                         failure->message);
    return !observer_is_fatal(observer->request, failure, err);
}

/* Worth a word only for who asked for it by name. */
static bool keep_absence(const struct observer *observer, const char *why,
                         struct reading *reading)
{
    if (!(observer->request->metrics & METRICS_AS_FOUND))
        reading_set_unknown(reading, why);
    return true;
}

static bool see_conntrack(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    struct observation *seen = observer->seen;
    struct error failure = { 0 };

    if (!observer_asks_for(observer->request, METRIC_CONNTRACK_USAGE))
        return true;
    if (!host->ops->read_conntrack)
        return keep_absence(observer, "only Linux has it", &seen->conntrack.reading);
    program_watchdog_stage("reading connection tracking");
    if (!host->ops->read_conntrack(host->self, &seen->conntrack, &failure))
        return keep_failure(observer, METRIC_CONNTRACK_USAGE, &failure,
                            &seen->conntrack.reading, err);
    if (!seen->conntrack.reading.known)
        return keep_absence(observer, "this kernel tracks no connections (nf_conntrack)",
                            &seen->conntrack.reading);
    return true;
}

static bool see_events(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    struct observation *seen = observer->seen;
    struct error failure = { 0 };

    if (!observer_asks_for(observer->request, METRIC_EXHAUSTION_EVENTS))
        return true;
    if (!host->ops->read_events)
        return keep_absence(observer, "only Windows has it", &seen->events.reading);
    program_watchdog_stage("reading the System log");
    if (!host->ops->read_events(host->self, seen->time_s, &observer->request->deadline,
                                &seen->events, &failure))
        return failure.code == ERR_UNSUPPORTED
                   ? keep_absence(observer, failure.message, &seen->events.reading)
                   : keep_failure(observer, METRIC_EXHAUSTION_EVENTS, &failure,
                                  &seen->events.reading, err);
    return true;
}

bool observe_happened(struct observer *observer, struct error *err)
{
    return see_conntrack(observer, err) && see_events(observer, err);
}
