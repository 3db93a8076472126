/* SPDX-License-Identifier: MIT */
/* The one way to run netsh, and what it tells. */
#ifndef CHECKS_HOST_WINDOWS_NETSH_H
#define CHECKS_HOST_WINDOWS_NETSH_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/decode/netsh_question.h"
#include "checks/model/port_range.h"

/*
 * Runs `netsh ARGUMENTS` for at most `limit_ms`, and never longer than ten seconds, and
 * demands exit code 0; adds what it printed. Errors of child_run, ERR_TIMEOUT, and
 * ERR_IO with the first line of what it said. Every message begins with "netsh".
 */
MUST_CHECK bool netsh_run(const char *arguments, int64_t limit_ms, struct text *answer,
                          struct error *err);

/* Asks for a dynamic range. The same errors, and ERR_MALFORMED. */
MUST_CHECK bool netsh_dynamic_range(const struct netsh_question *question,
                                    int64_t limit_ms, struct port_range *out,
                                    struct error *err);

/* Adds the excluded ports to *out. The same errors. */
MUST_CHECK bool netsh_excluded_ports(const struct netsh_question *question,
                                     int64_t limit_ms, struct port_set *out,
                                     struct error *err);

#endif
