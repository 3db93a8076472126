/* SPDX-License-Identifier: MIT */
/* Up to how many TIME_WAIT the ages of TIME_WAIT tell every close. */
#ifndef CHECKS_HOST_OBSERVE_CLOSINGS_H
#define CHECKS_HOST_OBSERVE_CLOSINGS_H

#include "checks/host/observer.h"

/* Fills the limit of seen->tcp.closings, from the settings where these were read; 0 stays
 * where nothing was closed, or it cannot be read. */
void observe_closings_limit(struct observer *observer);

#endif
