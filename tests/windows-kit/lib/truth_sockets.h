/* SPDX-License-Identifier: MIT */
/* The sockets of a stage: on loopback, by plain Winsock, each with its own listener. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_SOCKETS_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* A listener on 127.0.0.1, outside the range: a destination. */
struct truth_door {
    SOCKET socket;
    uint16_t port;
};

enum truth_kind { TRUTH_CONNECTED = 0, TRUTH_BOUND, TRUTH_LISTENER, TRUTH_UDP };

struct truth_link {
    enum truth_kind kind;
    SOCKET own;
    SOCKET peer;   /* of a connection: the accepted end */
    uint16_t port; /* local one of `own` */
    uint16_t to;   /* of a connection: the door's */
};

enum { TRUTH_CROWD_MAX = 4096 };

/* What a stage holds. Zeroed = nothing. */
struct truth_crowd {
    struct truth_link links[TRUTH_CROWD_MAX];
    size_t count;
};

/* A listener on the first port from `from` on that is free and not in `avoid`. */
MUST_CHECK bool truth_door_open(uint16_t from, struct port_range avoid,
                                struct truth_door *out, struct error *err);
void truth_door_close(struct truth_door *door);

/* How the local port is chosen: by connect(), by bind() to port 0, or a given one. */
enum { TRUTH_BY_CONNECT = -1, TRUTH_BY_BIND = 0 };

/* All of these return a Winsock error; 0 = it worked, and the crowd has one more.
 * Connects to the door, and accepts. */
int truth_crowd_connect(struct truth_crowd *crowd, const struct truth_door *door,
                        int local);
/* Binds a socket to a port (0 = any): of TCP to all addresses of IPv4, of UDP to
 * 127.0.0.1. */
int truth_crowd_bind(struct truth_crowd *crowd, enum ip_protocol protocol, uint16_t port);
/* Listens on a port of 127.0.0.1. */
int truth_crowd_listen(struct truth_crowd *crowd, uint16_t port);

/* Ends the newest one, or all, so that nothing stays in TIME_WAIT. */
void truth_crowd_end_last(struct truth_crowd *crowd);
void truth_crowd_end(struct truth_crowd *crowd);

/* Connects, and closes on this side first: its port stays in TIME_WAIT. A Winsock error;
 * 0: *port is the port. */
int truth_leave_time_wait(const struct truth_door *door, int local, uint16_t *port);

/* Tries, and takes nothing: binds to port 0, of IPv4 or IPv6; connects to the door and
 * resets. A Winsock error, 0 = it worked. */
int truth_try_bind(bool is_v6, enum ip_protocol protocol);
int truth_try_connect(const struct truth_door *door, int local);

/* Binds to this port of TCP, IPv4, and lets go. */
int truth_try_bind_to(uint16_t port);

#endif
