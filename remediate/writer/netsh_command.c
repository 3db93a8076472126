/* SPDX-License-Identifier: MIT */
/* The argument list that changes, made of fixed words and numbers only: nothing of a
 * place's own text ever reaches a command line. */
#include "remediate/writer/netsh_command.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/model/place.h"
#include "checks/model/port_range.h"

bool netsh_command_set(const char *place, const char *value,
                       char out[NETSH_ARGUMENTS_SIZE], struct error *err)
{
    enum ip_protocol protocol = IP_PROTOCOL_TCP;
    enum ip_family family = IP_FAMILY_V4;
    struct port_range range = { 0 };

    if (!place_range_parse(place, &protocol, &family, err))
        return false;
    if (!value)
        return error_set(err, ERR_UNSUPPORTED,
                         "the dynamic range %s cannot be removed, only set", place);
    if (!port_range_parse(value, &range, err))
        return false;
    /* Without store= the range is set both in force and for later boots: "store=active"
     * would end with the boot (Microsoft, "netsh interface"). Which starts and sizes are
     * too small, netsh itself knows best: its limits differ by version. */
    (void)snprintf(out, NETSH_ARGUMENTS_SIZE,
                   "interface %s set dynamicportrange protocol=%s startport=%u "
                   "numberofports=%" PRIu32,
                   place_family_word(family), place_protocol_word(protocol), range.first,
                   port_range_size(range));
    return true;
}
