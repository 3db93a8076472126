/* SPDX-License-Identifier: MIT */
/* Making changes: look, record, write, look again, record; else everything back. */
#include "remediate/run.h"

#include <stdlib.h>
#include <string.h>

#include "checks/model/journal_file.h"
#include "remediate/run_parts.h"

void run_report_clear(struct run_report *report)
{
    text_clear(&report->left);
    *report = (struct run_report){ 0 };
}

static bool changes_nothing(const struct change *change)
{
    return change_same_value(change->kind, change->from, change->to);
}

/* It holds `to` without us: putting back must leave it alone. */
static bool take_as_done(struct change *change, struct error *err)
{
    struct change same = *change;
    struct change made = { 0 };

    same.from = change->to;
    if (!change_make(&same, &made, err))
        return false;
    change_clear(change);
    *change = made;
    return true;
}

static bool refuse_change(const struct change *change, const char *now, struct error *err)
{
    char holds[RUN_HOLDS_SIZE];
    char planned[ERR_QUOTE_SIZE];

    (void)run_holds(change->kind, now, holds);
    if (!change->from)
        return error_set(err, ERR_LIMIT, "%s %s, but was absent when it was planned",
                         change->place, holds);
    if (change->kind == CHANGE_FILE)
        return error_set(err, ERR_LIMIT, "%s %s, not those that were planned with",
                         change->place, holds);
    return error_set(err, ERR_LIMIT, "%s %s, not '%s' as planned", change->place, holds,
                     error_quote(change->from, planned));
}

static bool check_place(const struct run_tools *tools, struct change *change,
                        struct error *err)
{
    struct place_value now = { 0 };
    const char *value;
    bool ok = run_read(tools, change, &tools->deadline, &now, err);

    value = place_value_string(&now);
    if (ok && change_same_value(change->kind, value, change->to))
        ok = take_as_done(change, err);
    else if (ok && !change_same_value(change->kind, value, change->from))
        ok = refuse_change(change, value, err);
    place_value_clear(&now);
    return ok;
}

/* Two changes of one place could not be told apart when they are put back. */
static bool is_place_new(const struct journal_run *run, const struct change *change,
                         struct error *err)
{
    for (const struct change *other = run->changes; other < change; other++)
        if (other->kind == change->kind && strcmp(other->place, change->place) == 0)
            return error_set(err, ERR_LIMIT, "%s is to be changed twice", change->place);
    return true;
}

static bool check_places(const struct run_tools *tools, struct journal_run *run,
                         struct error *err)
{
    if (run->change_count > CHANGES_MAX)
        return error_set(err, ERR_LIMIT, "%zu changes, at most %d are possible",
                         run->change_count, CHANGES_MAX);
    for (size_t i = 0; i < run->change_count; i++)
        if (!is_place_new(run, &run->changes[i], err) ||
            !check_place(tools, &run->changes[i], err))
            return false;
    return true;
}

static bool undoes_a_run(const struct journal_run *run)
{
    return run->undoes && *run->undoes;
}

/* What is applied can always be taken back: its undo, whose begin is as long, finds the
 * room that was kept for it. */
static bool has_room(const struct run_tools *tools, const struct journal_run *run,
                     size_t length)
{
    if (undoes_a_run(run))
        return tools->journal_length + length <= JOURNAL_MAX - RUN_JOURNAL_END_RESERVE;
    return tools->journal_length + 2 * length <= JOURNAL_MAX - RUN_JOURNAL_RESERVE;
}

static bool record_begin(struct run_tools *tools, const struct journal_run *run,
                         struct error *err)
{
    struct text line = { 0 };
    bool ok = journal_encode_begin(run, &line, err);

    if (ok && !has_room(tools, run, line.length))
        ok = error_set(err, ERR_LIMIT,
                       "the journal is full (%zu bytes): move it away, then try again",
                       tools->journal_length);
    ok = ok && run_record(tools, &line, err);
    text_clear(&line);
    return ok;
}

static bool make_change(struct run_tools *tools, struct journal_run *run, size_t number,
                        struct error *err)
{
    const struct change *change = &run->changes[number];
    uint32_t bit = UINT32_C(1) << number;

    if (changes_nothing(change))
        return true;
    if (deadline_passed(&tools->deadline))
        return error_set(err, ERR_TIMEOUT, "the time limit passed before %s was changed",
                         change->place);
    if (!run_record_step(tools, RECORD_START, run, number, err))
        return false;
    run->started |= bit;
    if (!run_give(tools, change, change->to, &tools->deadline, err) ||
        !run_record_step(tools, RECORD_DONE, run, number, err))
        return false;
    run->done |= bit;
    return true;
}

static bool make_changes(struct run_tools *tools, struct journal_run *run,
                         struct error *err)
{
    for (size_t i = 0; i < run->change_count; i++)
        if (!make_change(tools, run, i, err))
            return false;
    return run_record_end(tools, run, RUN_APPLIED, "", err);
}

bool run_apply(struct run_tools *tools, struct journal_run *run,
               struct run_report *report)
{
    run->started = run->done = run->back = 0;
    if (!check_places(tools, run, &report->failure))
        return false;
    /* An undo with nothing left to do is recorded: it marks the other run as undone. */
    if (run->change_count == 0 && !undoes_a_run(run)) {
        report->outcome = RUN_APPLIED;
        return true;
    }
    if (!record_begin(tools, run, &report->failure))
        return false;
    if (!make_changes(tools, run, &report->failure)) {
        run_restore(tools, run, RESTORE_WHATEVER, report);
        return false;
    }
    report->touched = run->started != 0;
    report->outcome = RUN_APPLIED;
    return true;
}

static char *copy(const char *string)
{
    size_t length = strlen(string);
    char *made = malloc(length + 1);

    if (made)
        memcpy(made, string, length + 1);
    return made;
}

static bool reverse_changes(const struct journal_run *of, struct journal_run *out,
                            struct error *err)
{
    for (size_t i = of->change_count; i > 0; i--) {
        if (changes_nothing(&of->changes[i - 1]))
            continue;
        if (!change_reverse(&of->changes[i - 1], &out->changes[out->change_count], err))
            return false;
        out->change_count++;
    }
    return true;
}

bool run_make_undo(const struct journal_run *of, struct journal_run *out,
                   struct error *err)
{
    struct journal_run undo = { 0 };

    undo.command = copy("undo");
    undo.undoes = copy(of->id);
    undo.changes = calloc(of->change_count + 1, sizeof *undo.changes);
    if (!undo.command || !undo.undoes || !undo.changes)
        (void)error_set(err, ERR_MEMORY, "not enough memory for the undo");
    else if (reverse_changes(of, &undo, err)) {
        *out = undo;
        return true;
    }
    journal_run_clear(&undo);
    return false;
}
