/* SPDX-License-Identifier: MIT */
/* A question to the system, whether the next socket finds a port, and its answer. */
#ifndef CHECKS_MODEL_ASK_H
#define CHECKS_MODEL_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/model/socket_row.h"

/* What the next socket would do. */
enum ask_kind {
    ASK_CONNECT = 0, /* TCP connect() without bind(); Linux */
    ASK_BIND,        /* TCP bind() to port 0 */
    ASK_UDP_CONNECT, /* UDP connect() without bind(); Linux */
    ASK_UDP_BIND,    /* UDP bind() to port 0; Windows */
    ASK_KIND_COUNT
};

/* An answer of any other kind is ASK_UNKNOWN, and never makes a state. */
enum ask_answer {
    ASK_UNKNOWN = 0,
    ASK_FREE, /* it finds a port */
    ASK_NONE, /* it finds none: EADDRNOTAVAIL, EADDRINUSE, EAGAIN; 10055, 10048 */
    ASK_ANSWER_COUNT
};

enum { ASKS_MAX = 16, ASK_REASON_SIZE = 160 };

struct ask {
    enum ask_kind kind;
    struct ip_address local;  /* connect: the source address; bind: the address */
    struct ip_address remote; /* connect only, else zeroed */
    uint16_t remote_port;     /* connect only, host byte order; else 0 */
    uint32_t device;          /* interface index the socket is bound to; 0 = none */
    bool unused;              /* toward an address that nobody uses */

    enum ask_answer answer;
    bool confirmed;               /* the same ask at the end of the run said it again */
    uint32_t microseconds;        /* CPU time of the call that looked for the port */
    char reason[ASK_REASON_SIZE]; /* ASK_UNKNOWN: why, one line; else "" */
};

/* "connect", "bind", "udp_connect", "udp_bind"; static. */
extern const char *const ask_kind_names[ASK_KIND_COUNT];

/* "unknown", "free", "none"; static. */
extern const char *const ask_answer_names[ASK_ANSWER_COUNT];

#endif
