/* SPDX-License-Identifier: MIT */
/* A setting as JSON: what both programs say of it, under the same keys. */
#ifndef CHECKS_SETTING_JSON_H
#define CHECKS_SETTING_JSON_H

#include "checks/check.h"
#include "checks/model/json_fields.h"

/* Of struct setting_result: name, value, at_boot, waiting_since, accepted, recommended,
 * state, reboot, why, as packaging/schema describes them. */
extern const struct json_table setting_result_table;

#endif
