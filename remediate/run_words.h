/* SPDX-License-Identifier: MIT */
/* What a place holds, and why it is no longer what a run was made for. */
#ifndef REMEDIATE_RUN_WORDS_H
#define REMEDIATE_RUN_WORDS_H

#include <stdbool.h>

#include "checks/base/error.h"
#include "checks/model/change.h"
#include "checks/model/journal.h"

enum { RUN_WORDS_HELD_SIZE = ERR_QUOTE_SIZE + 16 };

/* "holds '5'", "is absent", "has other contents" (of a file), in *out, which is returned.
 * `value` NULL = absent. */
const char *run_words_held(enum change_kind kind, const char *value,
                           char out[RUN_WORDS_HELD_SIZE]);

/* Sets ERR_LIMIT: the place holds `now` (NULL = it is absent) and not what the run, not
 * yet begun, expects there: by its plan, by the run that it takes back, or by the trial
 * that it confirms; for the last two with what to do. Returns false. */
bool run_words_refuse(const struct journal_run *run, const struct change *change,
                      const char *now, struct error *err);

#endif
