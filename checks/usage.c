/* SPDX-License-Identifier: MIT */
/* Ports in use over usable ports. */
#include "checks/usage.h"

#include <stdio.h>

void usage_unknown(const struct reading *reading, struct measure *out)
{
    *out = (struct measure){ 0 };
    (void)snprintf(out->reason, sizeof out->reason, "%s",
                   reading->reason[0] ? reading->reason : "not observed");
}

void usage_measure(const struct observed_range *range, const struct reading *sockets,
                   uint64_t part, struct measure *out)
{
    if (!range->reading.known)
        usage_unknown(&range->reading, out);
    else if (!sockets->known)
        usage_unknown(sockets, out);
    else
        *out = (struct measure){ .known = true, .part = part, .whole = range->usable };
}

uint64_t usage_maybe_closed(const struct observed_tcp *tcp, uint64_t counted)
{
    if (tcp->closed_known != CLOSED_AT_LEAST || tcp->ports_used < counted)
        return 0;
    return tcp->ports_used - counted;
}

void usage_toward(const struct observation *seen, uint32_t ports, struct measure *out)
{
    usage_measure(&seen->range[IP_PROTOCOL_TCP], &seen->tcp.reading, ports, out);
    usage_at_least(seen, usage_maybe_closed(&seen->tcp, out->part), out);
}

void usage_at_least(const struct observation *seen, uint64_t more, struct measure *out)
{
    const uint64_t possible = seen->tcp.bound_possible;

    if (!out->known || out->part >= out->whole)
        return;
    if (100 * possible > out->whole)
        more += possible;
    out->more = more < out->whole - out->part ? more : out->whole - out->part;
    out->at_least = more > 0;
}
