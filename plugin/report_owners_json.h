/* SPDX-License-Identifier: MIT */
/* Owners in the JSON document, as far as its readers may know them. */
#ifndef PLUGIN_REPORT_OWNERS_JSON_H
#define PLUGIN_REPORT_OWNERS_JSON_H

#include <stddef.h>

#include "checks/model/json_fields.h"
#include "plugin/report.h"

/* New arrays of who has most first: of all sockets on ports of the ranges, TCP before
 * UDP, and of those toward tcp.top[index]. null: it is not known, or nobody may be named.
 * NULL: out of memory. The writer's root is the report. */
json_t *report_owners_of_all(struct json_writer *writer);
json_t *report_owners_of_destination(struct json_writer *writer, size_t index);

/* A new object of the second look; null: there was none. */
json_t *report_look(struct json_writer *writer);

/* Why owners are not known, or not all of them; "" = they are. */
const char *report_owners_unread(const struct report *report);

#endif
