/* SPDX-License-Identifier: MIT */
/* The truth about ports: the kernel's own answer for every single one. */
#ifndef TESTS_HOST_TOOLS_LIB_PORT_ORACLE_H
#define TESTS_HOST_TOOLS_LIB_PORT_ORACLE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/host/tools/lib/loopback.h"

enum { PORT_COUNT = 65536 };

struct route {
    struct endpoint local; /* without its port */
    struct endpoint remote;
    char device[IFNAMSIZ]; /* that the sockets are bound to, "" for none */
};

/* The ports of this namespace's range that are not reserved. False with errno. */
bool port_oracle_usable(bool usable[PORT_COUNT]);

/*
 * Counts the usable ports that one more connect() on this route could take, by asking for
 * each of them with a socket that may have no other. Nothing is sent; a TIME_WAIT that
 * the kernel gives away to such an ask is gone. -1 with errno where an answer is neither
 * yes nor no.
 */
int32_t port_oracle_free(const struct route *route, const bool usable[PORT_COUNT]);

/* A route that nobody uses: the ports that it cannot have are closed to every connect().
 */
struct route port_oracle_nobody(void);

/* Marks the ports of all sockets that /proc/self/net lists; bound ones are not among
 * them. False with errno. */
bool port_oracle_listed(bool used[PORT_COUNT]);

#endif
