/* SPDX-License-Identifier: MIT */
/* Asking Windows whether the next socket finds a port. */
#include "checks/host/windows/windows_host.h"

bool windows_ask(void *self, struct ask *ask, struct error *err)
{
    (void)self;
    (void)ask;
    return error_set(err, ERR_UNSUPPORTED, "this Windows cannot be asked");
}

/* A port is spent once for the whole machine: there is nothing to tell apart. */
bool windows_find_closed(void *self, const uint16_t *ports, size_t count,
                         struct port_set *closed, struct error *err)
{
    (void)self;
    (void)ports;
    (void)count;
    (void)closed;
    return error_set(err, ERR_UNSUPPORTED, "Windows cannot be asked port by port");
}

/* Its tables do not say which device a socket is bound to. */
bool windows_name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    (void)self;
    (void)index;
    (void)name;
    return false;
}
