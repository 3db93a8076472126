/* SPDX-License-Identifier: MIT */
/* What already happened, by the system's own counters and logs. */
#ifndef CHECKS_HOST_OBSERVE_HAPPENED_H
#define CHECKS_HOST_OBSERVE_HAPPENED_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/observer.h"

/*
 * Fills conntrack and events of the observation, as far as they are asked for and this
 * system has them. What cannot be read is data there, and a note where nobody asked for
 * it by name. ERR_TIMEOUT, ERR_MEMORY.
 */
MUST_CHECK bool observe_happened(struct observer *observer, struct error *err);

#endif
