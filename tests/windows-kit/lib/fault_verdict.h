/* SPDX-License-Identifier: MIT */
/* What the check may say while a read of its host fails: UNKNOWN with its cause, or the
 * truth (tests/faults/verdict.py, without what only sockets of others can cause). */
#ifndef TESTS_WINDOWS_KIT_LIB_FAULT_VERDICT_H
#define TESTS_WINDOWS_KIT_LIB_FAULT_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "checks/base/text.h"

/* New: the report without what differs from run to run. NULL: it is no JSON. */
json_t *fault_verdict_read(const char *output);

/*
 * Whether a report (JSON) and its exit code may be: UNKNOWN with a reason for each number
 * that is missing; or every number of the `good` report, with a note, or a reason in
 * "owners_unread", for whatever else differs from it. If not, adds to *why what is wrong.
 */
bool fault_verdict_holds(const json_t *good, const json_t *report, uint32_t exit_code,
                         struct text *why);

#endif
