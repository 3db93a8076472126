/* SPDX-License-Identifier: MIT */
/* The counters of a processor have 32 bits and begin anew: a sum that fell grew by 0. */
#include "checks/host/observe_counters.h"

static bool read_counters(const struct host *host, struct observed_conntrack *out)
{
    *out = (struct observed_conntrack){ 0 };
    return host->ops->read_conntrack &&
           host->ops->read_conntrack(host->self, out, NULL) && out->counters_known;
}

void observe_counters_before(const struct host *host, const struct observation *seen,
                             struct counters_before *out)
{
    *out = (struct counters_before){ .begin_ns = deadline_now_ns() };
    if (seen->conntrack.counters_known && !read_counters(host, &out->conntrack))
        out->conntrack = (struct observed_conntrack){ 0 };
}

static uint64_t grown(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

void observe_counters_after(const struct host *host, const struct counters_before *before,
                            const struct deadline *until, struct observation *seen)
{
    struct observed_conntrack *conntrack = &seen->conntrack;
    struct observed_conntrack now;
    int64_t span_ms;

    if (!before->conntrack.counters_known)
        return;
    deadline_wait(until);
    if (!read_counters(host, &now))
        return;
    span_ms = (deadline_now_ns() - before->begin_ns) / DEADLINE_NS_PER_MS;
    conntrack->insert_failed = now.insert_failed;
    conntrack->dropped = now.dropped;
    conntrack->look = (struct observed_conntrack_look){
        .span_ms = span_ms < 1            ? 1
                   : span_ms > UINT32_MAX ? UINT32_MAX
                                          : (uint32_t)span_ms,
        .insert_failed = grown(before->conntrack.insert_failed, now.insert_failed),
        .dropped = grown(before->conntrack.dropped, now.dropped),
    };
}
