/* SPDX-License-Identifier: MIT */
/* destination_usage: ports that a new connection to the busiest destination cannot take.
 */
#include "checks/check.h"
#include "checks/usage.h"

/* Ports in use that bind() may have closed to every connect(), beside those that parity
 * proves; they are counted where the kernel can be asked for them. */
static uint64_t maybe_closed(const struct observed_tcp *tcp, uint64_t counted)
{
    if (tcp->closed_known != CLOSED_AT_LEAST || tcp->ports_used < counted)
        return 0;
    return tcp->ports_used - counted;
}

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    (void)policy;
    (void)verdict;
    usage_measure(&seen->range[IP_PROTOCOL_TCP], &seen->tcp.reading,
                  observation_busiest_ports(seen), out);
    usage_at_least(seen, maybe_closed(&seen->tcp, out->part), out);
}

const struct check check_destination_usage = {
    .measure = measure,
};
