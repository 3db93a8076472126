/* SPDX-License-Identifier: MIT */
/* The seams' answers -> what a wider range would be. */
#include "checks/host/observe_wider.h"

bool observe_wider(const struct host *host, const struct observe_request *request,
                   struct observation *seen, struct error *err)
{
    (void)host;
    (void)request;
    (void)seen;
    (void)err;
    return true;
}
