/* SPDX-License-Identifier: MIT */
/* What a failure to read becomes, for every part of an observation. */
#include "checks/host/observer.h"

#include <stdio.h>

#include "checks/base/compiler.h"

bool observer_asks_for(const struct observe_request *request, enum metric_id metric)
{
    return (request->metrics & (1U << metric)) != 0;
}

bool observer_asks_for_ports(const struct observe_request *request)
{
    return observer_asks_for(request, METRIC_PORT_USAGE) ||
           observer_asks_for(request, METRIC_DESTINATION_USAGE);
}

bool observer_is_fatal(const struct observe_request *request, struct error *failure,
                       struct error *err)
{
    if (failure->code != ERR_MEMORY && !deadline_passed(&request->deadline))
        return false;
    if (failure->code != ERR_MEMORY)
        failure->code = ERR_TIMEOUT;
    if (err)
        *err = *failure;
    return true;
}

void observer_keep_notes(struct observer *observer, const struct host_reading *how)
{
    for (size_t i = 0; i < ARRAY_COUNT(how->notes); i++)
        if (how->notes[i][0])
            observation_note(observer->seen, "%s", how->notes[i]);
}

void reading_set_unknown(struct reading *reading, const char *reason)
{
    reading->known = false;
    (void)snprintf(reading->reason, sizeof reading->reason, "%s", reason);
}
