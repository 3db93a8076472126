/* SPDX-License-Identifier: MIT */
/* A setting as JSON: what both programs say of it, under the same keys. */
#ifndef CHECKS_SETTING_JSON_H
#define CHECKS_SETTING_JSON_H

#include <jansson.h>

#include "checks/check.h"

struct json_table;

/* Of struct setting_result. */
extern const struct json_table setting_result_table;

/*
 * A new object: name, value, at_boot, waiting_since, accepted ({"min": 1, "max": 2}),
 * recommended, state, reboot, why, as packaging/schema describes them. NULL: out of
 * memory.
 */
json_t *setting_json(const struct setting_result *setting);

#endif
