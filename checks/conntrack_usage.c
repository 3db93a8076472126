/* SPDX-License-Identifier: MIT */
/* conntrack_usage: entries of the connection tracking table, over its limit. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    const struct observed_conntrack *conntrack = &seen->conntrack;

    (void)policy;
    (void)verdict;
    if (conntrack->reading.known)
        *out = (struct measure){ .known = true,
                                 .part = conntrack->entries,
                                 .whole = conntrack->limit };
    else
        usage_unknown(&conntrack->reading, out);
}

const struct check check_conntrack_usage = {
    .measure = measure,
};
