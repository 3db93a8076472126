/* SPDX-License-Identifier: MIT */
/* How a test's socket comes by its port: every way that a program has. */
#ifndef TESTS_HOST_TOOLS_LIB_ATTEMPT_H
#define TESTS_HOST_TOOLS_LIB_ATTEMPT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/host/tools/lib/loopback.h"

/* What becomes of the socket once it has its port. */
enum attempt_end {
    ATTEMPT_BIND = 0,
    ATTEMPT_LISTEN,
    ATTEMPT_CONNECT,
    ATTEMPT_HALF,    /* connect() where nobody answers: it is left in SYN_SENT */
    ATTEMPT_REFUSED, /* connect() where nobody listens: the bound socket stays */
};

/* Zeroed: a TCP socket that is bound to nothing, at the kernel's choice. */
struct attempt {
    int type; /* SOCK_STREAM or SOCK_DGRAM */
    enum attempt_end end;
    struct endpoint to;
    bool is_bound;  /* bind(from) comes first */
    bool is_late;   /* with IP_BIND_ADDRESS_NO_PORT: the port comes at connect() */
    bool is_reused; /* SO_REUSEADDR before bind() */
    bool is_shared; /* SO_REUSEPORT before bind() */
    struct endpoint from;
    uint32_t step;  /* how far the port of `from` goes on per socket; 0: it stays */
    uint32_t ports; /* IP_LOCAL_PORT_RANGE: last << 16 | first; 0: the system's */
    char device[IFNAMSIZ]; /* SO_BINDTODEVICE, "" for none */
    uint32_t group;        /* by which what is held is found again */
};

/*
 * One word of a command: bind=FROM late=FROM step=N reuse shared ports=FIRST-LAST
 * device=NAME group=N. False when it is none of these.
 */
bool attempt_parse_option(const char *word, struct attempt *attempt);

/* The same attempt, for the socket after this one. */
struct attempt attempt_next(struct attempt attempt);

/* A socket as the attempt wants it, or -1 with errno. */
int attempt_open(const struct attempt *attempt);

#endif
