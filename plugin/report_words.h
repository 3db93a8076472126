/* SPDX-License-Identifier: MIT */
/* The words that the formats share: names of metrics, addresses, values of settings. */
#ifndef PLUGIN_REPORT_WORDS_H
#define PLUGIN_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/base/threshold.h"
#include "checks/check.h"
#include "plugin/report.h"

/* "port usage", "TIME_WAIT", ... as a person calls the metric; static. */
const char *words_metric(enum metric_id metric);

/*
 * The judged metrics in the order in which a person wants them: the worst first, then the
 * deciding one of the system, the others in the order of the perfdata, settings last.
 * Returns how many.
 */
size_t words_order(const struct report *report, enum metric_id out[METRIC_COUNT]);

/* Adds "10.0.0.5:443" or "[2001:db8::1]:443". */
void words_endpoint(const struct ip_address *address, uint16_t port, struct text *out);

/* Adds the remote end, and " over eth0" where its sockets are bound to a device. */
void words_destination(const struct observation *seen, const struct destination *to,
                       struct text *out);

/* Adds "9500 of 28232 ports", ", up to 300 more" after it where there may be more. */
void words_ports(const struct measure *measure, struct text *out);

/* Adds "61.02%" or "20123"; the measure is known. */
void words_measure(enum metric_id metric, const struct measure *measure,
                   struct text *out);

/* The same of a result, with "at least " before a count that may be larger. */
void words_value(const struct report *report, const struct result *result,
                 struct text *out);

/* The percentage rounded down to two decimals, as a number. */
double words_percent(uint64_t part, uint64_t whole);

/* A rate rounded to tenths, and as text: "234.9", "235". */
double words_tenths(double per_s);
void words_rate(double per_s, struct text *out);

/* Adds where the usage of the busiest destination is heading (headline_heading); nothing
 * where that is not known, or not judged. */
void words_heading(const struct report *report, struct text *out);

/* Whether destinations were too many to be told apart: the usage is an upper bound. */
bool words_is_bound_by_untracked(const struct report *report);

/* Whether the ports of TCP are part of the verdict: then their counts are shown too. */
bool words_judges_tcp_ports(const struct report *report);

/* How many of the observed destinations the report lists. */
size_t words_destinations(const struct report *report);

/* Adds the CRC-32 of the policy's file, 8 hex digits; of the built-in one nothing. */
void words_policy_sum(const struct report *report, struct text *out);

/* Hands `note` every note of the observation and the ones that this verdict adds. */
void words_each_note(const struct report *report,
                     void (*note)(void *context, const char *text), void *context);

#endif
