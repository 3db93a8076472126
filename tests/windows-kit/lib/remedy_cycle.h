/* SPDX-License-Identifier: MIT */
/* Plan, apply, read back, undo: each step says what it found. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_CYCLE_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_CYCLE_H

#include <stdbool.h>

#include "tests/windows-kit/lib/remedy_session.h"

/* Of what was begun: the plan against what Windows' tools say. False: nothing is to be
 * applied, which is said. */
bool remedy_check_plan(struct remedy *remedy);

/* Applies the plan and reads back; status, history and the check must say it. False: it
 * was not applied. */
bool remedy_check_apply(struct remedy *remedy);

/* Status and check: what waits for a reboot. */
void remedy_check_waiting(const struct remedy *remedy, bool waiting);

/* Takes the run back; all must be as before. `reboot`: the values that `apply` wrote are
 * in force, so that taking them back waits for the next boot. */
void remedy_check_undo(struct remedy *remedy, bool reboot);

/* The three stages; each says all that it found, and leaves the host as it was, except
 * the second, which waits for the next start of Windows. */
void remedy_stage_cycle(struct remedy *remedy);
void remedy_stage_reboot_begin(struct remedy *remedy);
void remedy_stage_reboot_end(struct remedy *remedy);

#endif
