/* SPDX-License-Identifier: MIT */
/* Recorded bytes under tests/fixtures/. */
#ifndef TESTS_SUPPORT_FIXTURE_FILE_H
#define TESTS_SUPPORT_FIXTURE_FILE_H

#include "checks/base/text.h"

/*
 * Reads tests/fixtures/`name` into *out (zeroed; the caller clears it), bytes as they
 * are. Fails the running test when it cannot: tests run in the root of the repository.
 */
void fixture_read(const char *name, struct text *out);

#endif
