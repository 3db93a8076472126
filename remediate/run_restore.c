/* SPDX-License-Identifier: MIT */
/* Putting back: never given up half way, and whatever is left is named. */
#include "remediate/run.h"

#include <stdlib.h>
#include <string.h>

#include "remediate/by_hand.h"
#include "remediate/run_parts.h"

/* For each read and write; the caller's deadline does not count any more. */
enum { RESTORE_STEP_MS = 30 * 1000 };

/* One change that stays: what it holds and how to put it back. */
static void name_left(const struct change *change, const char *why, struct text *left)
{
    text_add_clean(left, change->place, "");
    text_add(left, " (");
    text_add_clean(left, change->setting, "");
    text_add(left, ") ");
    text_add(left, why);
    text_add(left, "; by hand: ");
    by_hand_put_back(change, left);
    text_add(left, "\n");
}

/* Why the change stays, for name_left: what it holds now, as far as that can be read. */
static void name_held(const struct run_tools *tools, const struct change *change,
                      const struct error *cause, struct text *left)
{
    struct deadline deadline = deadline_in_ms(RESTORE_STEP_MS);
    struct place_value now = { 0 };
    struct error unread = { 0 };
    struct text why = { 0 };
    char holds[RUN_HOLDS_SIZE];

    if (run_read(tools, change, &deadline, &now, &unread))
        text_add(&why, run_holds(change->kind, place_value_string(&now), holds));
    else
        text_addf(&why, "cannot be read (%s)", unread.message);
    if (cause->code != ERR_NONE && strcmp(cause->message, unread.message) != 0)
        text_addf(&why, " (%s)", cause->message);
    name_left(change, text_string(&why), left);
    text_clear(&why);
    place_value_clear(&now);
}

static bool holds_old(const struct run_tools *tools, const struct change *change)
{
    struct deadline deadline = deadline_in_ms(RESTORE_STEP_MS);
    struct place_value now = { 0 };
    bool is_old = run_read(tools, change, &deadline, &now, NULL) &&
                  change_same_value(change->kind, place_value_string(&now), change->from);

    place_value_clear(&now);
    return is_old;
}

/* A write that reports a failure may have worked: only what is there counts. */
static bool give_back(const struct run_tools *tools, const struct change *change,
                      struct error *err)
{
    struct deadline deadline = deadline_in_ms(RESTORE_STEP_MS);

    return run_give(tools, change, change->from, &deadline, err) ||
           holds_old(tools, change);
}

/* True when the place holds `from`, verified; else *err says why not. */
static bool put_back(const struct run_tools *tools, const struct change *change,
                     enum restore_power power, struct error *err)
{
    struct deadline deadline = deadline_in_ms(RESTORE_STEP_MS);
    struct place_value now = { 0 };
    bool known = run_read(tools, change, &deadline, &now, err);
    const char *value = place_value_string(&now);
    bool is_old = known && change_same_value(change->kind, value, change->from);
    bool is_new = known && change_same_value(change->kind, value, change->to);

    place_value_clear(&now);
    if (is_old)
        return true;
    if (power == RESTORE_OURS && !is_new)
        return error_set(err, ERR_LIMIT, "someone else changed it");
    error_clear(err);
    return give_back(tools, change, err);
}

static bool is_of_earlier_boot(const struct run_tools *tools,
                               const struct journal_run *run)
{
    return tools->boot && *tools->boot && run->boot && *run->boot &&
           strcmp(tools->boot, run->boot) != 0;
}

/* Whether this boot gave the place a value of its own: what the run wrote went with the
 * boot before, and so did the value from before the run. Files outlive a boot. */
static bool is_gone(const struct run_tools *tools, const struct journal_run *run,
                    const struct change *change)
{
    struct deadline deadline = deadline_in_ms(RESTORE_STEP_MS);
    struct place_value now = { 0 };
    bool gone = false;

    if (change->kind != CHANGE_SYSCTL || !is_of_earlier_boot(tools, run))
        return false;
    if (run_read(tools, change, &deadline, &now, NULL))
        gone = !change_same_value(change->kind, place_value_string(&now), change->from) &&
               !change_same_value(change->kind, place_value_string(&now), change->to);
    place_value_clear(&now);
    return gone;
}

/* "FAILURE; not put back: PLACE, PLACE" for the journal. */
static void describe_end(const struct journal_run *run, uint32_t left,
                         const struct error *failure, struct text *out)
{
    const char *between = "; not put back: ";

    text_add(out, failure->message);
    for (size_t i = 0; i < run->change_count; i++)
        if (left & UINT32_C(1) << i) {
            text_add(out, between);
            text_add_clean(out, run->changes[i].place, "");
            between = ", ";
        }
}

/* Goes through everything that was begun; the bits of what stays changed. */
static uint32_t put_all_back(struct run_tools *tools, struct journal_run *run,
                             enum restore_power power, struct run_report *report)
{
    uint32_t left = 0;

    for (size_t i = run->change_count; i > 0; i--) {
        uint32_t bit = UINT32_C(1) << (i - 1);
        struct error cause = { 0 };

        if (!(run->started & bit) || is_gone(tools, run, &run->changes[i - 1]))
            continue;
        if (!put_back(tools, &run->changes[i - 1], power, &cause)) {
            name_held(tools, &run->changes[i - 1], &cause, &report->left);
            left |= bit;
            continue;
        }
        /* The machine comes first: a record that cannot be written stops nothing, since
         * without it the next start only looks at the place again. */
        if (!(run->back & bit) && run_record_step(tools, RECORD_BACK, run, i - 1, NULL))
            run->back |= bit;
    }
    return left;
}

bool run_restore(struct run_tools *tools, struct journal_run *run,
                 enum restore_power power, struct run_report *report)
{
    uint32_t left = put_all_back(tools, run, power, report);
    struct text message = { 0 };
    struct error unrecorded = { 0 };
    char shown[ERR_QUOTE_SIZE];
    bool recorded;

    report->touched = run->started != 0;
    report->outcome = left ? RUN_INCOMPLETE : RUN_RESTORED;
    describe_end(run, left, &report->failure, &message);
    recorded =
        text_ok(&message, &unrecorded) &&
        run_record_end(tools, run, report->outcome, text_string(&message), &unrecorded);
    text_clear(&message);
    if (recorded)
        return left == 0;
    run->outcome = RUN_OPEN;
    run->end_s = 0;
    return error_prefix(&report->failure,
                        "the end of run '%s' cannot be recorded (%s), the next start "
                        "looks after it",
                        run->id, error_quote(unrecorded.message, shown));
}

bool run_recover(struct run_tools *tools, const struct journal_run *open,
                 struct run_report *report)
{
    struct journal_run run = *open;
    bool ok;

    run.message = NULL;
    (void)error_set(&report->failure, ERR_IO, "run '%s' was interrupted", open->id);
    ok = run_restore(tools, &run, RESTORE_OURS, report);
    free(run.message);
    if (ok)
        error_clear(&report->failure);
    return ok;
}
