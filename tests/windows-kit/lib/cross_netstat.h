/* SPDX-License-Identifier: MIT */
/* What netstat -ano prints, in any language. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_NETSTAT_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_NETSTAT_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/cross_rows.h"

/*
 * Adds the rows of a text of `netstat -ano` (-anoq). Rows are known by "TCP" and "UDP",
 * ports by their place; the words of states are English in most languages of Windows,
 * German ones are known, others give CONN_UNKNOWN. ERR_MALFORMED for a row that is none,
 * or no row at all; ERR_MEMORY, ERR_LIMIT.
 */
MUST_CHECK bool cross_netstat_parse(const char *text, struct cross_rows *out,
                                    struct error *err);

#endif
