/* SPDX-License-Identifier: MIT */
/* The one line that a person reads first. */
#ifndef PLUGIN_REPORT_SUMMARY_H
#define PLUGIN_REPORT_SUMMARY_H

#include <stddef.h>

#include "checks/base/text.h"
#include "plugin/report.h"

/*
 * Adds "PORTS CRITICAL: 10.0.0.5:443 86.99% used (24560 of 28232, limit 80%), not closed
 * here: mailer.service" in at most `room` bytes (32 or more), without newline and without
 * '|': where ports are in trouble, nothing of what is good. Too long: the names of
 * settings go, then whole phrases from the end, then the rest is cut between two
 * characters and ends with "...".
 */
void report_summary(const struct report *report, size_t room, struct text *out);

/* Adds the summary of a failure in the same way. */
void report_failure_summary(enum check_state state, const char *message, size_t room,
                            struct text *out);

#endif
