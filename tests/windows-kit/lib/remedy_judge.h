/* SPDX-License-Identifier: MIT */
/* Whether plan, status and history say what Windows' own tools say. Pure: a product or a
 * Windows that lies is noticed here. Errors: ERR_MALFORMED for what is not the product's
 * JSON, ERR_IO for a lie, with what was said and what was expected. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_JUDGE_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "tests/windows-kit/lib/remedy_values.h"

enum { REMEDY_RUN_SIZE = 64 };

/* What a plan will do. Zeroed = nothing. */
struct remedy_plan {
    struct remedy_values after; /* each place, once it is applied */
    size_t changes;
    size_t reboots; /* of these, those that wait for a reboot */
};

/*
 * Reads `plan -o json`. A lie: a value "from" that is not what the tools say now, the
 * same place twice, a change that changes nothing. ERR_UNSUPPORTED: a change of a place
 * that we do not watch, which a site's policy may ask for.
 */
MUST_CHECK bool remedy_judge_plan(const char *json, const struct remedy_values *before,
                                  struct remedy_plan *out, struct error *err);

/* The run's id in the first line of `apply` or `undo`: exactly COMMAND " DONE: N changes
 * made and verified (run ID)", and ", waiting for a reboot" where `reboot`. */
MUST_CHECK bool remedy_judge_headline(const char *output, const char *command,
                                      const struct remedy_plan *plan, bool reboot,
                                      char out[REMEDY_RUN_SIZE], struct error *err);

/* What `apply` says that it gained, measured after it: more usable ports of each protocol
 * whose range the plan widens, and not more than it is wider. */
MUST_CHECK bool remedy_judge_gain(const char *output, const struct remedy_values *before,
                                  const struct remedy_plan *plan, struct error *err);

/* `history -o json`: a run by somebody that still holds, since it was applied or
 * interrupted and not undone. *out is its id, "" for none. */
MUST_CHECK bool remedy_judge_open_run(const char *json, char out[REMEDY_RUN_SIZE],
                                      struct error *err);

/* `history -o json`: the run `id` is there, is undone or not as `undone` says, and its
 * changes are those of the plan: each with its value before and after. */
MUST_CHECK bool remedy_judge_history(const char *json, const char *id, bool undone,
                                     const struct remedy_values *before,
                                     const struct remedy_plan *plan, struct error *err);

/* The same: what that run changed, as a plan. */
MUST_CHECK bool remedy_judge_run(const char *json, const char *id,
                                 const struct remedy_values *before,
                                 struct remedy_plan *out, struct error *err);

/* `status -o json` or `check_port_exhaustion -o json`: exactly those settings wait for a
 * reboot whose registry values the plan changed; none when `waiting` is false. */
MUST_CHECK bool remedy_judge_waiting(const char *json, bool waiting,
                                     const struct remedy_values *before,
                                     const struct remedy_plan *plan, struct error *err);

#endif
