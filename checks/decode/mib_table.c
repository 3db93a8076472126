/* SPDX-License-Identifier: MIT */
/* One walk over rows, and a table of where each structure keeps what. */
#include "checks/decode/mib_table.h"

#include <inttypes.h>
#include <stdint.h>

/* No such field in a structure. */
enum { NONE = 0xFF };

/* Every table begins with the number of rows, as a DWORD; the rows follow at once, since
 * none of their fields is aligned to more than 4 bytes. */
enum { HEADER_SIZE = 4 };

/* Offsets inside a row, bytes. */
struct row_layout {
    const char *name;
    uint8_t row_size;
    uint8_t state;
    uint8_t local;
    uint8_t local_port;
    uint8_t remote;
    uint8_t remote_port;
    uint8_t pid;
    bool v6;
};

static const struct row_layout layouts[MIB_LAYOUT_COUNT] = {
    [MIB_LAYOUT_TCP4] = { "MIB_TCPTABLE", 20, 0, 4, 8, 12, 16, NONE, false },
    [MIB_LAYOUT_TCP6] = { "MIB_TCP6TABLE", 52, 0, 4, 24, 28, 48, NONE, true },
    [MIB_LAYOUT_TCP4_OWNERS] = { "MIB_TCPTABLE2", 28, 0, 4, 8, 12, 16, 20, false },
    [MIB_LAYOUT_TCP6_OWNERS] = { "MIB_TCP6TABLE2", 60, 48, 0, 20, 24, 44, 52, true },
    [MIB_LAYOUT_UDP4] = { "MIB_UDPTABLE", 8, NONE, 0, 4, NONE, NONE, NONE, false },
    [MIB_LAYOUT_UDP6] = { "MIB_UDP6TABLE", 24, NONE, 0, 20, NONE, NONE, NONE, true },
    [MIB_LAYOUT_TCP4_PIDS] = { "MIB_TCPTABLE_OWNER_PID", 24, 0, 4, 8, 12, 16, 20, false },
    [MIB_LAYOUT_TCP6_PIDS] = { "MIB_TCP6TABLE_OWNER_PID", 56, 48, 0, 20, 24, 44, 52,
                               true },
    [MIB_LAYOUT_UDP4_PIDS] = { "MIB_UDPTABLE_OWNER_PID", 12, NONE, 0, 4, NONE, NONE, 8,
                               false },
    [MIB_LAYOUT_UDP6_PIDS] = { "MIB_UDP6TABLE_OWNER_PID", 28, NONE, 0, 20, NONE, NONE, 24,
                               true },
};

/* MIB_TCP_STATE of tcpmib.h. A DELETE_TCB is on its way out and still holds its port;
 * 100 is MIB_TCP_STATE_RESERVED, which Windows uses for sockets that are only bound. */
static enum conn_state state_from_mib(uint32_t state)
{
    static const enum conn_state states[] = {
        CONN_UNKNOWN,      CONN_CLOSED,      CONN_LISTEN,     CONN_SYN_SENT,
        CONN_SYN_RECEIVED, CONN_ESTABLISHED, CONN_FIN_WAIT_1, CONN_FIN_WAIT_2,
        CONN_CLOSE_WAIT,   CONN_CLOSING,     CONN_LAST_ACK,   CONN_TIME_WAIT,
        CONN_CLOSED,
    };

    if (state == 100)
        return CONN_BOUND;
    return state < ARRAY_COUNT(states) ? states[state] : CONN_UNKNOWN;
}

/* A DWORD; Windows runs on little-endian machines only. */
static uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* The port stands in network order in the low half of a DWORD; the high half may hold
 * anything (MIB_TCPROW page of the SDK). */
static uint16_t read_port(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static struct ip_address read_address(const struct row_layout *layout,
                                      const uint8_t *bytes)
{
    return layout->v6 ? ip_address_from_v6(bytes) : ip_address_from_v4(bytes);
}

static struct socket_row read_row(const struct row_layout *layout, const uint8_t *bytes)
{
    struct socket_row row = { 0 };

    row.local = read_address(layout, bytes + layout->local);
    row.local_port = read_port(bytes + layout->local_port);
    if (layout->pid != NONE)
        row.pid = read_u32(bytes + layout->pid);
    if (layout->state == NONE)
        return row;
    row.state = state_from_mib(read_u32(bytes + layout->state));
    /* The remote end of a listener is left over from something else. */
    if (row.state == CONN_LISTEN)
        return row;
    row.remote = read_address(layout, bytes + layout->remote);
    row.remote_port = read_port(bytes + layout->remote_port);
    return row;
}

bool mib_table_visit(enum mib_layout layout, const void *bytes, size_t size,
                     socket_row_visitor *visit, void *context, struct error *err)
{
    const struct row_layout *kind = &layouts[layout];
    const uint8_t *at = bytes;
    uint32_t count;

    if (size < HEADER_SIZE)
        return error_set(err, ERR_MALFORMED, "%s of %zu bytes, expected 4 or more",
                         kind->name, size);
    count = read_u32(at);
    if (count > (size - HEADER_SIZE) / kind->row_size)
        return error_set(err, ERR_MALFORMED,
                         "%s claims %" PRIu32 " rows of %u bytes, but has %zu bytes",
                         kind->name, count, kind->row_size, size);
    at += HEADER_SIZE;
    for (uint32_t i = 0; i < count; i++, at += kind->row_size) {
        struct socket_row row = read_row(kind, at);

        if (!visit(context, &row))
            break;
    }
    return true;
}
