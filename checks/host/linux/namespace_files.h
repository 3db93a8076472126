/* SPDX-License-Identifier: MIT */
/* The files in /run/netns: names of network namespaces, and what holds those that have no
 * process (ip netns add). */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_FILES_H
#define CHECKS_HOST_LINUX_NAMESPACE_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/net_namespace.h"

/*
 * Names those of out->list that have a file there. With `all_seen`, when no process may
 * have been missed, adds those that have no process, where the inode of each that has one
 * is told. Else *unmatched counts the names that may be of either kind; they stay without
 * a namespace. ERR_MEMORY.
 */
MUST_CHECK bool namespace_files_read(bool all_seen, struct net_namespaces *out,
                                     uint32_t *unmatched, struct error *err);

#endif
