/* SPDX-License-Identifier: MIT */
/* What netsh is told and asked about a dynamic range; pure, no process. */
#ifndef REMEDIATE_WRITER_NETSH_COMMAND_H
#define REMEDIATE_WRITER_NETSH_COMMAND_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Room for any of these argument lists, NUL included. */
enum { NETSH_ARGUMENTS_SIZE = 128 };

/* Whose answer is wanted: what is in force now, or what the next boot will bring. */
enum netsh_store { NETSH_ACTIVE = 0, NETSH_PERSISTENT };

/*
 * The arguments that ask for the range of a place ("tcp/ipv4", "udp/ipv6", ...), e.g.
 * "interface ipv4 show dynamicportrange protocol=tcp". ERR_ABSENT for another place.
 */
MUST_CHECK bool netsh_command_show(const char *place, enum netsh_store store,
                                   char out[NETSH_ARGUMENTS_SIZE], struct error *err);

/*
 * The arguments that give it "FIRST-LAST", now and for every later boot. ERR_ABSENT for
 * another place, ERR_UNSUPPORTED for NULL (a range cannot be taken away), ERR_MALFORMED
 * or ERR_LIMIT for what is no range.
 */
MUST_CHECK bool netsh_command_set(const char *place, const char *value,
                                  char out[NETSH_ARGUMENTS_SIZE], struct error *err);

#endif
