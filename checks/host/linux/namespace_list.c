/* SPDX-License-Identifier: MIT */
/* Doubled whenever it is full. */
#include "checks/host/linux/namespace_list.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

/* Full at each power of two from FIRST_ROOM on. */
static bool is_full(size_t count)
{
    return count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
}

struct net_namespace *namespace_list_add(struct net_namespaces *out, uint64_t mark,
                                         struct error *err)
{
    struct net_namespace *added;

    if (out->count == NET_NAMESPACES_MAX) {
        out->unlisted++;
        return NULL;
    }
    if (is_full(out->count)) {
        const size_t room = out->count ? 2 * out->count : FIRST_ROOM;
        struct net_namespace *more = realloc(out->list, room * sizeof *more);

        if (!more) {
            (void)error_set(err, ERR_MEMORY, "not enough memory for the namespaces");
            return NULL;
        }
        out->list = more;
    }
    added = &out->list[out->count++];
    *added = (struct net_namespace){ .mark = mark };
    return added;
}
