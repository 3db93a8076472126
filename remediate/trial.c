/* SPDX-License-Identifier: MIT */
/* What became of a trial, from the records of it and of the runs behind it. */
#include "remediate/trial.h"

#include <string.h>

#include "checks/model/boot_id.h"
#include "checks/model/utc_time.h"
#include "remediate/writer/expiry.h"

const struct duration_limits trial_limits = { .least = 60, .most = 24 * 3600 };

/* Who ended it: its time, or a person. */
static enum trial_state ended_by(const struct journal_run *trial,
                                 const struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_run *run = &journal->runs[i];

        if (run->outcome == RUN_APPLIED && strcmp(run->undoes, trial->id) == 0 &&
            strcmp(run->command, EXPIRY_COMMAND) == 0)
            return TRIAL_EXPIRED;
    }
    return TRIAL_UNDONE;
}

enum trial_state trial_state(const struct journal_run *run, const struct journal *journal,
                             const char *boot)
{
    if (run->trial_until_s == 0)
        return TRIAL_NONE;
    if (run->outcome == RUN_OPEN)
        return TRIAL_OPEN;
    if (run->outcome != RUN_APPLIED)
        return TRIAL_FAILED;
    if (run->undone)
        return ended_by(run, journal);
    if (run->confirmed)
        return TRIAL_CONFIRMED;
    return !*boot || boot_id_is_same(run->boot, boot) ? TRIAL_ON : TRIAL_REBOOTED;
}

const char *trial_state_name(const struct journal_run *run, const struct journal *journal,
                             const char *boot)
{
    static const char *const names[TRIAL_STATE_COUNT] = {
        [TRIAL_OPEN] = "open",           [TRIAL_ON] = "trial",
        [TRIAL_CONFIRMED] = "confirmed", [TRIAL_EXPIRED] = "expired",
        [TRIAL_UNDONE] = "undone",       [TRIAL_REBOOTED] = "ended by a reboot",
    };

    return names[trial_state(run, journal, boot)];
}

bool trial_is_overdue(const struct journal_run *trial, int64_t uptime_s)
{
    return uptime_s >= trial->trial_until_s;
}

void trial_add_end(const struct journal_run *trial, int64_t uptime_s, int64_t now_s,
                   struct text *out)
{
    const int64_t left_s = trial->trial_until_s - uptime_s;
    char utc[UTC_TIME_TEXT_SIZE];

    if (uptime_s < 0) {
        text_add(out, "ends at an unknown time");
    } else if (left_s <= 0) {
        text_add(out, "overdue for ");
        duration_add(-left_s, out);
    } else {
        utc_time_format(now_s + left_s, utc);
        text_add(out, "ends in ");
        duration_add(left_s, out);
        text_addf(out, " (%s)", utc);
    }
}

const struct journal_run *trial_confirmation(const struct journal *journal,
                                             const char *id)
{
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_run *run = &journal->runs[i - 1];

        if (run->outcome == RUN_APPLIED && strcmp(run->confirms, id) == 0)
            return run;
    }
    return NULL;
}

const struct journal_run *trial_to_undo(const struct journal *journal,
                                        const struct journal_run *run)
{
    return run && run->confirms[0] ? journal_find(journal, run->confirms) : run;
}
