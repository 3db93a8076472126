/* SPDX-License-Identifier: MIT */
/* udp_port_usage: distinct usable UDP ports in use, over the usable ports. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    (void)policy;
    (void)verdict;
    usage_measure(&seen->range[IP_PROTOCOL_UDP], &seen->udp.reading, seen->udp.ports_used,
                  out);
}

const struct check check_udp_port_usage = {
    .measure = measure,
};
