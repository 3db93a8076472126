/* SPDX-License-Identifier: MIT */
/* The trees of the network's own settings: nothing else may be reached by a policy. */
#include "remediate/writer/sysctl_reach.h"

#include <stddef.h>
#include <string.h>

#include "checks/base/compiler.h"

/* Whether every name between the slashes is one of a sysctl: never "", "." or "..". */
static bool has_plain_names(const char *place)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-.:@";

    for (;;) {
        const size_t length = strspn(place, allowed);

        if (length == 0 || *place == '.')
            return false;
        if (place[length] == '\0')
            return true;
        if (place[length] != '/')
            return false;
        place += length + 1;
    }
}

bool sysctl_is_in_reach(const char *place)
{
    static const char *const trees[] = { "net/ipv4/", "net/ipv6/", "net/core/" };
    bool known = false;

    for (size_t i = 0; i < ARRAY_COUNT(trees); i++)
        known = known || strncmp(place, trees[i], strlen(trees[i])) == 0;
    return known && strlen(place) <= SYSCTL_PLACE_MAX && has_plain_names(place);
}
