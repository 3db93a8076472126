/* SPDX-License-Identifier: MIT */
/* Ownership of what was seen of namespaces. */
#include "checks/model/net_namespace.h"

#include <stdlib.h>

void net_namespaces_clear(struct net_namespaces *namespaces)
{
    for (size_t i = 0; i < namespaces->count; i++)
        free(namespaces->list[i].seen);
    free(namespaces->list);
    *namespaces = (struct net_namespaces){ 0 };
}
