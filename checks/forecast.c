/* SPDX-License-Identifier: MIT */
/* What moves when a range grows, or TIME_WAIT is reused. */
#include "checks/forecast.h"

#include "checks/usage.h"

enum { MS_PER_S = 1000 };

void forecast_advised(const struct observation *seen, const struct verdict *verdict,
                      struct forecast_change *out)
{
    (void)seen;
    (void)verdict;
    *out = (struct forecast_change){ 0 };
}

bool forecast_moves(const struct forecast_change *change)
{
    return change->reuse || change->ports[IP_PROTOCOL_TCP].changes ||
           change->ports[IP_PROTOCOL_UDP].changes;
}

void forecast_usage(const struct observation *seen, enum metric_id metric,
                    const struct destination *destination,
                    const struct forecast_change *change, struct measure *after)
{
    (void)change;
    if (metric == METRIC_DESTINATION_USAGE)
        usage_toward(seen, observation_destination_ports(seen, destination), after);
    else
        check_of(metric)->measure(seen, NULL, NULL, after);
}

uint32_t forecast_growth(const struct observed_look *look)
{
    return look->ports_last > look->ports_first ? look->ports_last - look->ports_first
                                                : 0;
}

uint32_t forecast_full_in_s(const struct measure *usage, uint32_t growth,
                            uint32_t span_ms)
{
    uint64_t seconds;

    if (!usage->known || growth == 0 || span_ms == 0)
        return UINT32_MAX;
    if (usage->part >= usage->whole)
        return 0;
    seconds = (usage->whole - usage->part) * span_ms / growth / MS_PER_S;
    return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}
