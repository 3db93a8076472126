/* SPDX-License-Identifier: MIT */
/* Asking the kernel. */
#include "checks/host/linux/linux_ask.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

bool linux_ask(void *self, struct ask *ask, struct error *err)
{
    (void)self;
    (void)ask;
    return error_set(err, ERR_UNSUPPORTED, "the kernel cannot be asked");
}

bool linux_find_closed(void *self, const uint16_t *ports, size_t count,
                       struct port_set *closed, struct error *err)
{
    (void)self;
    (void)ports;
    (void)count;
    (void)closed;
    return error_set(err, ERR_UNSUPPORTED, "the kernel cannot be asked");
}

bool linux_name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    char found[IF_NAMESIZE] = "";

    (void)self;
    if (!if_indextoname(index, found))
        return false;
    (void)snprintf(name, OBSERVED_DEVICE_SIZE, "%s", found);
    return true;
}
