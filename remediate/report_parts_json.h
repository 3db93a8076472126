/* SPDX-License-Identifier: MIT */
/* The parts of the JSON that several commands print. Each function returns a new value;
 * NULL: out of memory. */
#ifndef REMEDIATE_REPORT_PARTS_JSON_H
#define REMEDIATE_REPORT_PARTS_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/change.h"
#include "checks/model/journal.h"

/* Appends a value that is given away; one that could not be made, or appended, makes *ok
 * false: no report with something missing is printed. */
void report_json_append(json_t *array, json_t *value, bool *ok);

/* The object or array (given away) when all of it could be made, else NULL. */
json_t *report_json_whole(json_t *container, bool ok);

/* Foreign text, whatever bytes it has; JSON null for NULL. */
json_t *report_json_string(const char *foreign);

/* An array of the lines of `lines` (NULL = none). */
json_t *report_json_lines(const char *lines);

/* A sysctl's text as the value of a setting is shown: a number, a range of ports
 * ("10000-65535") or else the text. `key` is the sysctl's name or path. */
json_t *report_json_sysctl(const char *key, const char *value);

/* Unix time; JSON null for 0. */
json_t *report_json_time(int64_t time_s);

/* An array; bit N of `made`: change N was made, and stays. */
json_t *report_json_changes(const struct change *changes, size_t count, uint32_t made);

/* What is told of a trial wherever it is told: the state in which it is, and its end. */
void report_json_put_trial(json_t *object, const struct journal_run *run,
                           const struct journal *journal, const char *boot, bool *ok);

/* A run of the journal with its changes; the alerts refused, or audited, since the last
 * run. */
json_t *report_json_run(const struct journal_run *run, const struct journal *journal,
                        const char *boot);
json_t *report_json_refusals(const struct journal_refusals *refusals);

#endif
