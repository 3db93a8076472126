/* SPDX-License-Identifier: MIT */
/* destination_usage: ports that a new connection to the busiest destination cannot take.
 */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    (void)policy;
    (void)verdict;
    usage_toward(seen, observation_busiest_ports(seen), out);
}

const struct check check_destination_usage = {
    .measure = measure,
};
