/* SPDX-License-Identifier: MIT */
/* What -v adds below the first line, for the person on call. */
#ifndef PLUGIN_REPORT_DETAILS_H
#define PLUGIN_REPORT_DETAILS_H

#include "checks/base/text.h"
#include "plugin/report.h"

/* Adds the lines, most needed first: whoever cuts, cuts from the end. */
void report_details(const struct report *report, struct text *out);

/* Adds, of each metric that is not OK, "why:", "who:" as far as it is known, and "next:":
 * what mends it, where to look, what would make room. Nothing when there is nothing to
 * do. */
void report_next_steps(const struct report *report, struct text *out);

/* What to do about an alert of a metric that is no usage of ports and no setting; NULL:
 * nothing. Static. */
const char *report_next_step(const struct report *report, enum metric_id metric);

/* Adds the last line of -v: the section of packaging/docs/runbook.md for what is wrong,
 * at most REPORT_RUNBOOK_MAX bytes; nothing when nothing is. */
enum { REPORT_RUNBOOK_MAX = 80 };
void report_runbook(const struct report *report, struct text *out);

/* The title of that section; NULL when nothing is wrong. Static. */
const char *report_runbook_section(const struct report *report);

#endif
