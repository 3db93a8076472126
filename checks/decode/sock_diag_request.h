/* SPDX-License-Identifier: MIT */
/* The bytes that ask Linux' NETLINK_SOCK_DIAG for a dump of sockets. */
#ifndef CHECKS_DECODE_SOCK_DIAG_REQUEST_H
#define CHECKS_DECODE_SOCK_DIAG_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/port_range.h"

/* Bits of `states` (include/net/tcp_states.h). */
enum {
    SOCK_DIAG_TIME_WAIT = 1 << 6,
    SOCK_DIAG_LISTEN = 1 << 10,
    SOCK_DIAG_BOUND = 1 << 13, /* bound-only sockets, Linux 6.8 and newer */
    SOCK_DIAG_ALL = 0xFFE      /* all but the bound-only ones */
};

/* Header, the longer of the two requests, attribute, four operations. */
enum { SOCK_DIAG_REQUEST_SIZE = 16 + 60 + 4 + 16 };

struct sock_diag_request {
    uint8_t bytes[SOCK_DIAG_REQUEST_SIZE];
    size_t length; /* bytes */
    uint32_t sequence;
};

/*
 * TCP, IPv4 and IPv6 in one walk: the legacy request, which alone does both. With
 * `local_ports` (zeroed = all) the kernel leaves out sockets on other ports.
 */
void sock_diag_request_tcp(uint32_t states, struct port_range local_ports,
                           uint32_t sequence, struct sock_diag_request *out);

/* UDP of one family, all states: the legacy request knows no protocol but TCP. */
void sock_diag_request_udp(bool v6, uint32_t sequence, struct sock_diag_request *out);

#endif
