/* SPDX-License-Identifier: MIT */
/* The "settings" of a policy file. */
#ifndef CHECKS_MODEL_POLICY_SETTINGS_JSON_H
#define CHECKS_MODEL_POLICY_SETTINGS_JSON_H

#include "checks/model/json_fields.h"
#include "checks/model/policy.h"

/* Of struct policy: overrides, adds and drops settings. Errors as policy_apply_json. */
extern const struct json_kind kind_policy_settings;

#endif
