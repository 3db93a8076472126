/* SPDX-License-Identifier: MIT */
/* What the remediation would make of the range, and who listens there: a second look
 * after observe(). */
#ifndef CHECKS_HOST_OBSERVE_WIDER_H
#define CHECKS_HOST_OBSERVE_WIDER_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/host.h"
#include "checks/host/observe_request.h"
#include "checks/model/observation.h"

/*
 * Adds seen->wider to what observe() filled from this host by the same request: one dump
 * of those that listen. What cannot be read is data there; ERR_MEMORY alone fails.
 */
MUST_CHECK bool observe_wider(const struct host *host,
                              const struct observe_request *request,
                              struct observation *seen, struct error *err);

#endif
