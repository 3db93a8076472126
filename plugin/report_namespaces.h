/* SPDX-License-Identifier: MIT */
/* What outputs tell of all network namespaces, beside the one that they are about. */
#ifndef PLUGIN_REPORT_NAMESPACES_H
#define PLUGIN_REPORT_NAMESPACES_H

#include "checks/base/text.h"
#include "plugin/report.h"

/* Adds " worst_namespace_usage=80.21%;;;0;100 namespaces=21;;;0 namespaces_over=1;;;0";
 * the number alone where some were not judged that may be worse, nothing where they were
 * not asked for. */
void report_namespaces_perfdata(const struct report *report, struct text *out);

/* Adds an empty line and the table of -v, worst first; nothing where they were not asked
 * for. */
void report_namespaces_table(const struct report *report, struct text *out);

/* Adds how many there are, and the usage and state of each whose sockets were dumped;
 * nothing where they were not asked for. */
void report_namespaces_prometheus(const struct report *report, struct text *out);

#endif
