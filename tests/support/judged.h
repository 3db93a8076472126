/* SPDX-License-Identifier: MIT */
/* An observation with its verdict and its report, for tests of what is printed. */
#ifndef TESTS_SUPPORT_JUDGED_H
#define TESTS_SUPPORT_JUDGED_H

#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"
#include "plugin/report.h"

/* The parts borrow from each other: it must not be copied once judged. */
struct judged {
    struct observation seen;
    struct policy policy;
    struct metric_limits limits[METRIC_COUNT];
    struct verdict verdict;
    struct report report;
};

/* Fills policy and limits with the defaults for the system of `seen`. */
void judged_defaults(struct judged *judged);

/* Judges the metrics (bits 1 << id) and fills the report: no -v, 5 destinations. */
void judged_by(struct judged *judged, uint32_t metrics);

/* Defaults and all metrics. */
void judged_by_default(struct judged *judged);

#endif
