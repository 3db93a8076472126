/* SPDX-License-Identifier: MIT */
/* Numbers in /proc/PID/status. */
#ifndef CHECKS_DECODE_PROC_STATUS_H
#define CHECKS_DECODE_PROC_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"

/*
 * The first number of the line of `field` ("PPid", "Uid") in the text of
 * /proc/PID/status (man 5 proc_pid_status). False when no line has that name, or no
 * number of 32 bits and at most 10 digits comes first in it; *out is then unchanged.
 */
MUST_CHECK bool proc_status_number(const char *status, const char *field, uint32_t *out);

#endif
