/* SPDX-License-Identifier: MIT */
/* A socket dump of Linux' NETLINK_SOCK_DIAG: the bytes that ask for it, and its answer
 * decoded to socket rows. */
#ifndef CHECKS_DECODE_SOCK_DIAG_H
#define CHECKS_DECODE_SOCK_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/destination_table.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* A dump whose datagrams come in one after the other; the caller fills the first part. */
struct sock_diag_answer {
    uint32_t sequence; /* of the request; every message must carry it */
    uint32_t port_id;  /* netlink address of the reader; the same */
    bool bound;        /* the walk of bound-only sockets: their state 7 is CONN_BOUND */
    bool owners;       /* rows tell uid, control group, inode, cookie */
    socket_row_visitor *visit;
    void *context;

    bool done;         /* the end of the dump was seen */
    bool stopped;      /* the visitor stopped it */
    int refused_errno; /* Linux errno with which the kernel ended the dump, or 0 */
};

/*
 * Decodes one datagram and visits its rows. False with ERR_MALFORMED for bytes that break
 * the format, with ERR_IO and `refused_errno` when the kernel refuses or breaks off the
 * dump (in NLMSG_ERROR, or in the payload of NLMSG_DONE, as for a missing module), and
 * without an error when the visitor stopped it. Bytes after the end are not looked at.
 */
MUST_CHECK bool sock_diag_decode(struct sock_diag_answer *answer, const void *bytes,
                                 size_t length, struct error *err);

/* Bits of `states` (include/net/tcp_states.h). */
enum {
    SOCK_DIAG_TIME_WAIT = 1 << 6,
    SOCK_DIAG_LISTEN = 1 << 10,
    SOCK_DIAG_BOUND = 1 << 13, /* bound-only sockets, Linux 6.8 and newer */
    SOCK_DIAG_ALL = 0xFFE      /* all but the bound-only ones */
};

/* Destinations that a filter tells apart. */
enum { SOCK_DIAG_DESTINATIONS_MAX = 10 };

/* Header, the longer of the two requests, attribute, four operations, and two conditions
 * and a jump for each destination. */
enum {
    SOCK_DIAG_REQUEST_SIZE = 16 + 60 + 4 + 16 + SOCK_DIAG_DESTINATIONS_MAX * (28 + 28 + 4)
};

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

/* What the kernel leaves out of a dump. Zeroed = nothing. */
struct sock_diag_filter {
    struct port_range local_ports; /* on other ports; zeroed = all are wanted */
    /* Not toward one of these (both addresses and the remote port; IPv4 matches mapped
     * ones too); none, or more than SOCK_DIAG_DESTINATIONS_MAX = all are wanted. */
    const struct destination *to; /* borrowed */
    size_t to_count;
};

/* The same with more of a filter. */
void sock_diag_request_filtered(uint32_t states, const struct sock_diag_filter *filter,
                                uint32_t sequence, struct sock_diag_request *out);

/* UDP of one family, all states: the legacy request knows no protocol but TCP. */
void sock_diag_request_udp(bool v6, uint32_t sequence, struct sock_diag_request *out);

#endif
