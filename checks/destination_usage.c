/* SPDX-License-Identifier: MIT */
/* destination_usage: ports that a new connection to the busiest destination cannot take.
 */
#include "checks/check.h"
#include "checks/usage.h"

/* A listener's or bound-only port is nobody's destination, so the two counts do not
 * overlap but for ports shared by SO_REUSEADDR; the sum never says less than the truth.
 */
static uint32_t blocked_and(const struct observation *seen, uint32_t ports)
{
    uint32_t usable = seen->range[IP_PROTOCOL_TCP].usable;
    uint64_t sum = (uint64_t)ports + seen->tcp.ports_blocked;

    return sum < usable ? (uint32_t)sum : usable;
}

uint32_t destination_ports(const struct observation *seen,
                           const struct destination *destination)
{
    return blocked_and(seen, (uint32_t)(destination->sockets - destination->reusable));
}

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    uint32_t ports = blocked_and(seen, seen->tcp.untracked_bound);

    (void)policy;
    (void)verdict;
    if (seen->tcp.top_count > 0 && destination_ports(seen, &seen->tcp.top[0]) > ports)
        ports = destination_ports(seen, &seen->tcp.top[0]);
    usage_measure(&seen->range[IP_PROTOCOL_TCP], &seen->tcp.reading, ports, out);
}

const struct check check_destination_usage = {
    .measure = measure,
};
