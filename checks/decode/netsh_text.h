/* SPDX-License-Identifier: MIT */
/* What netsh prints, read by position: its words differ by language and code page. */
#ifndef CHECKS_DECODE_NETSH_TEXT_H
#define CHECKS_DECODE_NETSH_TEXT_H

#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"

/*
 * Reads `show dynamicportrange`: of all lines exactly two have the form "label : number",
 * the first port and then the number of ports. ERR_MALFORMED; for no text at all
 * "netsh printed nothing".
 */
MUST_CHECK bool netsh_text_dynamic_range(const char *text, size_t length,
                                         struct port_range *out, struct error *err);

/*
 * Reads `show excludedportrange` and adds its ports to *out: lines of two numbers, first
 * and last port, and perhaps a '*'. A table without such lines is an empty one; text
 * without a table (a rule of dashes) is ERR_MALFORMED. *out is unchanged on failure.
 */
MUST_CHECK bool netsh_text_excluded_ranges(const char *text, size_t length,
                                           struct port_set *out, struct error *err);

#endif
