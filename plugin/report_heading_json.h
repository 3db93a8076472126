/* SPDX-License-Identifier: MIT */
/* Rates of closes, and where usage is heading, for the JSON report. */
#ifndef PLUGIN_REPORT_HEADING_JSON_H
#define PLUGIN_REPORT_HEADING_JSON_H

#include "checks/model/json_fields.h"

/* New numbers of the observation at `in`, null where they are not known: connections
 * closed per second, and what the range sustains toward one destination. NULL: out of
 * memory. */
json_t *report_close_rate(const void *in);
json_t *report_sustainable_rate(const void *in);

/* A new object, null where the usage of destinations was not judged, or is not known;
 * writer->root is the report. */
json_t *report_heading(struct json_writer *writer);

#endif
