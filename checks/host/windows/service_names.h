/* SPDX-License-Identifier: MIT */
/* Which services run in a process: a host of services (svchost) says nothing by its name.
 */
#ifndef CHECKS_HOST_WINDOWS_SERVICE_NAMES_H
#define CHECKS_HOST_WINDOWS_SERVICE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/owner.h"

/* A running service. */
struct service_name {
    uint32_t pid;
    char name[OWNER_NAME_SIZE]; /* its key's, unit_name_clean */
};

/* Zeroed = none. */
struct service_names {
    struct service_name *list; /* owned */
    size_t count;
};

/* Reads those that run; *out is zeroed. ERR_DENIED, ERR_MEMORY, ERR_IO; the caller clears
 * *out in any case. */
MUST_CHECK bool service_names_read(struct service_names *out, struct error *err);

/* "BFE/mpssvc": those of one process, in the order of Windows; whole names as far as they
 * fit, then "/...". False, with "", when it runs none. */
bool service_names_of(const struct service_names *names, uint32_t pid,
                      char out[OWNER_NAME_SIZE]);

void service_names_clear(struct service_names *names);

#endif
