/* SPDX-License-Identifier: MIT */
/* The built-in policy in memory that held something else. */
#include "tests/support/given_policy.h"

#include <stdlib.h>
#include <string.h>

#include "checks/model/policy.h"

int given_policy(void **state)
{
    struct policy *policy = malloc(sizeof *policy);

    if (!policy)
        return -1;
    memset(policy, 0xA5, sizeof *policy);
    policy_init(policy);
    *state = policy;
    return 0;
}

int free_policy(void **state)
{
    free(*state);
    return 0;
}
