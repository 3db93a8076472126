/* SPDX-License-Identifier: MIT */
/* The bytes of a Windows registry value, judged as a number. */
#ifndef CHECKS_DECODE_REGISTRY_VALUE_H
#define CHECKS_DECODE_REGISTRY_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "checks/model/observation.h"

/*
 * Fills presence, value and reason of *out from a value that exists: SETTING_SET for a
 * REG_DWORD of 4 bytes, else SETTING_WRONG_TYPE with e.g. "is REG_SZ, not REG_DWORD".
 * `type` is the registry's number of the type.
 */
void registry_value_decode(uint32_t type, const void *bytes, size_t size,
                           struct observed_setting *out);

#endif
