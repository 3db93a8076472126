/* SPDX-License-Identifier: MIT */
/* The sockets from /proc/net, for hosts where netlink is not to be had. */
#ifndef CHECKS_HOST_LINUX_PROC_SOCKETS_H
#define CHECKS_HOST_LINUX_PROC_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/deadline.h"
#include "checks/model/socket_census.h"

/* Both: ERR_TIMEOUT, ERR_MEMORY, ERR_MALFORMED, ERR_ABSENT, ERR_DENIED, ERR_IO, naming
 * the file; the census then holds rubbish. No file for IPv6 means that it is off. */

/* Adds every TCP socket of /proc/net/tcp and tcp6; bound-only ones are not listed there.
 */
MUST_CHECK bool proc_read_tcp(const struct deadline *deadline,
                              struct socket_census *census, struct error *err);

/* The same of the network namespace that a process is in. */
MUST_CHECK bool proc_read_tcp_of(uint32_t pid, const struct deadline *deadline,
                                 struct socket_census *census, struct error *err);

/* Adds every UDP socket of /proc/net/udp and udp6. */
MUST_CHECK bool proc_read_udp(const struct deadline *deadline,
                              struct socket_census *census, struct error *err);

/* Visits every socket with uid and inode; of TCP the listeners stand first in each of the
 * two files. A visitor that stops it counts as the end of a file. */
MUST_CHECK bool proc_visit_owned(enum ip_protocol protocol,
                                 const struct deadline *deadline,
                                 socket_row_visitor *visit, void *context,
                                 struct error *err);

#endif
