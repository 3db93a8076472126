/* SPDX-License-Identifier: MIT */
/* port_usage: distinct usable TCP ports in use, in any state, over the usable ports. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    (void)policy;
    (void)verdict;
    usage_measure(&seen->range[IP_PROTOCOL_TCP], &seen->tcp.reading, seen->tcp.ports_used,
                  out);
    usage_at_least(seen, 0, out);
}

const struct check check_port_usage = {
    .measure = measure,
};
