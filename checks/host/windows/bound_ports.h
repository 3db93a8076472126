/* SPDX-License-Identifier: MIT */
/* Sockets that hold a port without connection or listener; GetExtendedTcpTable hides
 * them. */
#ifndef CHECKS_HOST_WINDOWS_BOUND_PORTS_H
#define CHECKS_HOST_WINDOWS_BOUND_PORTS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/os.h"
#include "checks/model/socket_row.h"

/* Visits every bound-only socket, as CONN_BOUND. ERR_UNSUPPORTED when this Windows does
 * not show them, ERR_IO, ERR_MALFORMED. */
MUST_CHECK bool bound_ports_visit(const struct os_version *os, socket_row_visitor *visit,
                                  void *context, struct error *err);

#endif
