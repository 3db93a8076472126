/* SPDX-License-Identifier: MIT */
/* The words of JSON for what an owner is. */
#include "checks/model/owner.h"

#include <stdio.h>

const char *const owner_kind_names[OWNER_KIND_COUNT] = {
    [OWNER_USER] = "user",
    [OWNER_UNIT] = "unit",
    [OWNER_CONTAINER] = "container",
    [OWNER_POD] = "pod",
    [OWNER_ENDED_UNIT] = "ended_unit",
    [OWNER_OTHER_CONTAINER] = "other_container",
    [OWNER_SYSTEM] = "system",
};

/* One that was not counted has more descriptors than were looked at: it comes before all
 * that were. */
static uint32_t rank(const struct owner_pid *pid)
{
    return pid->sockets == 0 ? UINT32_MAX : pid->sockets;
}

void owner_add_pid(struct owner *owner, struct owner_pid pid, const char *program)
{
    struct owner_pid *pids = owner->pids;
    const size_t known =
        owner->pid_count < OWNER_PIDS_MAX ? owner->pid_count : OWNER_PIDS_MAX;
    size_t at = 0;

    while (at < known && pids[at].pid != pid.pid)
        at++;
    if (at == known)
        owner->pid_count++;
    else if (pids[at].sockets > 0 && pid.sockets > 0)
        pid.sockets += pids[at].sockets;
    else
        pid.sockets = 0;
    if (at == OWNER_PIDS_MAX && rank(&pids[--at]) >= rank(&pid))
        return;
    for (; at > 0 && rank(&pids[at - 1]) < rank(&pid); at--)
        pids[at] = pids[at - 1];
    pids[at] = pid;
    if (at == 0 && program && program[0] != '\0')
        (void)snprintf(owner->program, sizeof owner->program, "%s", program);
}
