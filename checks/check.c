/* SPDX-License-Identifier: MIT */
/* The words and the order of states. */
#include "checks/check.h"

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
