/* SPDX-License-Identifier: MIT */
/* The tables of sockets that tell who opened each, IPv4 and IPv6. */
#ifndef CHECKS_HOST_WINDOWS_PID_TABLES_H
#define CHECKS_HOST_WINDOWS_PID_TABLES_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/model/socket_row.h"

/* Both tables of one protocol and one moment. Zeroed = empty. */
struct pid_tables {
    enum ip_protocol protocol;
    struct fetched_table v4;
    struct fetched_table v6; /* none where IPv6 is not installed */
};

/* Reads both, and gives up at the deadline even if Windows does not (ERR_TIMEOUT); *out
 * is zeroed. Else as table_fetch fails; the caller clears *out in any case. */
MUST_CHECK bool pid_tables_fetch(enum ip_protocol protocol,
                                 const struct deadline *deadline, struct pid_tables *out,
                                 struct error *err);

/* Visits every row, until the visitor returns false. ERR_MALFORMED. */
MUST_CHECK bool pid_tables_visit(const struct pid_tables *tables,
                                 socket_row_visitor *visit, void *context,
                                 struct error *err);

void pid_tables_clear(struct pid_tables *tables);

#endif
