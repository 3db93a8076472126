/* SPDX-License-Identifier: MIT */
/* Host -> observation: reads what is asked for, once, and sums it up. */
#ifndef CHECKS_HOST_OBSERVE_H
#define CHECKS_HOST_OBSERVE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/host.h"
#include "checks/host/observe_request.h"
#include "checks/model/observation.h"

/*
 * Fills *out. What cannot be read is data in it (struct reading); only ERR_TIMEOUT and
 * ERR_MEMORY fail, with *out unchanged.
 */
MUST_CHECK bool observe(const struct host *host, const struct observe_request *request,
                        struct observation *out, struct error *err);

#endif
