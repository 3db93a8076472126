/* SPDX-License-Identifier: MIT */
/* The rights of this process (man 7 capabilities). */
#ifndef CHECKS_HOST_LINUX_CAPABILITIES_H
#define CHECKS_HOST_LINUX_CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Whether all of these are in effect: bits 1 << CAP_..., of the first 32. */
bool capabilities_have(uint32_t wanted);

/* Gives up every other one for good, in all sets: none comes back by a program that is
 * run. Those that are permitted are in effect then. ERR_IO, ERR_DENIED. */
MUST_CHECK bool capabilities_keep(uint32_t kept, struct error *err);

#endif
