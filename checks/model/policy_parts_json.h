/* SPDX-License-Identifier: MIT */
/* "settings", "reserve" and "reserve_users" of a policy file. */
#ifndef CHECKS_MODEL_POLICY_PARTS_JSON_H
#define CHECKS_MODEL_POLICY_PARTS_JSON_H

#include "checks/model/json_fields.h"
#include "checks/model/policy.h"

/* Of struct policy: overrides, adds and drops settings. Errors as policy_apply_json. */
extern const struct json_kind kind_policy_settings;

/* Of struct policy_reserve, but for its users: of these each is a struct policy_user. */
extern const struct json_table policy_reserve_table;
extern const struct json_kind kind_policy_user;

#endif
