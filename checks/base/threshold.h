/* SPDX-License-Identifier: MIT */
/* The Monitoring Plugins range: which values raise an alert. */
#ifndef CHECKS_BASE_THRESHOLD_H
#define CHECKS_BASE_THRESHOLD_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/*
 * Grammar (Monitoring Plugins developer guidelines, "Threshold and Ranges"), exact:
 *   RANGE  = ["@" | "inside:"] (NUMBER | START ":" [END] | ":" END)
 *   START  = NUMBER | "~" | "-inf"      END = NUMBER | "inf"
 *   NUMBER = ["-"] DIGITS ["." DIGITS]
 * ("5." and ".5" are no NUMBER; neither are a '+', an exponent, hex or blanks.)
 * A missing START is 0, a missing END is infinity. Alerts when the value lies outside
 * start..end, ends included as good; "@" or "inside:" when it lies inside, ends included.
 * "inside:", "-inf" and "inf" are words for servers that forbid '@' and '~' (Zabbix).
 * Zeroed = not set: never alerts.
 */
struct threshold {
    bool set;
    bool inside;  /* alert inside instead of outside */
    double start; /* -INFINITY possible */
    double end;   /* INFINITY possible; start <= end */
};

/* ERR_MALFORMED or ERR_LIMIT (beyond a double), quoting the text; *out then unchanged. */
MUST_CHECK bool threshold_parse(const char *text, struct threshold *out,
                                struct error *err);

/* Whether `value` raises the alert. False when the threshold is not set. */
bool threshold_alerts(const struct threshold *threshold, double value);

/* Whether it is a plain upper bound ("10" = 0:10): start 0, finite end, not inside. */
bool threshold_is_plain(const struct threshold *threshold);

/*
 * Adds the canonical form: "10", "10:", "~:10", "~:", "10:20", "@10:20"; nothing when not
 * set. For percentages the caller adds no unit (perfdata thresholds carry none).
 */
void threshold_format(const struct threshold *threshold, struct text *out);

#endif
