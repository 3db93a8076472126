/* SPDX-License-Identifier: MIT */
/* The socket tables of Windows' IP Helper API, decoded to socket rows. */
#ifndef CHECKS_DECODE_MIB_TABLE_H
#define CHECKS_DECODE_MIB_TABLE_H

#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/socket_row.h"

/* Which structure the bytes are (tcpmib.h, udpmib.h of the Windows SDK). */
enum mib_layout {
    MIB_LAYOUT_TCP4 = 0,    /* MIB_TCPTABLE */
    MIB_LAYOUT_TCP6,        /* MIB_TCP6TABLE */
    MIB_LAYOUT_TCP4_OWNERS, /* MIB_TCPTABLE2 */
    MIB_LAYOUT_TCP6_OWNERS, /* MIB_TCP6TABLE2 */
    MIB_LAYOUT_UDP4,        /* MIB_UDPTABLE */
    MIB_LAYOUT_UDP6,        /* MIB_UDP6TABLE */
    MIB_LAYOUT_TCP4_PIDS,   /* MIB_TCPTABLE_OWNER_PID */
    MIB_LAYOUT_TCP6_PIDS,   /* MIB_TCP6TABLE_OWNER_PID */
    MIB_LAYOUT_UDP4_PIDS,   /* MIB_UDPTABLE_OWNER_PID */
    MIB_LAYOUT_UDP6_PIDS,   /* MIB_UDP6TABLE_OWNER_PID */
    MIB_LAYOUT_COUNT
};

/*
 * Visits every row of a table, until the visitor returns false. UDP rows have no remote
 * end and are CONN_UNKNOWN; a TCP state that is none of Windows' is CONN_UNKNOWN too.
 * Those of the owners' layouts and of the last four tell the pid.
 * ERR_MALFORMED, with no row visited, when the bytes cannot hold as many rows as they
 * claim; bytes behind the last row are slack.
 */
MUST_CHECK bool mib_table_visit(enum mib_layout layout, const void *bytes, size_t size,
                                socket_row_visitor *visit, void *context,
                                struct error *err);

#endif
