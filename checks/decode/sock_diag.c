/* SPDX-License-Identifier: MIT */
/* Netlink messages (linux/netlink.h, linux/inet_diag.h) by their byte offsets, so that
 * requests are tested, and recorded dumps decoded, on every system. */
#include "checks/decode/sock_diag.h"

#include <inttypes.h>
#include <string.h>

#include "checks/decode/linux_states.h"

/* linux/netlink.h: message types, and struct nlmsghdr { u32 len; u16 type, flags; u32
 * seq, pid; } */
enum {
    NETLINK_NOOP = 1,
    NETLINK_ERROR = 2,
    NETLINK_DONE = 3,
    NETLINK_HEADER_SIZE = 16,
    NETLINK_TYPE_AT = 4,
    NETLINK_SEQUENCE_AT = 8,
    NETLINK_PORT_ID_AT = 12
};

/* linux/inet_diag.h TCPDIAG_GETSOCK, linux/sock_diag.h SOCK_DIAG_BY_FAMILY */
enum { DIAG_LEGACY = 18, DIAG_BY_FAMILY = 20 };

/* linux/inet_diag.h: struct inet_diag_msg with its struct inet_diag_sockid at offset 4 */
enum {
    DIAG_FAMILY_AT = 0,
    DIAG_STATE_AT = 1,
    DIAG_TIMER_AT = 2,
    DIAG_LOCAL_PORT_AT = 4,
    DIAG_REMOTE_PORT_AT = 6,
    DIAG_LOCAL_AT = 8,
    DIAG_REMOTE_AT = 24,
    DIAG_DEVICE_AT = 40,
    DIAG_COOKIE_AT = 44,
    DIAG_EXPIRES_AT = 52,
    DIAG_UID_AT = 64,
    DIAG_INODE_AT = 68,
    DIAG_SIZE = 72
};

/* linux/netlink.h: struct nlattr { u16 len, type; }; linux/inet_diag.h */
enum { ATTRIBUTE_HEADER_SIZE = 4, ATTRIBUTE_CGROUP = 21 };

/* linux/socket.h AF_INET, AF_INET6; net/ipv4/inet_diag.c: timer 3 is that of TIME_WAIT */
enum { FAMILY_V4 = 2, FAMILY_V6 = 10, TIMER_TIME_WAIT = 3 };

static uint32_t load_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value); /* netlink speaks host byte order */
    return value;
}

static uint16_t load_u16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint16_t load_port(const uint8_t *at)
{
    return (uint16_t)((unsigned int)at[0] << 8 | at[1]);
}

/* Finds the id of the control group; kernels before 5.7 send none. */
static bool decode_attributes(const uint8_t *at, size_t length, struct socket_row *row,
                              struct error *err)
{
    while (length >= ATTRIBUTE_HEADER_SIZE) {
        size_t size = load_u16(at);

        if (size < ATTRIBUTE_HEADER_SIZE || size > length)
            return error_set(err, ERR_MALFORMED,
                             "netlink attribute of %zu bytes in %zu, expected %d to %zu",
                             size, length, (int)ATTRIBUTE_HEADER_SIZE, length);
        if (load_u16(at + 2) == ATTRIBUTE_CGROUP &&
            size >= ATTRIBUTE_HEADER_SIZE + sizeof row->cgroup)
            memcpy(&row->cgroup, at + ATTRIBUTE_HEADER_SIZE, sizeof row->cgroup);
        size = (size + 3) & ~(size_t)3; /* NLA_ALIGN */
        if (size > length)
            size = length;
        at += size;
        length -= size;
    }
    return true;
}

/* TIME_WAIT has none of them: the kernel says 0. */
static bool decode_owner(const uint8_t *message, size_t length, struct socket_row *row,
                         struct error *err)
{
    row->owned = row->state != CONN_TIME_WAIT;
    row->uid = row->owned ? load_u32(message + DIAG_UID_AT) : 0;
    memcpy(&row->cookie, message + DIAG_COOKIE_AT, sizeof row->cookie);
    row->inode = row->owned ? load_u32(message + DIAG_INODE_AT) : 0;
    return decode_attributes(message + DIAG_SIZE, length - DIAG_SIZE, row, err);
}

static bool decode_row(const struct sock_diag_answer *answer, const uint8_t *message,
                       size_t length, struct socket_row *row, struct error *err)
{
    if (length < DIAG_SIZE)
        return error_set(err, ERR_MALFORMED,
                         "netlink row of %zu bytes, expected %d or more", length,
                         (int)DIAG_SIZE);
    if (message[DIAG_FAMILY_AT] == FAMILY_V4) {
        row->local = ip_address_from_v4(message + DIAG_LOCAL_AT);
        row->remote = ip_address_from_v4(message + DIAG_REMOTE_AT);
    } else if (message[DIAG_FAMILY_AT] == FAMILY_V6) {
        row->local = ip_address_from_v6(message + DIAG_LOCAL_AT);
        row->remote = ip_address_from_v6(message + DIAG_REMOTE_AT);
    } else {
        return error_set(err, ERR_MALFORMED,
                         "netlink row of address family %u, expected 2 or 10",
                         (unsigned int)message[DIAG_FAMILY_AT]);
    }
    row->local_port = load_port(message + DIAG_LOCAL_PORT_AT);
    row->remote_port = load_port(message + DIAG_REMOTE_PORT_AT);
    row->device = load_u32(message + DIAG_DEVICE_AT);
    row->state = linux_conn_state(message[DIAG_STATE_AT]);
    if (answer->bound && row->state == CONN_CLOSED)
        row->state = CONN_BOUND;
    row->has_time_wait_age =
        row->state == CONN_TIME_WAIT && message[DIAG_TIMER_AT] == TIMER_TIME_WAIT;
    row->time_wait_age_ms = row->has_time_wait_age
                                ? time_wait_age_ms(load_u32(message + DIAG_EXPIRES_AT))
                                : 0;
    row->owned = false;
    row->uid = 0;
    row->cgroup = 0;
    row->inode = 0;
    row->cookie = 0;
    row->pid = 0;
    return !answer->owners || decode_owner(message, length, row, err);
}

/* NLMSG_ERROR and NLMSG_DONE both begin with an int: 0, a positive count, or -errno. */
static bool decode_end(struct sock_diag_answer *answer, uint16_t type,
                       const uint8_t *payload, size_t length, struct error *err)
{
    int32_t code;

    if (length < sizeof code)
        return error_set(err, ERR_MALFORMED,
                         "netlink message of type %u with %zu bytes, expected 4 or more",
                         (unsigned int)type, length);
    memcpy(&code, payload, sizeof code);
    if (code < 0) {
        answer->refused_errno = code == INT32_MIN ? INT32_MAX : -code;
        return error_set(err, ERR_IO, "netlink refused (error %d)",
                         answer->refused_errno);
    }
    answer->done = type == NETLINK_DONE;
    return true;
}

static bool decode_message(struct sock_diag_answer *answer, const uint8_t *message,
                           size_t length, struct error *err)
{
    const uint16_t type = load_u16(message + NETLINK_TYPE_AT);
    const uint8_t *payload = message + NETLINK_HEADER_SIZE;
    struct socket_row row;

    length -= NETLINK_HEADER_SIZE;
    if (type == DIAG_LEGACY || type == DIAG_BY_FAMILY) {
        if (!decode_row(answer, payload, length, &row, err))
            return false;
        answer->stopped = !answer->visit(answer->context, &row);
        return !answer->stopped;
    }
    if (type == NETLINK_ERROR || type == NETLINK_DONE)
        return decode_end(answer, type, payload, length, err);
    if (type == NETLINK_NOOP)
        return true;
    return error_set(err, ERR_MALFORMED, "netlink message of type %u, expected 18 or 20",
                     (unsigned int)type);
}

bool sock_diag_decode(struct sock_diag_answer *answer, const void *bytes, size_t length,
                      struct error *err)
{
    const uint8_t *at = bytes;

    while (length > 0 && !answer->done) {
        size_t size;

        if (length < NETLINK_HEADER_SIZE)
            return error_set(err, ERR_MALFORMED,
                             "netlink message is truncated after %zu bytes of its header",
                             length);
        size = load_u32(at);
        if (size < NETLINK_HEADER_SIZE || size > length)
            return error_set(err, ERR_MALFORMED,
                             "netlink message of %zu bytes in %zu, expected %d to %zu",
                             size, length, (int)NETLINK_HEADER_SIZE, length);
        if (load_u32(at + NETLINK_SEQUENCE_AT) != answer->sequence ||
            load_u32(at + NETLINK_PORT_ID_AT) != answer->port_id)
            return error_set(err, ERR_MALFORMED,
                             "netlink message of request %" PRIu32 " to port %" PRIu32
                             ", expected %" PRIu32 " to %" PRIu32,
                             load_u32(at + NETLINK_SEQUENCE_AT),
                             load_u32(at + NETLINK_PORT_ID_AT), answer->sequence,
                             answer->port_id);
        if (!decode_message(answer, at, size, err))
            return false;
        size =
            (size + 3) & ~(size_t)3; /* NLMSG_ALIGN; the last one may lack its padding */
        if (size > length)
            size = length;
        at += size;
        length -= size;
    }
    return true;
}

/* linux/netlink.h: NLM_F_REQUEST | NLM_F_DUMP */
enum { REQUEST_DUMP = 0x01 | 0x300 };

/* linux/inet_diag.h TCPDIAG_GETSOCK: struct inet_diag_req { u8 family, src_len, dst_len,
 * ext; struct inet_diag_sockid id; u32 states, dbs; }. The kernel ignores the family. */
enum { LEGACY_SIZE = 60, LEGACY_STATES_AT = 52 };

/* linux/sock_diag.h SOCK_DIAG_BY_FAMILY: struct inet_diag_req_v2 { u8 family, protocol,
 * ext, pad; u32 states; struct inet_diag_sockid id; } */
enum { V2_SIZE = 56, V2_PROTOCOL_AT = 1, V2_STATES_AT = 4 };

/* linux/in.h IPPROTO_UDP */
enum { PROTOCOL_UDP = 17 };

/* linux/inet_diag.h: INET_DIAG_REQ_BYTECODE, and INET_DIAG_BC_JMP, S_GE, S_LE, S_COND,
 * D_COND */
enum {
    ATTRIBUTE_BYTECODE = 1,
    JUMP = 1,
    SOURCE_AT_LEAST = 2,
    SOURCE_AT_MOST = 3,
    SOURCE_IS = 7,
    DESTINATION_IS = 8
};

enum { OPERATION_SIZE = 4, PORT_FILTER_SIZE = 4 * OPERATION_SIZE };

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
 * 4 bytes beyond the end, which is `size` bytes from here, rejects the socket. */
static void add_port_filter(struct sock_diag_request *out, struct port_range ports,
                            uint16_t size)
{
    add_operation(out, SOURCE_AT_LEAST, 8, (uint16_t)(size + 4));
    add_operation(out, 0, 0, ports.first);
    add_operation(out, SOURCE_AT_MOST, 8, (uint16_t)(size - 8 + 4));
    add_operation(out, 0, 0, ports.last);
}

/* An operation with its struct inet_diag_hostcond { u8 family, prefix_len; int port; u32
 * addr[]; }. */
static uint16_t condition_size(const struct ip_address *address)
{
    return (uint16_t)(OPERATION_SIZE + 8 + (ip_address_is_v4(address) ? 4 : 16));
}

/* port -1: any. */
static void add_condition(struct sock_diag_request *out, uint8_t code,
                          const struct ip_address *address, int32_t port, uint16_t no)
{
    const size_t length = ip_address_is_v4(address) ? 4 : 16;
    const uint8_t head[4] = { length == 4 ? FAMILY_V4 : FAMILY_V6,
                              (uint8_t)(8 * length) };

    add_operation(out, code, (uint8_t)condition_size(address), no);
    add(out, head, sizeof head);
    add(out, &port, sizeof port);
    add(out, address->bytes + sizeof address->bytes - length, length);
}

/* Both conditions, and the jump over the destinations that follow. */
static uint16_t destination_size(const struct destination *to)
{
    return (uint16_t)(condition_size(&to->remote) + condition_size(&to->local) +
                      OPERATION_SIZE);
}

static uint16_t destinations_size(const struct sock_diag_filter *filter)
{
    uint16_t size = 0;

    for (size_t i = 0; i < filter->to_count; i++)
        size = (uint16_t)(size + destination_size(&filter->to[i]));
    return size;
}

/* One after the other: the first that matches jumps to the end, which accepts; what
 * matches none of them falls off the last one's jump, 4 bytes beyond the end. */
static void add_destinations(struct sock_diag_request *out,
                             const struct sock_diag_filter *filter)
{
    uint16_t left = destinations_size(filter);

    for (size_t i = 0; i < filter->to_count; i++) {
        const struct destination *to = &filter->to[i];
        const uint16_t size = destination_size(to);
        const bool is_last = i + 1 == filter->to_count;
        const uint16_t no = is_last ? (uint16_t)(left + 4) : size;
        const uint16_t first = condition_size(&to->remote);

        add_condition(out, DESTINATION_IS, &to->remote, to->remote_port, no);
        add_condition(out, SOURCE_IS, &to->local, -1, (uint16_t)(no - first));
        left = (uint16_t)(left - size);
        add_operation(out, JUMP, OPERATION_SIZE, (uint16_t)(left + OPERATION_SIZE));
    }
}

static void add_filter(struct sock_diag_request *out,
                       const struct sock_diag_filter *filter)
{
    const uint16_t ports = filter->local_ports.first ? PORT_FILTER_SIZE : 0;
    const uint16_t size = (uint16_t)(ports + destinations_size(filter));

    if (size == 0)
        return;
    add_u16(out, (uint16_t)(4 + size));
    add_u16(out, ATTRIBUTE_BYTECODE);
    if (ports > 0)
        add_port_filter(out, filter->local_ports, size);
    add_destinations(out, filter);
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

void sock_diag_request_filtered(uint32_t states, const struct sock_diag_filter *filter,
                                uint32_t sequence, struct sock_diag_request *out)
{
    struct sock_diag_filter kept = *filter;

    if (kept.to_count > SOCK_DIAG_DESTINATIONS_MAX)
        kept.to_count = 0; /* more may come */
    *out = (struct sock_diag_request){ .length = NETLINK_HEADER_SIZE + LEGACY_SIZE };
    out->bytes[NETLINK_HEADER_SIZE] = FAMILY_V4;
    memcpy(out->bytes + NETLINK_HEADER_SIZE + LEGACY_STATES_AT, &states, sizeof states);
    add_filter(out, &kept);
    finish(out, DIAG_LEGACY, sequence);
}

void sock_diag_request_tcp(uint32_t states, struct port_range local_ports,
                           uint32_t sequence, struct sock_diag_request *out)
{
    const struct sock_diag_filter filter = { .local_ports = local_ports };

    sock_diag_request_filtered(states, &filter, sequence, out);
}

void sock_diag_request_udp(bool v6, uint32_t sequence, struct sock_diag_request *out)
{
    const uint32_t states = SOCK_DIAG_ALL;

    *out = (struct sock_diag_request){ .length = NETLINK_HEADER_SIZE + V2_SIZE };
    out->bytes[NETLINK_HEADER_SIZE] = v6 ? FAMILY_V6 : FAMILY_V4;
    out->bytes[NETLINK_HEADER_SIZE + V2_PROTOCOL_AT] = PROTOCOL_UDP;
    memcpy(out->bytes + NETLINK_HEADER_SIZE + V2_STATES_AT, &states, sizeof states);
    finish(out, DIAG_BY_FAMILY, sequence);
}
