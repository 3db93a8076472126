/* SPDX-License-Identifier: MIT */
/* The error numbers of Linux as errors of ours. */
#ifndef CHECKS_HOST_LINUX_LINUX_ERROR_H
#define CHECKS_HOST_LINUX_LINUX_ERROR_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Denied and absent have a code of their own, all others are ERR_IO. */
enum error_code linux_error_code(int number);

/*
 * Fills *err from errno's `number`: "WHAT: words of the C library", where WHAT is the
 * printf text. Returns false.
 */
bool linux_error_set(struct error *err, int number, const char *what, ...)
    PRINTF_LIKE(3, 4);

#endif
