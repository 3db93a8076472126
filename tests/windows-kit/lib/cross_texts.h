/* SPDX-License-Identifier: MIT */
/* What netsh, reg and wevtutil print, in any language. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_TEXTS_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"

/* `show dynamicportrange`: its two lines that end in ": NUMBER" are the first port and
 * how many there are. ERR_MALFORMED for any other number of such lines. */
MUST_CHECK bool cross_netsh_range(const char *text, struct port_range *out,
                                  struct error *err);

/* `show excludedportrange`: adds the ports of each line of two numbers, with a star
 * behind them or without. ERR_MALFORMED without the rule of dashes above the numbers. */
MUST_CHECK bool cross_netsh_excluded(const char *text, struct port_set *out,
                                     struct error *err);

/*
 * `reg query KEY`: the value `name` in words, "absent", "REG_DWORD 30", or another type
 * alone, "REG_SZ". Names compare in any case of the letters. ERR_MALFORMED for a DWORD
 * that is no number, and for a text without any value.
 */
MUST_CHECK bool cross_reg_value(const char *text, const char *name, char *out,
                                size_t size, struct error *err);

/* `wevtutil qe`, XML: how many events have one of the ids. An empty text has none. */
uint64_t cross_events_count(const char *text, const uint32_t *ids, size_t count);

#endif
