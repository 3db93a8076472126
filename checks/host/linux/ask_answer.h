/* SPDX-License-Identifier: MIT */
/* What the error number of a call tells about free ports, and addresses as the kernel
 * takes them. Pure. */
#ifndef CHECKS_HOST_LINUX_ASK_ANSWER_H
#define CHECKS_HOST_LINUX_ASK_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/ask.h"
#include "checks/model/socket_row.h"

/*
 * Fills answer and reason of *ask from the call that looked for a port; errno's `number`,
 * 0 = success. No port: connect() EADDRNOTAVAIL (__inet_hash_connect), TCP bind() to port
 * 0 EADDRINUSE (inet_csk_get_port), UDP connect() EAGAIN (inet_autobind). False when
 * nothing more may be asked (EACCES, EPERM, EINPROGRESS): *err says why.
 */
MUST_CHECK bool ask_answer_decide(struct ask *ask, int number, struct error *err);

/*
 * A step before that call failed: the answer is unknown, `step` ("bind()") and errno's
 * `number` are the reason. False as above, for EACCES and EPERM alone.
 */
MUST_CHECK bool ask_answer_not_asked(struct ask *ask, const char *step, int number,
                                     struct error *err);

/*
 * Fills *out and returns its length: AF_INET for an IPv4 address, else AF_INET6, whose
 * scope is `device` for a link-local address (fe80::/10), else none.
 */
socklen_t ask_address(const struct ip_address *address, uint16_t port, uint32_t device,
                      struct sockaddr_storage *out);

#endif
