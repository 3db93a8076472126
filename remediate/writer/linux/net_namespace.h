/* SPDX-License-Identifier: MIT */
/* Whether this process sees the host's network. The sysctls below net/ are those of the
 * network namespace of who opens them (man 7 network_namespaces), the files of /etc and
 * our journal are the host's. */
#ifndef REMEDIATE_WRITER_LINUX_NET_NAMESPACE_H
#define REMEDIATE_WRITER_LINUX_NET_NAMESPACE_H

#include <stdbool.h>

/* Looks, while this process may: with hidepid=2 in /proc, PID 1 is there only for who has
 * CAP_SYS_PTRACE. To be called before rights are given up. */
void net_namespace_prepare(void);

/* Whether it is another one than PID 1's (ip netns exec, PrivateNetwork=); false where
 * that could not be seen. */
bool net_namespace_is_foreign(void);

#endif
