/* SPDX-License-Identifier: MIT */
/* One socket as a decoder hands it on; rows are added up, never kept. */
#ifndef CHECKS_MODEL_SOCKET_ROW_H
#define CHECKS_MODEL_SOCKET_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum ip_protocol { IP_PROTOCOL_TCP = 0, IP_PROTOCOL_UDP, IP_PROTOCOL_COUNT };

/* 16 bytes in network order; IPv4 always as ::ffff:a.b.c.d, so mapped and plain are
 * equal. */
struct ip_address {
    uint8_t bytes[16];
};

/* Room for any address as text, NUL included. */
enum { IP_ADDRESS_TEXT_SIZE = 48 };

/* RFC 9293 states, and CONN_BOUND: a port taken by bind() without connection or listener.
 */
enum conn_state {
    CONN_UNKNOWN = 0,
    CONN_ESTABLISHED,
    CONN_SYN_SENT,
    CONN_SYN_RECEIVED,
    CONN_FIN_WAIT_1,
    CONN_FIN_WAIT_2,
    CONN_TIME_WAIT,
    CONN_CLOSED,
    CONN_CLOSE_WAIT,
    CONN_LAST_ACK,
    CONN_LISTEN,
    CONN_CLOSING,
    CONN_BOUND,
    CONN_STATE_COUNT
};

struct socket_row {
    struct ip_address local;
    struct ip_address remote; /* all zero or ::ffff:0.0.0.0 when there is none */
    uint16_t local_port;      /* host byte order */
    uint16_t remote_port;
    uint32_t device; /* interface index that the socket is bound to; 0 = none, or the
                        source does not tell (only netlink does) */
    enum conn_state state;
    bool has_time_wait_age;    /* the system tells how old a TIME_WAIT is (Linux does) */
    uint32_t time_wait_age_ms; /* since it entered TIME_WAIT, at least */
    bool owned;                /* `uid` is told; TIME_WAIT has none */
    uint32_t uid;
    uint64_t cgroup; /* Linux: id of the control group (version 2); 0 = not told */
    uint32_t inode;  /* Linux: of the socket; 0 = no process has it open, or not told */
    uint64_t cookie; /* Linux: no other socket since boot has the same; 0 = not told */
    uint32_t pid;    /* Windows: who opened it; 0 = not told */
};

/* Gets each row of a read, in the order of the source. Returning false stops the read. */
typedef bool socket_row_visitor(void *context, const struct socket_row *row);

/* The name in JSON, perfdata and text: "established", "time_wait", ...; static. */
const char *conn_state_name(enum conn_state state);
extern const char *const conn_state_names[CONN_STATE_COUNT];

/* From four bytes in network order. */
static inline struct ip_address ip_address_from_v4(const void *four_bytes)
{
    struct ip_address address = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0,
                                    0 } };

    memcpy(address.bytes + 12, four_bytes, 4);
    return address;
}

/* From sixteen bytes in network order. */
static inline struct ip_address ip_address_from_v6(const void *sixteen_bytes)
{
    struct ip_address address = { { 0 } };

    memcpy(address.bytes, sixteen_bytes, sizeof address.bytes);
    return address;
}

bool ip_address_is_v4(const struct ip_address *address);

/* 127.0.0.0/8 or ::1. */
bool ip_address_is_loopback(const struct ip_address *address);

/* "10.0.0.5", "2001:db8::1" (RFC 5952). */
void ip_address_format(const struct ip_address *address, char out[IP_ADDRESS_TEXT_SIZE]);

/* The reverse, both families; false when it is no address. */
bool ip_address_parse(const char *text, struct ip_address *out);

#endif
