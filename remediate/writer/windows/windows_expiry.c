/* SPDX-License-Identifier: MIT */
/* No trial on Windows: what a trial changes must take effect at once. */
#include "remediate/writer/expiry.h"

bool system_has_expiry(struct error *err)
{
    return error_set(
        err, ERR_UNSUPPORTED,
        "trials are for Linux, none on Windows: its registry values wait for "
        "a reboot");
}

bool system_arm_expiry(const char *run, uint32_t seconds, struct error *err)
{
    (void)run;
    (void)seconds;
    return system_has_expiry(err);
}
