/* SPDX-License-Identifier: MIT */
/* Where the addresses of each layout are. */
#include "tests/windows-kit/lib/table_bytes.h"

#include <stdint.h>
#include <string.h>

#include "checks/host/windows/win.h"

/* Every table is a DWORD, the number of rows, and the rows. */
enum { HEAD = sizeof(DWORD), NO_REMOTE = -1, V4 = 4, V6 = 16 };

static const struct {
    size_t row;
    int local;
    int remote;
    int address;
} layouts[MIB_LAYOUT_COUNT] = {
    [MIB_LAYOUT_TCP4] = { sizeof(MIB_TCPROW), offsetof(MIB_TCPROW, dwLocalAddr),
                          offsetof(MIB_TCPROW, dwRemoteAddr), V4 },
    [MIB_LAYOUT_TCP6] = { sizeof(MIB_TCP6ROW), offsetof(MIB_TCP6ROW, LocalAddr),
                          offsetof(MIB_TCP6ROW, RemoteAddr), V6 },
    [MIB_LAYOUT_TCP4_OWNERS] = { sizeof(MIB_TCPROW2), offsetof(MIB_TCPROW2, dwLocalAddr),
                                 offsetof(MIB_TCPROW2, dwRemoteAddr), V4 },
    [MIB_LAYOUT_TCP6_OWNERS] = { sizeof(MIB_TCP6ROW2), offsetof(MIB_TCP6ROW2, LocalAddr),
                                 offsetof(MIB_TCP6ROW2, RemoteAddr), V6 },
    [MIB_LAYOUT_UDP4] = { sizeof(MIB_UDPROW), offsetof(MIB_UDPROW, dwLocalAddr),
                          NO_REMOTE, V4 },
    [MIB_LAYOUT_UDP6] = { sizeof(MIB_UDP6ROW), offsetof(MIB_UDP6ROW, dwLocalAddr),
                          NO_REMOTE, V6 },
    [MIB_LAYOUT_TCP4_PIDS] = { sizeof(MIB_TCPROW_OWNER_PID),
                               offsetof(MIB_TCPROW_OWNER_PID, dwLocalAddr),
                               offsetof(MIB_TCPROW_OWNER_PID, dwRemoteAddr), V4 },
    [MIB_LAYOUT_TCP6_PIDS] = { sizeof(MIB_TCP6ROW_OWNER_PID),
                               offsetof(MIB_TCP6ROW_OWNER_PID, ucLocalAddr),
                               offsetof(MIB_TCP6ROW_OWNER_PID, ucRemoteAddr), V6 },
    [MIB_LAYOUT_UDP4_PIDS] = { sizeof(MIB_UDPROW_OWNER_PID),
                               offsetof(MIB_UDPROW_OWNER_PID, dwLocalAddr), NO_REMOTE,
                               V4 },
    [MIB_LAYOUT_UDP6_PIDS] = { sizeof(MIB_UDP6ROW_OWNER_PID),
                               offsetof(MIB_UDP6ROW_OWNER_PID, ucLocalAddr), NO_REMOTE,
                               V6 },
};

static size_t count_rows(const void *bytes, size_t size)
{
    uint32_t rows = 0;

    if (size >= HEAD)
        memcpy(&rows, bytes, sizeof rows);
    return rows;
}

size_t table_bytes_length(enum mib_layout layout, const void *bytes, size_t size)
{
    const size_t wanted = HEAD + count_rows(bytes, size) * layouts[layout].row;

    return wanted < size ? wanted : size;
}

static void hide(uint8_t *at, int size, struct stand_ins *known)
{
    struct ip_address address =
        size == V4 ? ip_address_from_v4(at) : ip_address_from_v6(at);

    address = stand_in_address(known, &address);
    memcpy(at, address.bytes + (sizeof address.bytes - (size_t)size), (size_t)size);
}

void table_bytes_hide(enum mib_layout layout, void *bytes, size_t length,
                      struct stand_ins *known)
{
    const size_t row = layouts[layout].row;

    for (size_t at = HEAD; at + row <= length; at += row) {
        uint8_t *here = (uint8_t *)bytes + at;

        hide(here + layouts[layout].local, layouts[layout].address, known);
        if (layouts[layout].remote != NO_REMOTE)
            hide(here + layouts[layout].remote, layouts[layout].address, known);
    }
}
