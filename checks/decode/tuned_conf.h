/* SPDX-License-Identifier: MIT */
/* One profile of tuned (tuned.conf), line by line. */
#ifndef CHECKS_DECODE_TUNED_CONF_H
#define CHECKS_DECODE_TUNED_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* "name = value" in a section. Everything borrowed, only while the visitor runs. */
struct tuned_conf_line {
    const char *section; /* "main", "sysctl"; "" before the first */
    const char *name;
    const char *value; /* without its quotes and the comment behind it */
    uint32_t number;   /* of the line, from 1 */
};

/* Calls `visit` for every such line in order, until it returns false (ERR_MEMORY). Other
 * lines are skipped. */
MUST_CHECK bool tuned_conf_read(const char *bytes, size_t length,
                                bool (*visit)(void *context,
                                              const struct tuned_conf_line *line),
                                void *context, struct error *err);

#endif
