/* SPDX-License-Identifier: MIT */
/* Which settings were written but wait for a reboot, as the journal tells it. */
#include "checks/model/journal.h"

#include <string.h>

/* One place of the setting, followed through the runs of this boot. */
struct followed_place {
    const struct change *first; /* its `from` is what the system started with */
    int64_t since_s;            /* 0 = it holds that again */
};

/* Whether the change may be in force: nothing proves that it was taken back. */
static bool is_in_force(const struct journal_run *run, size_t change)
{
    uint32_t bit = UINT32_C(1) << change;

    if (run->outcome == RUN_APPLIED)
        return true;
    return run->outcome != RUN_RESTORED && (run->started & bit) && !(run->back & bit);
}

/* NULL when there is no room: no setting has so many places. */
static struct followed_place *follow(struct followed_place *places, size_t *count,
                                     const struct change *change)
{
    for (size_t i = 0; i < *count; i++)
        if (change_same_place(places[i].first, change))
            return &places[i];
    if (*count == CHANGES_MAX)
        return NULL;
    places[*count] = (struct followed_place){ .first = change };
    return &places[(*count)++];
}

static void see_run(const struct journal_run *run, const char *setting,
                    struct followed_place *places, size_t *count)
{
    for (size_t i = 0; i < run->change_count; i++) {
        const struct change *change = &run->changes[i];
        struct followed_place *place;

        if (!change->reboot || strcmp(change->setting, setting) != 0 ||
            !is_in_force(run, i))
            continue;
        place = follow(places, count, change);
        if (!place)
            continue;
        if (change_same_value(change->kind, place->first->from, change->to))
            place->since_s = 0;
        else if (place->since_s == 0)
            place->since_s = run->time_s > 0 ? run->time_s : 1;
    }
}

int64_t journal_waiting_since_s(const struct journal *journal, const char *boot,
                                const char *setting)
{
    struct followed_place places[CHANGES_MAX] = { 0 };
    size_t count = 0;
    int64_t since_s = 0;

    if (boot[0] == '\0')
        return 0;
    for (size_t i = 0; i < journal->count; i++)
        if (strcmp(journal->runs[i].boot, boot) == 0)
            see_run(&journal->runs[i], setting, places, &count);
    for (size_t i = 0; i < count; i++)
        if (places[i].since_s > 0 && (since_s == 0 || places[i].since_s < since_s))
            since_s = places[i].since_s;
    return since_s;
}
