/* SPDX-License-Identifier: MIT */
/* status for machines. */
#ifndef REMEDIATE_REPORT_STATUS_JSON_H
#define REMEDIATE_REPORT_STATUS_JSON_H

#include <jansson.h>

#include "remediate/report.h"

/* A new object of report->status, as packaging/schema describes it. NULL: out of memory.
 */
json_t *report_status_json(const struct remediate_report *report);

#endif
