/* SPDX-License-Identifier: MIT */
/* One destination has one socket in TIME_WAIT on each port: its port tells who it is. */
#include "checks/model/churn_closed.h"

/* Ages are exact to a tick of the kernel's clock, and to what the reader's process had to
 * wait for meanwhile; a port comes back a second later, or after 60. No TIME_WAIT is
 * older than OLDEST_MS. */
enum { SAME_MS = 500, OLDEST_MS = 1 << 20 };

void churn_closed_see(struct churn_closed *closed, uint16_t local_port,
                      int64_t entered_ms)
{
    const int64_t since = entered_ms - closed->begin_ms + OLDEST_MS;
    uint32_t *const last = &closed->entered[local_port];

    if (since < 1 || since > UINT32_MAX || (*last != 0 && since <= *last + SAME_MS))
        return;
    if (entered_ms >= closed->end_ms) /* a later look has it again */
        return;
    *last = (uint32_t)since;
    closed->count += entered_ms >= closed->begin_ms;
}
