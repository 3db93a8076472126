/* SPDX-License-Identifier: MIT */
/* The parts of the JSON that several commands print. Each function returns a new value;
 * NULL: out of memory. */
#ifndef REMEDIATE_REPORT_PARTS_JSON_H
#define REMEDIATE_REPORT_PARTS_JSON_H

#include "checks/model/change.h"
#include "checks/model/journal.h"
#include "checks/model/json_fields.h"

/* Of struct journal_refusals. */
extern const struct json_table report_refusals_table;

/* Of a change and of a run, for the schema's test. */
extern const struct json_table report_change_table, report_run_table;

/* A run of the journal with its changes. */
json_t *report_json_run(const struct journal_run *run, const struct journal *journal,
                        const char *boot);

/* The object or array (given away) when all of it could be made, else NULL. */
json_t *report_json_whole(json_t *container, bool ok);

/* An array of the lines of `lines` (NULL = none). */
json_t *report_json_lines(const char *lines);

/* A sysctl's text as the value of a setting is shown: a number, a range of ports
 * ("10000-65535") or else the text. `key` is the sysctl's name or path. */
json_t *report_json_sysctl(const char *key, const char *value);

/* An array; bit N of `made`: change N was made, and stays. At most CHANGES_MAX. */
json_t *report_json_changes(const struct change *changes, size_t count, uint32_t made);

#endif
