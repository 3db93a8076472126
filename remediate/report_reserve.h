/* SPDX-License-Identifier: MIT */
/* Which ports a plan reserves, and whom for, as text. Pure. */
#ifndef REMEDIATE_REPORT_RESERVE_H
#define REMEDIATE_REPORT_RESERVE_H

#include <stdint.h>

#include "checks/base/text.h"
#include "remediate/plan.h"

/* Adds the lines, with an empty one before them; nothing where the list stays as it is,
 * unless `verbosity` asks for it. */
void remediate_report_reserve(const struct plan_reserve *reserve, uint32_t verbosity,
                              struct text *out);

#endif
