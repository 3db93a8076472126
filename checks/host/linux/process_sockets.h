/* SPDX-License-Identifier: MIT */
/* Which processes have sockets open, by the descriptors that /proc shows of them. */
#ifndef CHECKS_HOST_LINUX_PROCESS_SOCKETS_H
#define CHECKS_HOST_LINUX_PROCESS_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/model/owner.h"
#include "checks/model/owner_census.h"

/* How far the processes were looked at. */
struct process_sight {
    bool permitted;     /* CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH: else nobody is found */
    uint32_t processes; /* there are */
    uint32_t in_part;   /* of them, with more descriptors than there was time for */
    uint32_t denied;    /* of them, could not be looked at all the same */
    bool out_of_time;   /* others were not looked at */
    bool unlisted;      /* nor was it told how many there are */
};

/*
 * Adds to named[], one for each tally of *census, the processes that have its sockets
 * open, and the program of the one that has most. Every process is looked at a little;
 * then those with many descriptors as long as time is left. ERR_MEMORY.
 */
MUST_CHECK bool process_sockets_find(const struct owner_census *census,
                                     const struct deadline *deadline, struct owner *named,
                                     struct process_sight *sight, struct error *err);

#endif
