/* SPDX-License-Identifier: MIT */
/* The tracepoint sock:inet_sock_set_state of Linux (4.16 and later): where its fields
 * lie, the filter that the kernel applies, and one event. */
#ifndef CHECKS_DECODE_TRACE_EVENT_H
#define CHECKS_DECODE_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/destination_table.h"
#include "checks/model/socket_row.h"

/* Offsets inside an event, bytes. */
struct trace_fields {
    uint32_t id; /* of the tracepoint: attr.config of perf_event_open */
    uint32_t old_state;
    uint32_t new_state;
    uint32_t local_port;
    uint32_t remote_port;
    uint32_t local; /* an address of IPv6, or a mapped one */
    uint32_t remote;
};

/* From the tracepoint's file `format`. ERR_MALFORMED, naming the field that is missing or
 * has another size; *out is then unchanged. */
MUST_CHECK bool trace_fields_decode(const char *format, struct trace_fields *out,
                                    struct error *err);

/* What a socket did. */
enum trace_kind {
    TRACE_OTHER = 0, /* nothing that counts here */
    TRACE_CONNECT,   /* connect() began; whether it finds a port is not known yet */
    TRACE_NO_PORT    /* a connect() that began ended without a port */
};

struct trace_event {
    enum trace_kind kind;
    struct ip_address local;
    struct ip_address remote;
    uint16_t remote_port;
};

/* False when it is cut: *out is then unchanged. */
MUST_CHECK bool trace_event_decode(const struct trace_fields *fields,
                                   const uint8_t *bytes, size_t length,
                                   struct trace_event *out);

/* Room for trace_filter. */
enum { TRACE_FILTER_SIZE = 160 };

/* The filter that lets these two kinds through, toward the remote port of `to`; with
 * `address` toward its address too: of IPv4 alone, the kernel compares no longer ones. */
void trace_filter(const struct destination *to, bool address,
                  char out[TRACE_FILTER_SIZE]);

#endif
