/* SPDX-License-Identifier: MIT */
/* How `plan` opens: what is the matter, and what making the plan would buy, in the words
 * of `check_port_exhaustion -o explain`. Pure. */
#ifndef REMEDIATE_OPENING_H
#define REMEDIATE_OPENING_H

#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/model/observation.h"
#include "remediate/consequence.h"
#include "remediate/foreseen.h"
#include "remediate/plan.h"
#include "remediate/plan_input.h"

/* Everything borrowed, of one plan. */
struct opening {
    struct observation *seen; /* its `wider` becomes what the plan makes of the range */
    const struct verdict *verdict;
    const struct plan_input *input;
    const struct plan *plan;
    const struct foreseen *foreseen;
    const struct consequence *consequence; /* NULL = the plan changes nothing */
};

/* Adds the lines for a screen of 80 columns; what would be bought is told where a usage
 * of ports is not OK. */
void opening_text(const struct opening *opening, struct text *out);

#endif
