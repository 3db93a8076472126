/* SPDX-License-Identifier: MIT */
/* In the place of acl_nobody_else.c in the programs that tests run under Wine: it has one
 * user, who owns every file (server/security.h, local_user_sid). Never shipped. */
#include "checks/host/acl_judgement.h"

const char *acl_trusted_besides(void)
{
    return "S-1-5-21-0-0-0-1000";
}
