/* SPDX-License-Identifier: MIT */
/* The same as report_reserve.h for machines. */
#ifndef REMEDIATE_REPORT_RESERVE_JSON_H
#define REMEDIATE_REPORT_RESERVE_JSON_H

#include <jansson.h>

#include "remediate/plan.h"

/* A new object {"rows", "limit"}: all rows, whether the list changes or not. NULL: out of
 * memory. */
json_t *remediate_reserve_json(const struct plan_reserve *reserve);

#endif
