/* SPDX-License-Identifier: MIT */
/* The part of the Prometheus format that a failure shares with a verdict. */
#ifndef PLUGIN_REPORT_PROMETHEUS_H
#define PLUGIN_REPORT_PROMETHEUS_H

#include "checks/base/text.h"
#include "checks/check.h"
#include "plugin/report.h"

/* Adds port_exhaustion_up 0 and the state. `summary` is one line of UTF-8. */
void report_prometheus_failure(enum check_state state, const char *summary,
                               struct text *out);

#endif
