/* SPDX-License-Identifier: MIT */
/* Requests by their byte offsets (linux/netlink.h, linux/inet_diag.h), so that they are
 * tested on every system. */
#include "checks/decode/sock_diag_request.h"

#include <string.h>

/* linux/netlink.h: NLM_F_REQUEST | NLM_F_DUMP, and the header's size */
enum { REQUEST_DUMP = 0x01 | 0x300, HEADER_SIZE = 16 };

/* linux/inet_diag.h TCPDIAG_GETSOCK: struct inet_diag_req { u8 family, src_len, dst_len,
 * ext; struct inet_diag_sockid id; u32 states, dbs; }. The kernel ignores the family. */
enum { LEGACY_TYPE = 18, LEGACY_SIZE = 60, LEGACY_STATES_AT = 52 };

/* linux/sock_diag.h SOCK_DIAG_BY_FAMILY: struct inet_diag_req_v2 { u8 family, protocol,
 * ext, pad; u32 states; struct inet_diag_sockid id; } */
enum { V2_TYPE = 20, V2_SIZE = 56, V2_PROTOCOL_AT = 1, V2_STATES_AT = 4 };

/* linux/socket.h AF_INET, AF_INET6; linux/in.h IPPROTO_UDP */
enum { FAMILY_V4 = 2, FAMILY_V6 = 10, PROTOCOL_UDP = 17 };

/* linux/inet_diag.h: INET_DIAG_REQ_BYTECODE, INET_DIAG_BC_S_GE, INET_DIAG_BC_S_LE */
enum { ATTRIBUTE_BYTECODE = 1, SOURCE_AT_LEAST = 2, SOURCE_AT_MOST = 3 };

static void add(struct sock_diag_request *out, const void *bytes, size_t length)
{
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void add_u16(struct sock_diag_request *out, uint16_t value)
{
    add(out, &value, sizeof value);
}

/* struct inet_diag_bc_op { u8 code, yes; u16 no; }: yes and no are the bytes to go
 * forward. */
static void add_operation(struct sock_diag_request *out, uint8_t code, uint8_t yes,
                          uint16_t no)
{
    const uint8_t head[2] = { code, yes };

    add(out, head, sizeof head);
    add_u16(out, no);
}

/* The operand of a port comparison is the `no` of an operation that follows it. A jump to
 * 4 bytes beyond the end rejects the socket. */
static void add_port_filter(struct sock_diag_request *out, struct port_range ports)
{
    const uint16_t size = 4 * 4;

    add_u16(out, (uint16_t)(4 + size));
    add_u16(out, ATTRIBUTE_BYTECODE);
    add_operation(out, SOURCE_AT_LEAST, 8, (uint16_t)(size + 4));
    add_operation(out, 0, 0, ports.first);
    add_operation(out, SOURCE_AT_MOST, 8, (uint16_t)(size - 8 + 4));
    add_operation(out, 0, 0, ports.last);
}

/* Writes the header over the first bytes, once the length is known. */
static void finish(struct sock_diag_request *out, uint16_t type, uint32_t sequence)
{
    const uint32_t length = (uint32_t)out->length;
    const uint16_t flags = REQUEST_DUMP;

    memcpy(out->bytes, &length, sizeof length);
    memcpy(out->bytes + 4, &type, sizeof type);
    memcpy(out->bytes + 6, &flags, sizeof flags);
    memcpy(out->bytes + 8, &sequence, sizeof sequence);
    out->sequence = sequence;
}

void sock_diag_request_tcp(uint32_t states, struct port_range local_ports,
                           uint32_t sequence, struct sock_diag_request *out)
{
    *out = (struct sock_diag_request){ .length = HEADER_SIZE + LEGACY_SIZE };
    out->bytes[HEADER_SIZE] = FAMILY_V4;
    memcpy(out->bytes + HEADER_SIZE + LEGACY_STATES_AT, &states, sizeof states);
    if (local_ports.first)
        add_port_filter(out, local_ports);
    finish(out, LEGACY_TYPE, sequence);
}

void sock_diag_request_udp(bool v6, uint32_t sequence, struct sock_diag_request *out)
{
    const uint32_t states = SOCK_DIAG_ALL;

    *out = (struct sock_diag_request){ .length = HEADER_SIZE + V2_SIZE };
    out->bytes[HEADER_SIZE] = v6 ? FAMILY_V6 : FAMILY_V4;
    out->bytes[HEADER_SIZE + V2_PROTOCOL_AT] = PROTOCOL_UDP;
    memcpy(out->bytes + HEADER_SIZE + V2_STATES_AT, &states, sizeof states);
    finish(out, V2_TYPE, sequence);
}
