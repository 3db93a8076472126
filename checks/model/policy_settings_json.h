/* SPDX-License-Identifier: MIT */
/* The "settings" of a policy file. */
#ifndef CHECKS_MODEL_POLICY_SETTINGS_JSON_H
#define CHECKS_MODEL_POLICY_SETTINGS_JSON_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/json.h"
#include "checks/model/policy.h"

/* Overrides, adds and drops settings of *policy; *policy is rubbish on failure. Errors as
 * policy_apply_json. */
MUST_CHECK bool policy_settings_from_json(const struct json_reader *place,
                                          struct policy *policy, struct error *err);

#endif
