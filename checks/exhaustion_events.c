/* SPDX-License-Identifier: MIT */
/* exhaustion_events: how often Windows found no free port in the last minutes. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    const struct observed_events *events = &seen->events;

    (void)policy;
    (void)verdict;
    if (events->reading.known)
        *out = (struct measure){
            .known = true,
            .part = (uint64_t)events->tcp_exhausted + events->udp_exhausted,
        };
    else
        usage_unknown(&events->reading, out);
}

const struct check check_exhaustion_events = {
    .measure = measure,
};
