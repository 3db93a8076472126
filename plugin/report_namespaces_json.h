/* SPDX-License-Identifier: MIT */
/* The namespaces of a host as JSON. */
#ifndef PLUGIN_REPORT_NAMESPACES_JSON_H
#define PLUGIN_REPORT_NAMESPACES_JSON_H

#include "checks/model/json_fields.h"

/* Of one namespace, for the schema's test. */
extern const struct json_table report_namespace_table;

/* A new array, worst first, of the report that is writer->root, which was asked for them.
 */
json_t *report_namespaces(struct json_writer *writer);

#endif
