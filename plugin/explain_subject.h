/* SPDX-License-Identifier: MIT */
/* What one screen is about: the metric that is worst, what fills it, and whose that is.
 */
#ifndef PLUGIN_EXPLAIN_SUBJECT_H
#define PLUGIN_EXPLAIN_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/cause.h"
#include "checks/model/observation.h"
#include "plugin/report.h"

/* Everything is borrowed from the report. */
struct explain_subject {
    const struct report *report;
    const struct observation *seen;
    enum metric_id metric;
    const struct result *result;
    /* The busiest destination, where the screen is about it; else NULL. */
    const struct destination *to;
    enum cause cause;
    const struct owner_shares *shares; /* whose they are; NULL = nobody looked there */
};

/* The worst judged metric, as the first line names it. */
void explain_subject_find(const struct report *report, struct explain_subject *out);

/* Whether it is WARNING or CRITICAL. */
bool explain_is_alert(const struct explain_subject *subject);

/* The ports are taken for every destination, whichever is the busiest. */
bool explain_is_for_all(const struct explain_subject *subject);

/* Whether sockets in that state are the ones that the screen is about. */
bool explain_counts(const struct explain_subject *subject, enum conn_state state);

/* "ESTABLISHED", "CLOSE_WAIT", as ss and netstat write it; static. */
const char *explain_state(enum conn_state state);

#endif
