/* SPDX-License-Identifier: MIT */
/* The words and the order of states. */
#include "checks/check.h"

const char *const check_state_names[4] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

enum check_state check_state_worse(enum check_state a, enum check_state b)
{
    static const int badness[] = {
        [CHECK_OK] = 0, [CHECK_UNKNOWN] = 1, [CHECK_WARNING] = 2, [CHECK_CRITICAL] = 3
    };

    return badness[a] >= badness[b] ? a : b;
}

const char *const setting_state_names[5] = { "unread", "wrong", "accepted", "recommended",
                                             "noted" };
