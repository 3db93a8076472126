/* SPDX-License-Identifier: MIT */
/* Usage before and after as JSON. */
#ifndef REMEDIATE_REPORT_CONSEQUENCE_JSON_H
#define REMEDIATE_REPORT_CONSEQUENCE_JSON_H

#include <jansson.h>

#include "remediate/report_consequence.h"

/* A new object, "usage" of the schema; NULL: out of memory. */
json_t *report_consequence_json(const struct consequence_report *report);

#endif
