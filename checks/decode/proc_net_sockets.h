/* SPDX-License-Identifier: MIT */
/* The text of Linux' /proc/net/tcp, tcp6, udp and udp6, decoded to socket rows. */
#ifndef CHECKS_DECODE_PROC_NET_SOCKETS_H
#define CHECKS_DECODE_PROC_NET_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/socket_row.h"

/* One file whose bytes come in pieces; the caller fills the first part. */
struct proc_net_sockets {
    uint32_t ticks_per_s; /* of the timer column (USER_HZ); 0 = ages are not known */
    bool owners;          /* rows tell uid and inode */
    socket_row_visitor *visit;
    void *context;

    uint64_t lines; /* decoded so far, the heading included */
    bool stopped;   /* the visitor stopped it */
};

/*
 * Decodes the whole lines of `bytes` and visits their rows; *used is how many bytes these
 * were, and the caller puts the rest before the next piece. False with ERR_MALFORMED,
 * naming line and column, and without an error when the visitor stopped it.
 */
MUST_CHECK bool proc_net_sockets_decode(struct proc_net_sockets *file, const char *bytes,
                                        size_t length, size_t *used, struct error *err);

/* After the last piece: `left` bytes without an end of line, or no heading, are
 * ERR_MALFORMED. */
MUST_CHECK bool proc_net_sockets_finish(const struct proc_net_sockets *file, size_t left,
                                        struct error *err);

#endif
