/* SPDX-License-Identifier: MIT */
/* What is told of a network namespace from inside alone: of one without a process. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_INSIDE_H
#define CHECKS_HOST_LINUX_NAMESPACE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* host_ops.read_totals. ERR_IO. */
MUST_CHECK bool linux_read_totals(void *self, uint64_t *tcp, uint64_t *udp,
                                  struct error *err);

#endif
