/* SPDX-License-Identifier: MIT */
/* A list of ports, as Linux takes it for net.ipv4.ip_local_reserved_ports. */
#ifndef CHECKS_BASE_PORT_LIST_H
#define CHECKS_BASE_PORT_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Words of a bitmap of all ports: port P is bit P % 64 of word P / 64. */
enum { PORT_LIST_WORDS = 1024 };

/*
 * Reads "8080,9000-9010", or nothing, into *ports. What the kernel takes is taken, and
 * means the same: one comma at the end, ends of line instead of commas, "0x1f90" and
 * "017620" (octal); no blank anywhere, no leading zero of a decimal number. ERR_MALFORMED
 * or ERR_LIMIT with a message that quotes the culprit; *ports is then unchanged.
 */
MUST_CHECK bool port_list_parse(const char *text, uint64_t ports[PORT_LIST_WORDS],
                                struct error *err);

#endif
