/* SPDX-License-Identifier: MIT */
/* What a run of the remediation leaves besides values: an event in the Application log,
 * and files that nobody but administrators may change. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_TRACE_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_TRACE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/remedy_session.h"

/* What `wevtutil qe /f:xml` says: an event of ours with identity 1 names the run. ERR_IO.
 * Pure. */
MUST_CHECK bool remedy_judge_events(const char *xml, const char *run, struct error *err);

/* Says whether the Application log has the event of `run`; skips where the log cannot be
 * read at all. */
void remedy_check_event(const char *run);

/* Says whether event_text.exe, beside our own program, shows the text of an event as it
 * was given: the source is registered with the product's own file. */
void remedy_check_event_text(void);

/* Says who may change the state directory, its journal and its lock: icacls' own words
 * as notes, and a judgement of the access list. */
void remedy_check_access(const char *state);

#endif
