/* SPDX-License-Identifier: MIT */
/* "reserve" and "reserve_users" of a policy file. */
#ifndef CHECKS_MODEL_POLICY_RESERVE_JSON_H
#define CHECKS_MODEL_POLICY_RESERVE_JSON_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/json.h"
#include "checks/model/policy_reserve.h"

/* Applies the object at `place` over *reserve. ERR_MALFORMED with the path; *reserve is
 * then rubbish. */
MUST_CHECK bool policy_reserve_from_json(const struct json_reader *place,
                                         struct policy_reserve *reserve,
                                         struct error *err);

/* The array at `place` takes the place of reserve->users. ERR_MALFORMED, ERR_LIMIT. */
MUST_CHECK bool policy_reserve_users_from_json(const struct json_reader *place,
                                               struct policy_reserve *reserve,
                                               struct error *err);

#endif
