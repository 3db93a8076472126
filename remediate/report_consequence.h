/* SPDX-License-Identifier: MIT */
/* What is told of usage before and after: a part of every report about changes. Pure. */
#ifndef REMEDIATE_REPORT_CONSEQUENCE_H
#define REMEDIATE_REPORT_CONSEQUENCE_H

#include "checks/base/text.h"
#include "checks/model/observation.h"
#include "remediate/consequence.h"
#include "remediate/relief.h"

/* Everything borrowed. */
struct consequence_report {
    const struct consequence *consequence;
    const struct observation *now; /* before the changes: names destinations */
    const struct reliefs *reliefs; /* NULL or empty = nothing was asked twice */
    /* Asked after the changes because nothing was before; else NULL. */
    const struct observation *asked_after;
};

/* Adds the lines, a blank one first; nothing where there is nothing to tell. */
void report_consequence_text(const struct consequence_report *report, struct text *out);

#endif
