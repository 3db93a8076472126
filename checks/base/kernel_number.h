/* SPDX-License-Identifier: MIT */
/* Numbers as the Linux kernel reads them from what is written to a file of /proc/sys. */
#ifndef CHECKS_BASE_KERNEL_NUMBER_H
#define CHECKS_BASE_KERNEL_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* The sign apart: the kernel tells "-0" from "0" for some keys. UINT64_MAX: or more. */
struct kernel_number {
    bool negative;
    uint64_t magnitude;
};

/*
 * Reads the number at *at, which ends at one of `separators` or at the end of the text,
 * and moves *at there: "30", "0x1e", "036" (octal), a '-' before each, 20 bytes at most.
 * ERR_MALFORMED with a message that quotes the word; *at and *out are then unchanged.
 */
MUST_CHECK bool kernel_number_take(const char **at, const char *separators,
                                   struct kernel_number *out, struct error *err);

#endif
