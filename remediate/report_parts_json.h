/* SPDX-License-Identifier: MIT */
/* The parts of the JSON, and the tables of those that functions put together, for the
 * schema's test. Each function returns a new value; NULL: out of memory. */
#ifndef REMEDIATE_REPORT_PARTS_JSON_H
#define REMEDIATE_REPORT_PARTS_JSON_H

#include "checks/model/change.h"
#include "checks/model/journal.h"
#include "checks/model/json_fields.h"

/* Of struct journal_refusals. */
extern const struct json_table report_refusals_table;

extern const struct json_table report_change_table, report_run_table;

/* Of struct remediate_status, and of its trial. The root is the struct remediate_report.
 */
extern const struct json_table report_status_table, report_trial_on_table;

/* Of struct consequence_report, which is the root too: "usage"; and what is asked. */
extern const struct json_table report_consequence_table, report_question_table;

/* A run of the journal with its changes. */
json_t *report_json_run(const struct journal_run *run, const struct journal *journal,
                        const char *boot);

/* An array of the lines of a string that is owned or borrowed (NULL = none), or of a
 * text. */
extern const struct json_kind report_lines;

/* A sysctl's text as the value of a setting is shown: a number, a range of ports
 * ("10000-65535") or else the text. `key` is the sysctl's name or path. */
json_t *report_json_sysctl(const char *key, const char *value);

/* An array; bit N of `made`: change N was made, and stays. At most CHANGES_MAX. */
json_t *report_json_changes(const struct change *changes, size_t count, uint32_t made);

#endif
