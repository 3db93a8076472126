/* SPDX-License-Identifier: MIT */
/* The way from an observation to a report, as the program goes it. */
#include "tests/support/judged.h"

#include <string.h>

void judged_defaults(struct judged *judged)
{
    policy_init(&judged->policy);
    memcpy(judged->limits, judged->policy.limits[judged->seen.os.kind],
           sizeof judged->limits);
}

void judged_by(struct judged *judged, uint32_t metrics)
{
    judge(&judged->seen, &judged->policy, judged->limits, metrics, &judged->verdict);
    judged->report = (struct report){
        .seen = &judged->seen,
        .verdict = &judged->verdict,
        .policy_source = "built-in",
        .policy = &judged->policy.origin,
        .version = "1.2.3",
        .top = 5,
        .owners = judged->policy.owners,
    };
}

void judged_by_default(struct judged *judged)
{
    judged_defaults(judged);
    judged_by(judged, METRICS_ALL);
}
