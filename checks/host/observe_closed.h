/* SPDX-License-Identifier: MIT */
/* Asking the system which ports in use bind() closed to every connect(). */
#ifndef CHECKS_HOST_OBSERVE_CLOSED_H
#define CHECKS_HOST_OBSERVE_CLOSED_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/observer.h"
#include "checks/model/closed_ports.h"
#include "checks/model/port_range.h"

/*
 * Asks about the ports of the sample, from its start on, and adds the closed ones to
 * *closed; *asked is how many were asked about: fewer when the first ones show that there
 * are next to none, or when the time for it is up. False when nothing can be asked, as
 * find_closed, or ERR_TIMEOUT; *closed is then rubbish.
 */
MUST_CHECK bool observe_closed_ask(struct observer *observer,
                                   const struct closed_sample *sample,
                                   struct port_set *closed, size_t *asked,
                                   struct error *err);

#endif
