/* SPDX-License-Identifier: MIT */
/* status for machines. */
#ifndef REMEDIATE_REPORT_STATUS_JSON_H
#define REMEDIATE_REPORT_STATUS_JSON_H

#include "checks/model/json_fields.h"
#include "remediate/report.h"

/* Of struct remediate_status. The root is the struct remediate_report. */
extern const struct json_table report_status_table, report_trial_on_table;

#endif
