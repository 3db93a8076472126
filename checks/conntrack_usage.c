/* SPDX-License-Identifier: MIT */
/* conntrack_usage: entries of the connection tracking table, over its limit. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    static const struct reading no_limit = {
        .reason = "net.netfilter.nf_conntrack_max is 0: there is no limit"
    };
    const struct observed_conntrack *conntrack = &seen->conntrack;

    (void)policy;
    (void)verdict;
    if (!conntrack->reading.known)
        usage_unknown(&conntrack->reading, out);
    else if (conntrack->limit == 0)
        usage_unknown(&no_limit, out);
    else
        *out = (struct measure){ .known = true,
                                 .part = conntrack->entries,
                                 .whole = conntrack->limit };
}

const struct check check_conntrack_usage = {
    .measure = measure,
};
