/* SPDX-License-Identifier: MIT */
/* Argument lists for netsh, made of fixed words and numbers only. */
#include "remediate/writer/netsh_command.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "checks/model/port_range.h"

/* Static words: nothing of a place's own text ever reaches a command line. */
struct netsh_place {
    const char *name;
    const char *protocol;
    const char *family;
};

static const struct netsh_place places[] = {
    { "tcp/ipv4", "tcp", "ipv4" },
    { "tcp/ipv6", "tcp", "ipv6" },
    { "udp/ipv4", "udp", "ipv4" },
    { "udp/ipv6", "udp", "ipv6" },
};

/* NULL: *err is filled. */
static const struct netsh_place *find_place(const char *name, struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < ARRAY_COUNT(places); i++)
        if (strcmp(places[i].name, name) == 0)
            return &places[i];
    (void)error_set(err, ERR_ABSENT,
                    "there is no dynamic range '%s': expected tcp/ipv4, tcp/ipv6, "
                    "udp/ipv4 or udp/ipv6",
                    error_quote(name, quote));
    return NULL;
}

bool netsh_command_show(const char *place, enum netsh_store store,
                        char out[NETSH_ARGUMENTS_SIZE], struct error *err)
{
    const struct netsh_place *found = find_place(place, err);

    if (!found)
        return false;
    /* Without the word, netsh shows what is in force. */
    (void)snprintf(out, NETSH_ARGUMENTS_SIZE,
                   "interface %s show dynamicportrange protocol=%s%s", found->family,
                   found->protocol, store == NETSH_PERSISTENT ? " store=persistent" : "");
    return true;
}

bool netsh_command_set(const char *place, const char *value,
                       char out[NETSH_ARGUMENTS_SIZE], struct error *err)
{
    const struct netsh_place *found = find_place(place, err);
    struct port_range range = { 0 };

    if (!found)
        return false;
    if (!value)
        return error_set(err, ERR_UNSUPPORTED,
                         "the dynamic range %s cannot be taken away, only set",
                         found->name);
    if (!port_range_parse(value, &range, err))
        return false;
    /* Without store= the range is set both in force and for later boots: "store=active"
     * would end with the boot (Microsoft, "netsh interface"). Which starts and sizes are
     * too small, netsh itself knows best: its limits differ by version. */
    (void)snprintf(out, NETSH_ARGUMENTS_SIZE,
                   "interface %s set dynamicportrange protocol=%s startport=%u "
                   "numberofports=%" PRIu32,
                   found->family, found->protocol, range.first, port_range_size(range));
    return true;
}
