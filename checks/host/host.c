/* SPDX-License-Identifier: MIT */
/* What every backend's caller would otherwise repeat. */
#include "checks/host/host.h"

void host_close(struct host *host)
{
    if (host->ops && host->ops->close)
        host->ops->close(host->self);
    *host = (struct host){ 0 };
}
