/* SPDX-License-Identifier: MIT */
/* The runs of the journal in their order: what each added, less what each took out. */
#include "remediate/reserve_ours.h"

#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "checks/model/boot_id.h"
#include "checks/model/machine_id.h"
#include "checks/model/place.h"

static bool read_list(const char *list, struct port_set *out)
{
    *out = (struct port_set){ 0 };
    return list && sysctl_text_port_list(list, out, NULL);
}

static void follow(const struct change *change, const struct port_set *kept,
                   struct port_set *out)
{
    struct port_set from;
    struct port_set to;

    if (change->kind != CHANGE_SYSCTL ||
        strcmp(change->place, PLACE_RESERVED_PORTS) != 0 ||
        !read_list(change->from, &from) || !read_list(change->to, &to))
        return;
    for (size_t i = 0; i < ARRAY_COUNT(out->words); i++) {
        const uint64_t added = to.words[i] & ~from.words[i];
        const uint64_t gone = from.words[i] & ~to.words[i];

        out->words[i] |= kept ? added & kept->words[i] : added;
        out->words[i] &= ~gone;
    }
}

void reserve_ours(const struct reserve_history *history, struct port_set *out)
{
    const struct journal *journal = history->journal;

    *out = (struct port_set){ 0 };
    for (size_t i = 0; journal && i < journal->count; i++) {
        const struct journal_run *run = &journal->runs[i];
        const bool now = run->boot && boot_id_is_same(run->boot, history->boot);

        /* an undo is told by the run that it undid */
        if (run->outcome != RUN_APPLIED || run->undone ||
            machine_id_differs(run->machine, history->machine) ||
            (run->undoes && run->undoes[0] != '\0'))
            continue;
        for (size_t c = 0; c < run->change_count; c++)
            follow(&run->changes[c], now ? NULL : history->own, out);
    }
}
