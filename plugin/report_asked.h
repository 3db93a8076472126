/* SPDX-License-Identifier: MIT */
/* What -v says of the questions to the system, and of what they found. */
#ifndef PLUGIN_REPORT_ASKED_H
#define PLUGIN_REPORT_ASKED_H

#include "checks/base/text_table.h"
#include "checks/model/observation.h"
#include "plugin/report.h"

/* Adds "7000 taken by bind() before connect()", and how they were counted; nothing
 * when they were not. */
void report_closed_ports(const struct observed_tcp *tcp, struct text *out);

/* Adds a row of two cells for each: closed ports, what was asked and answered, with -vv
 * why nothing or no more was asked. */
void report_asked(const struct report *report, struct text_table *table);

#endif
