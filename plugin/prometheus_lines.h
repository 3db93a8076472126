/* SPDX-License-Identifier: MIT */
/* The lines of which reports for Prometheus are made: gauges, but for one. */
#ifndef PLUGIN_PROMETHEUS_LINES_H
#define PLUGIN_PROMETHEUS_LINES_H

#include <stdint.h>

#include "checks/base/text.h"

#define PROMETHEUS_PREFIX "port_exhaustion_"

/* Adds HELP and TYPE, once per name, before its samples. */
void prometheus_begin(struct text *out, const char *name, const char *help);

/* Adds name="value" with the value escaped; the caller adds braces and commas. */
void prometheus_label(struct text *out, const char *name, const char *value);

/* Adds ,name="value": a label that is empty is none. */
void prometheus_optional_label(struct text *out, const char *name, const char *value);

/* Adds the value, and ends the line. */
void prometheus_value(struct text *out, double value);

/* Adds one that has a single sample, without labels. */
void prometheus_gauge(struct text *out, const char *name, const char *help, double value);

/* The same of a number that only grows, since the boot. */
void prometheus_counter(struct text *out, const char *name, const char *help,
                        uint64_t value);

/* Adds a sample with one label. */
void prometheus_sample(struct text *out, const char *name, const char *label,
                       const char *label_value, double value);

#endif
