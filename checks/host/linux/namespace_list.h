/* SPDX-License-Identifier: MIT */
/* The growing list of network namespaces. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_LIST_H
#define CHECKS_HOST_LINUX_NAMESPACE_LIST_H

#include "checks/base/error.h"
#include "checks/model/net_namespace.h"

/* Adds one to out->list, zeroed but for its mark; NULL and out->unlisted where there are
 * too many already, NULL with *err filled for want of memory. Borrowed until the next
 * one is added. */
struct net_namespace *namespace_list_add(struct net_namespaces *out, uint64_t mark,
                                         struct error *err);

#endif
