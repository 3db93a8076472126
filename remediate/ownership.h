/* SPDX-License-Identifier: MIT */
/* Which values of a run still are what it wrote. */
#ifndef REMEDIATE_OWNERSHIP_H
#define REMEDIATE_OWNERSHIP_H

#include <stdint.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "remediate/writer/setting_writer.h"

/* What the places of a run hold; bit N: change N. */
struct ownership {
    uint32_t ours;     /* what the run wrote */
    uint32_t others;   /* something else than before the run, too, or it cannot be read; a
                          place that the run found as it wanted it is nobody's */
    struct text lines; /* of the last: the place, what it holds, and how to restore it
                          manually; each with its newline; owned */
    struct text held;  /* the same without how to restore it; owned */
};

/* Looks at every place of the run; *out must be zeroed. */
void ownership_look(const struct setting_writer *writer, const struct journal_run *run,
                    struct ownership *out);

/* Safe on zeroed, safe twice. */
void ownership_clear(struct ownership *ownership);

#endif
