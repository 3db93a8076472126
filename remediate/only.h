/* SPDX-License-Identifier: MIT */
/* The settings that --only names, in whatever form people type them. Pure. */
#ifndef REMEDIATE_ONLY_H
#define REMEDIATE_ONLY_H

#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/policy.h"

/* Room for a name as it is typed. */
enum { ONLY_NAME_SIZE = PLACE_NAME_SIZE };

/*
 * Replaces each name by that of the policy's setting of that system. A setting is named
 * by its name, its sysctl (net.ipv4.tcp_tw_reuse, net/ipv4/..., /proc/sys/net/ipv4/...),
 * its registry value (HKLM\SYSTEM\...\TcpTimedWaitDelay), its dynamic range (tcp/ipv4),
 * or the last part of these where only one setting has it; on Windows in any case of the
 * letters. ERR_ABSENT for another name: the message suggests the nearest and lists those
 * there are.
 */
MUST_CHECK bool only_resolve(char (*names)[ONLY_NAME_SIZE], size_t count,
                             const struct policy *policy, enum os_kind os,
                             struct error *err);

#endif
