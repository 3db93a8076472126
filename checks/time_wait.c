/* SPDX-License-Identifier: MIT */
/* time_wait: TCP sockets in TIME_WAIT, whatever their port. */
#include "checks/check.h"
#include "checks/usage.h"

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    (void)policy;
    (void)verdict;
    if (seen->tcp.reading.known)
        *out = (struct measure){ .known = true, .part = seen->tcp.time_wait };
    else
        usage_unknown(&seen->tcp.reading, out);
}

const struct check check_time_wait = {
    .measure = measure,
};
