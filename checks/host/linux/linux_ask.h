/* SPDX-License-Identifier: MIT */
/* Whether the kernel finds a port for the next socket, and which used ports it shares. */
#ifndef CHECKS_HOST_LINUX_LINUX_ASK_H
#define CHECKS_HOST_LINUX_LINUX_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/ask.h"
#include "checks/model/observation.h"
#include "checks/model/port_range.h"

/* ask, find_closed and name_device of struct host_ops. */
MUST_CHECK bool linux_ask(void *self, struct ask *ask, struct error *err);
MUST_CHECK bool linux_find_closed(void *self, const uint16_t *ports, size_t count,
                                  struct port_set *closed, struct error *err);
MUST_CHECK bool linux_name_device(void *self, uint32_t index,
                                  char name[OBSERVED_DEVICE_SIZE]);

#endif
