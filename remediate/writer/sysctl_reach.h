/* SPDX-License-Identifier: MIT */
/* Which sysctls this program changes: one rule for who plans and who writes. Pure. */
#ifndef REMEDIATE_WRITER_SYSCTL_REACH_H
#define REMEDIATE_WRITER_SYSCTL_REACH_H

#include <stdbool.h>

/* No place within reach is longer. */
enum { SYSCTL_PLACE_MAX = 200 };

/* Where they are, for messages. */
#define SYSCTL_REACH "net/ipv4, net/ipv6 or net/core"

/* Whether `place` ("net/ipv4/tcp_tw_reuse", below /proc/sys) is one of them. */
bool sysctl_is_in_reach(const char *place);

#endif
