/* SPDX-License-Identifier: MIT */
/* The one reader of registry values: for what is judged, and for what is read back after
 * a change. */
#ifndef CHECKS_HOST_WINDOWS_REGISTRY_READER_H
#define CHECKS_HOST_WINDOWS_REGISTRY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"
#include "checks/model/place.h"

/* Our values have 4 bytes; of a larger one than this, type and size alone are read. */
enum { REGISTRY_VALUE_MAX = 64 * 1024 };

/* Zeroed = absent. */
struct registry_value {
    bool present;
    uint32_t type;
    size_t size;    /* bytes */
    uint8_t *bytes; /* owned; NULL when there are more than REGISTRY_VALUE_MAX */
};

/* Reads the value at a place; no such value is no error, no such key is ERR_ABSENT.
 * ERR_DENIED, ERR_MEMORY, ERR_IO; *out, which was zeroed, is then unchanged. */
MUST_CHECK bool registry_read(const struct place *place, struct registry_value *out,
                              struct error *err);

void registry_value_clear(struct registry_value *value);

/* Opens the key of a place, in the 64-bit view whatever we are built as; the caller
 * closes *key. A link in place of the key is followed only where an administrator made
 * one. Same errors. */
MUST_CHECK bool registry_open(const struct place *place, REGSAM rights, HKEY *key,
                              struct error *err);

#endif
