/* SPDX-License-Identifier: MIT */
/* SIO_ACQUIRE_PORT_RESERVATION: nothing of it stays when the program ends. */
#include "tests/windows-kit/lib/truth_reserve.h"

#include "checks/host/windows/win_error.h"

#include <mstcpip.h> /* after win.h, whose order it needs */

bool truth_reserve(struct port_range range, uint16_t count, SOCKET *holder,
                   struct port_set *out, struct error *err)
{
    const uint16_t first = (uint16_t)(range.first + port_range_size(range) / 2);
    INET_PORT_RANGE wanted = { .StartPort = htons(first), .NumberOfPorts = count };
    INET_PORT_RESERVATION_INSTANCE got = { .Token = 0 };
    SOCKET own = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    DWORD size = 0;

    if (own == INVALID_SOCKET ||
        WSAIoctl(own, SIO_ACQUIRE_PORT_RESERVATION, &wanted, sizeof wanted, &got,
                 sizeof got, &size, NULL, NULL) != 0) {
        (void)win_error_set(err, (uint32_t)WSAGetLastError(),
                            "no port is excluded, and none can be reserved");
        if (own != INVALID_SOCKET)
            (void)closesocket(own);
        return false;
    }
    *holder = own;
    port_set_add_range(out, (struct port_range){ first, (uint16_t)(first + count - 1) });
    return true;
}
