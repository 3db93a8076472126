/* SPDX-License-Identifier: MIT */
/* Lists of processors as Linux prints them: "0-3,8". */
#ifndef CHECKS_DECODE_CPU_LIST_H
#define CHECKS_DECODE_CPU_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Linux is built for no more (NR_CPUS). */
enum { CPU_LIST_MAX = 8192 };

/*
 * Fills cpus[0..*count) with the numbers of the list, in its order; there is room for
 * CPU_LIST_MAX. ERR_MALFORMED, ERR_LIMIT; *count is then unchanged.
 */
MUST_CHECK bool cpu_list_decode(const char *text, uint16_t cpus[CPU_LIST_MAX],
                                size_t *count, struct error *err);

#endif
