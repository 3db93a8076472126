/* SPDX-License-Identifier: MIT */
/* The age of each run, by the clock that can be believed, against its period. */
#include "remediate/cool_down.h"

#include <string.h>

#include "checks/model/boot_id.h"

/* Differences of any two int64_t fit when taken without a sign. False: in the future. */
static bool is_past(int64_t then, int64_t now, uint64_t *age)
{
    *age = then > now ? 0 : (uint64_t)now - (uint64_t)then;
    return then <= now;
}

/* What was rolled back counts from its begin: its end may be a recovery of much later,
 * which is no new action. */
static bool counts_from_begin(const struct journal_run *run)
{
    return run->outcome == RUN_OPEN || run->outcome == RUN_RESTORED;
}

bool cool_down_age(const struct cool_down_past *past, const struct cool_down_moment *now,
                   uint64_t *age)
{
    const bool same_boot = boot_id_is_same(past->boot, now->boot);

    if (same_boot && past->uptime_s >= 0 && is_past(past->uptime_s, now->uptime_s, age))
        return true;
    if (!is_past(past->time_s, now->time_s, age))
        return false;
    if (!same_boot && *past->boot && *now->boot && now->uptime_s > 0 &&
        *age < (uint64_t)now->uptime_s)
        *age = (uint64_t)now->uptime_s;
    return true;
}

static bool age_of(const struct journal_run *run, const struct cool_down_moment *now,
                   uint64_t *age)
{
    const bool from_begin = counts_from_begin(run);
    const struct cool_down_past past = {
        .boot = run->boot,
        .uptime_s = from_begin ? run->uptime_s : run->end_uptime_s,
        .time_s = from_begin ? run->time_s : run->end_s,
    };

    return cool_down_age(&past, now, age);
}

/* How long a run of this command holds. */
static uint32_t period_of(const struct journal_run *run, uint32_t period_s)
{
    if (strcmp(run->command, "on-alert") == 0)
        return period_s;
    return strcmp(run->command, "expire") == 0 ? 0 : COOL_DOWN_BY_HAND_S;
}

/* Whether the run changed this host's network, as far as anybody knows. */
static bool is_here(const struct journal_run *run, const struct cool_down_moment *now)
{
    return !journal_run_is_foreign(run, now->machine) &&
           strcmp(run->network, now->network) == 0;
}

struct cool_down cool_down_find(const struct journal *journal, uint32_t period_s,
                                const struct cool_down_moment *now)
{
    struct cool_down longest = { 0 };

    for (size_t i = 0; i < journal->count && period_s > 0; i++) {
        const struct journal_run *run = &journal->runs[i];
        const uint64_t period = period_of(run, period_s);
        uint64_t age;

        if (!is_here(run, now) || !age_of(run, now, &age) || age >= period ||
            period - age < longest.left_s)
            continue;
        longest = (struct cool_down){
            .run = run,
            .by_hand = strcmp(run->command, "on-alert") != 0,
            .since_s = age,
            .left_s = period - age,
        };
    }
    return longest;
}
