/* SPDX-License-Identifier: MIT */
/* The list of checks, and the words and orders that they share. */
#include "checks/check.h"

#include <assert.h>
#include <stddef.h>

static const struct check *const checks[] = {
    [METRIC_PORT_USAGE] = &check_port_usage,
    [METRIC_DESTINATION_USAGE] = &check_destination_usage,
    [METRIC_TIME_WAIT] = &check_time_wait,
    [METRIC_UDP_PORT_USAGE] = &check_udp_port_usage,
    [METRIC_MISCONFIGURED] = &check_misconfigured,
};
static_assert(ARRAY_COUNT(checks) == METRIC_COUNT, "every metric has a check");

const struct check *check_of(enum metric_id metric)
{
    return checks[metric];
}

const char *check_state_name(enum check_state state)
{
    static const char *const names[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

    return names[state];
}

enum check_state check_state_worse(enum check_state a, enum check_state b)
{
    static const int badness[] = {
        [CHECK_OK] = 0, [CHECK_UNKNOWN] = 1, [CHECK_WARNING] = 2, [CHECK_CRITICAL] = 3
    };

    return badness[a] >= badness[b] ? a : b;
}

const char *setting_state_name(enum setting_state state)
{
    static const char *const names[] = { "unread", "wrong", "accepted", "recommended",
                                         "noted" };

    return names[state];
}
