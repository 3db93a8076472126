/* SPDX-License-Identifier: MIT */
/* Usage before and after as JSON. */
#ifndef REMEDIATE_REPORT_CONSEQUENCE_JSON_H
#define REMEDIATE_REPORT_CONSEQUENCE_JSON_H

#include "checks/model/json_fields.h"
#include "remediate/report_consequence.h"

/* A new object, "usage" of the schema; NULL: out of memory. */
json_t *report_consequence_json(const struct consequence_report *report);

/* For the schema's test: that, and what is asked. */
extern const struct json_table report_consequence_table, report_question_table;

#endif
