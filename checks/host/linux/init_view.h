/* SPDX-License-Identifier: MIT */
/* Whether PID 1, for whom a host's settings are, sees what this process sees. */
#ifndef CHECKS_HOST_LINUX_INIT_VIEW_H
#define CHECKS_HOST_LINUX_INIT_VIEW_H

#include <stdbool.h>

#include "checks/base/text.h"

/*
 * Whether this process sees another network than PID 1's (ip netns exec, nsenter --net,
 * PrivateNetwork=). The sysctls below net/ are those of the network namespace of who
 * opens them (man 7 network_namespaces). False where that cannot be seen.
 */
bool linux_is_foreign_network(void);

/*
 * Whether /etc/sysctl.d or the directory of the journal is another one than PID 1's (a
 * privileged pod with the host's network and processes): what is kept there is kept for
 * nobody. Looked for by device and inode, and, without the right to look into PID 1's
 * root (PTRACE_MODE_READ, man 2 ptrace), by what is mounted where. False where neither
 * can be seen: whoever hides PID 1 is a host (hidepid=, ProtectProc=).
 */
bool linux_has_foreign_files(void);

/* Adds what tells this network namespace from the others of this boot, "cookie 4097", or
 * the number of its inode, which a later one may get; nothing when neither is told. */
void linux_network_name(struct text *out);

/* Looks now, before rights are given up; the answers stay. */
void linux_init_view_prepare(void);

#endif
