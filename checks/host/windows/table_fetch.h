/* SPDX-License-Identifier: MIT */
/* Fetching a table that grows while it is asked for. */
#ifndef CHECKS_HOST_WINDOWS_TABLE_FETCH_H
#define CHECKS_HOST_WINDOWS_TABLE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"

/* A function of the IP Helper API in its common form: writes a table to `bytes`, or tells
 * in *size how many bytes it takes; 0 or a Win32 error code. */
struct table_query {
    const char *name; /* for messages; static */
    uint32_t (*ask)(void *bytes, uint32_t *size);
};

/* Owns `bytes`. Zeroed = no table. */
struct fetched_table {
    void *bytes;
    size_t size; /* bytes; 0 = the system has no such table, or no row for it */
};

/*
 * Asks until the table fits, at most 8 times and not past the deadline, with room to grow
 * each time. ERR_UNSUPPORTED when the system does not have that table, ERR_TIMEOUT,
 * ERR_LIMIT, ERR_MEMORY, ERR_DENIED, ERR_IO. The caller clears *out.
 */
MUST_CHECK bool table_fetch(const struct table_query *query,
                            const struct deadline *deadline, struct fetched_table *out,
                            struct error *err);

void fetched_table_clear(struct fetched_table *table);

#endif
