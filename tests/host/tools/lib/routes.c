/* SPDX-License-Identifier: MIT */
/* A destination is told apart by local address, remote address, remote port and device.
 */
#include "tests/host/tools/lib/routes.h"

#include <errno.h>
#include <string.h>

static bool is_same(const struct route *one, const struct route *other)
{
    return endpoint_equal(&one->local, &other->local) &&
           endpoint_equal(&one->remote, &other->remote) &&
           strcmp(one->device, other->device) == 0;
}

bool routes_note(struct routes *routes, int fd, const struct endpoint *remote,
                 const char *device)
{
    struct route route = { .remote = endpoint_unmapped(remote) };

    route.local.length = sizeof(route.local.address);
    memcpy(route.device, device, strnlen(device, sizeof(route.device) - 1));
    if (getsockname(fd, (struct sockaddr *)&route.local.address, &route.local.length) !=
        0) {
        return false;
    }
    endpoint_set_port(&route.local, 0);
    route.local = endpoint_unmapped(&route.local);
    for (size_t i = routes->count; i > 0; i--) {
        if (is_same(&routes->all[i - 1], &route)) {
            return true;
        }
    }
    if (routes->count == ROUTES_MAX) {
        errno = EOVERFLOW;
        return false;
    }
    routes->all[routes->count++] = route;
    return true;
}

int32_t routes_worst(const struct routes *routes, const bool usable[PORT_COUNT],
                     struct route *out)
{
    struct route worst = port_oracle_nobody();
    int32_t least = port_oracle_free(&worst, usable);

    for (size_t i = 0; least >= 0 && i < routes->count; i++) {
        int32_t free_ports = port_oracle_free(&routes->all[i], usable);

        if (free_ports < 0 && errno != ENODEV) {
            return -1;
        }
        if (free_ports >= 0 && free_ports < least) {
            least = free_ports;
            worst = routes->all[i];
        }
    }
    if (least >= 0) {
        *out = worst;
    }
    return least;
}
