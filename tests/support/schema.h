/* SPDX-License-Identifier: MIT */
/* A JSON schema of packaging/schema against the tables that the programs read and write
 * by. */
#ifndef TESTS_SUPPORT_SCHEMA_H
#define TESTS_SUPPORT_SCHEMA_H

#include <stdbool.h>

#include "checks/model/json_fields.h"

/*
 * Fails the test, with the place of each difference, unless the schema `file` has at
 * `pointer` ("" = the top, or "/$defs/NAME") the keys of the table, each required,
 * nullable and of the type, words and bounds that its row says. Bounds are compared where
 * `reads`: what is only written may be less than the schema allows.
 */
void schema_must_hold(const char *file, const char *pointer,
                      const struct json_table *table, bool reads);

#endif
