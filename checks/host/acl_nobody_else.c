/* SPDX-License-Identifier: MIT */
/* Whom shipped programs trust beside the built-in three; alone in its file, so that what
 * tests run under Wine can be linked with another one. */
#include "checks/host/acl_judgement.h"

#include <stddef.h>

const char *acl_trusted_besides(void)
{
    return NULL;
}
