/* SPDX-License-Identifier: MIT */
/* What netsh is told about a dynamic range; pure, no process. */
#ifndef REMEDIATE_WRITER_NETSH_COMMAND_H
#define REMEDIATE_WRITER_NETSH_COMMAND_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/netsh_question.h"

/*
 * The arguments that give a place ("tcp/ipv4", "udp/ipv6", ...) the range "FIRST-LAST",
 * now and for every later boot. ERR_ABSENT for
 * another place, ERR_UNSUPPORTED for NULL (a range cannot be removed), ERR_MALFORMED
 * or ERR_LIMIT for what is no range.
 */
MUST_CHECK bool netsh_command_set(const char *place, const char *value,
                                  char out[NETSH_ARGUMENTS_SIZE], struct error *err);

#endif
