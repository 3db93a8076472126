/* SPDX-License-Identifier: MIT */
/* All the destinations that a test had connections to, and the one with the fewest ports.
 */
#ifndef TESTS_HOST_TOOLS_LIB_ROUTES_H
#define TESTS_HOST_TOOLS_LIB_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/host/tools/lib/port_oracle.h"

enum { ROUTES_MAX = 2048 };

struct routes {
    struct route all[ROUTES_MAX];
    size_t count;
};

/* Adds the route of a socket, unless it is there: from the address of `fd` to `remote`.
 * False with errno. */
bool routes_note(struct routes *routes, int fd, const struct endpoint *remote,
                 const char *device);

/*
 * The route with the fewest ports for one more connect(), that of nobody's being one, and
 * how many it has. One whose local address is gone has no connect() at all, and is left
 * out. -1 with errno.
 */
int32_t routes_worst(const struct routes *routes, const bool usable[PORT_COUNT],
                     struct route *out);

#endif
