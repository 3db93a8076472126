/* SPDX-License-Identifier: MIT */
/* An upper bound of the sockets against the lowest limit. */
#include "checks/model/namespace_limits.h"

#include <math.h>

static void lower(const struct threshold *threshold, double *limit,
                  struct namespace_limits *out)
{
    if (!threshold->set)
        return;
    if (!threshold_is_plain(threshold))
        out->any = true;
    else if (threshold->end < *limit)
        *limit = threshold->end;
}

void namespace_limits_find(const struct metric_limits limits[METRIC_COUNT],
                           uint32_t metrics, bool asks, struct namespace_limits *out)
{
    *out =
        (struct namespace_limits){ .tcp = INFINITY, .udp = INFINITY, .is_asked = asks };
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        const bool udp = id == METRIC_UDP_PORT_USAGE;

        if (!(metrics & NAMESPACE_METRICS & (1U << id)))
            continue;
        *(udp ? &out->has_udp : &out->has_tcp) = true;
        lower(&limits[id].warning, udp ? &out->udp : &out->tcp, out);
        lower(&limits[id].critical, udp ? &out->udp : &out->tcp, out);
        out->is_raised = out->is_raised || id == METRIC_PORT_USAGE;
    }
}

/* At most 100 % of the ports can be in use. */
static bool is_above(double limit, uint64_t sockets, uint32_t usable)
{
    const double share = 100.0 * (double)sockets / (double)usable;

    return (share < 100.0 ? share : 100.0) > limit;
}

/* design.md 1.1: with fewer, "no port is free" is not exhaustion. */
static bool may_be_asked(uint64_t sockets, uint32_t usable)
{
    return 10 * sockets >= UINT64_C(9) * usable || sockets + 2 >= usable;
}

/* 95 of 100 ports on odd offsets, which are half of all, or one less. */
static bool may_be_slow(uint64_t sockets, uint32_t usable)
{
    return 100 * sockets >= UINT64_C(95) * (usable / 2);
}

bool namespace_limits_may_cross(const struct namespace_limits *limits, uint64_t tcp,
                                uint64_t udp, uint32_t usable)
{
    if (limits->any || usable == 0)
        return limits->has_tcp || limits->has_udp;
    if (limits->has_tcp && (is_above(limits->tcp, tcp, usable) ||
                            (limits->is_raised && may_be_slow(tcp, usable)) ||
                            (limits->is_asked && may_be_asked(tcp, usable))))
        return true;
    return limits->has_udp && (is_above(limits->udp, udp, usable) ||
                               (limits->is_asked && may_be_asked(udp, usable)));
}
