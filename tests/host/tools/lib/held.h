/* SPDX-License-Identifier: MIT */
/* Sockets that a test holds, in the order in which they were made, and their listeners.
 */
#ifndef TESTS_HOST_TOOLS_LIB_HELD_H
#define TESTS_HOST_TOOLS_LIB_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/host/tools/lib/loopback.h"

struct attempt;

enum { HELD_MAX = 8000, LISTENERS_MAX = 256 };

/* One socket; -1 where an end is closed, or never was. */
struct held {
    int fd;
    int peer; /* the accepted end */
    uint32_t group;
};

struct held_sockets {
    struct held all[HELD_MAX];
    size_t count;
};

/* Which of them, oldest first unless `youngest`. */
struct held_choice {
    uint32_t count;
    bool youngest;
    bool by_group;
    uint32_t group;
};

enum held_end {
    HELD_CLIENT_FIRST = 0, /* both ends: TIME_WAIT stays at the first */
    HELD_SERVER_FIRST,
    HELD_LEAVE_CLIENT, /* this end alone; the socket stays held for the other */
    HELD_LEAVE_SERVER,
    HELD_ABORT, /* with resets */
};

/* Makes one more, which `listener` accepts unless it is -1. False with errno. */
bool held_add(struct held_sockets *held, const struct attempt *attempt, int listener);

/* The one that was added last; there must be one. */
const struct held *held_newest(const struct held_sockets *held);

/* Ends those of the choice; returns how many. */
uint32_t held_end(struct held_sockets *held, const struct held_choice *choice,
                  enum held_end how);

/* Marks the ports of their own ends: bound ones stand in no list of /proc. */
void held_mark_ports(const struct held_sockets *held, bool used[65536]);

/* Listeners that accept what is connected to them, one per endpoint. */
struct listeners {
    struct {
        struct endpoint at;
        int fd;
    } all[LISTENERS_MAX];
    size_t count;
};

/* The listener at an endpoint (a mapped one is its IPv4 one), made at first use; -1 with
 * errno. */
int listeners_get(struct listeners *listeners, const struct endpoint *at);

#endif
