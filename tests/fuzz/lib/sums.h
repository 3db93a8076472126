/* SPDX-License-Identifier: MIT */
/* A journal that is taken as one, whatever its lines are. */
#ifndef TESTS_FUZZ_LIB_SUMS_H
#define TESTS_FUZZ_LIB_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/text.h"

/* Adds the input to *out; each line gets the sum that it needs to be looked at, in place
 * of one that is there already. */
void fuzz_add_sums(const uint8_t *data, size_t size, struct text *out);

#endif
