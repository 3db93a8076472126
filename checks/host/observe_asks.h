/* SPDX-License-Identifier: MIT */
/* Asking the system whether the next socket finds a port, within 20 ms of CPU time. */
#ifndef CHECKS_HOST_OBSERVE_ASKS_H
#define CHECKS_HOST_OBSERVE_ASKS_H

#include "checks/host/observer.h"

/* After the sockets: asks what the numbers make worth asking. */
void observe_asks(struct observer *observer);

/* At the end of the run: asks once more what found no port. */
void observe_asks_again(struct observer *observer);

#endif
