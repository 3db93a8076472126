/* SPDX-License-Identifier: MIT */
/* A trial: changes that last for a time unless they are confirmed; pure. */
#ifndef REMEDIATE_TRIAL_H
#define REMEDIATE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "remediate/duration.h"

/* How long a trial may last: a minute to a day. */
extern const struct duration_limits trial_limits;

/*
 *   open -> on trial -> confirmed | expired | undone | ended by a reboot
 *   open -> failed (rolled back: its outcome tells)
 */
enum trial_state {
    TRIAL_NONE = 0,  /* the run is no trial */
    TRIAL_OPEN,      /* under way, or interrupted */
    TRIAL_FAILED,    /* it never came into force */
    TRIAL_ON,        /* in force, perhaps overdue */
    TRIAL_CONFIRMED, /* and in force, or in force for the next boots */
    TRIAL_EXPIRED,
    TRIAL_UNDONE, /* also after it was confirmed */
    TRIAL_REBOOTED,
    TRIAL_STATE_COUNT
};

/* The state of a run of the journal in the boot `boot` ("" = unknown: then no reboot is
 * seen). */
enum trial_state trial_state(const struct journal_run *run, const struct journal *journal,
                             const char *boot);

/* The same as words: "open", "trial", "confirmed", "expired", "undone", "ended by a
 * reboot"; NULL for a run that is no trial, or failed: there its outcome tells. Static.
 */
const char *trial_state_name(const struct journal_run *run, const struct journal *journal,
                             const char *boot);

/* Whether the time of a trial that is on has passed; never while the uptime is unknown
 * (-1). `uptime_s` is program_uptime_s(). */
bool trial_is_overdue(const struct journal_run *trial, int64_t uptime_s);

/* What a trial that is on waits for, at `now_s` of the wall clock: "ends in 29m 58s
 * (2026-11-30T01:02:03Z)", "overdue for 2m 5s", "ends at an unknown time". */
void trial_add_end(const struct journal_run *trial, int64_t uptime_s, int64_t now_s,
                   struct text *out);

/* The run that an undo of `run` reverts: of a confirmation it is its trial, with which it
 * goes. NULL for NULL. */
const struct journal_run *trial_to_undo(const struct journal *journal,
                                        const struct journal_run *run);

/* The run that confirms the trial with that id; NULL when none does. */
const struct journal_run *trial_confirmation(const struct journal *journal,
                                             const char *id);

#endif
