/* SPDX-License-Identifier: MIT */
/* TCP sockets -> observation: one pass over them, a second one where ports are closed. */
#ifndef CHECKS_HOST_OBSERVE_TCP_H
#define CHECKS_HOST_OBSERVE_TCP_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/observer.h"

/* Fills seen->tcp; the scope of observer->census is set. What cannot be read is data;
 * ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK bool observe_tcp_sockets(struct observer *observer, struct error *err);

#endif
