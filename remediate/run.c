/* SPDX-License-Identifier: MIT */
/* Making changes: look, record, write, look again, record; else everything back. */
#include "remediate/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/program.h"
#include "remediate/manual_action.h"
#include "remediate/run_words.h"

/* For each read and write of putting back; the caller's deadline does not count then. */
enum { RESTORE_STEP_MS = 30 * 1000 };

/* Whose values are written over when they are put back. */
enum restore_power {
    RESTORE_OURS,    /* only what holds `to`: others had time to change it */
    RESTORE_WHATEVER /* whatever is there: it is this very process that wrote it */
};

/* A run on its way; all borrowed. */
struct work {
    const struct run_site *site;
    const struct deadline *deadline; /* of making; NULL where all is put back */
    struct journal_run *run;
    struct run_report *report;
    bool leaves_open; /* where only a file of ours cannot be put back */
};

/* A value as it was read; owned. Zeroed = absent. */
struct place_value {
    bool present;
    struct text text;
};

void run_report_clear(struct run_report *report)
{
    text_clear(&report->left);
    *report = (struct run_report){ 0 };
}

static bool read_value(const struct work *work, const struct change *change,
                       struct place_value *out, struct error *err)
{
    const struct setting_writer *writer = work->site->writer;
    struct deadline deadline =
        work->deadline ? *work->deadline : deadline_in_ms(RESTORE_STEP_MS);

    if (!work->deadline)
        setting_writer_look_anew(writer);
    return writer->ops->read(writer->self, change->kind, change->place, &deadline,
                             &out->present, &out->text, err) &&
           text_ok(&out->text, err);
}

/* NULL when it is absent. */
static const char *value_string(const struct place_value *value)
{
    return value->present ? text_string(&value->text) : NULL;
}

/* What was written is there only when it can be read. */
static bool verify(const struct work *work, const struct change *change,
                   const char *value, struct error *err)
{
    struct place_value now = { 0 };
    char holds[RUN_WORDS_HELD_SIZE];
    char name[CHANGE_NAME_SIZE];
    bool ok = read_value(work, change, &now, err);

    if (ok && !change_same_value(change->kind, value_string(&now), value))
        ok = error_set(err, ERR_IO, "%s was written, but %s afterwards",
                       change_place_name(change, name),
                       run_words_held(change->kind, value_string(&now), holds));
    text_clear(&now.text);
    return ok;
}

/* Writes and verifies: gives the change's place `value`. */
static bool give(const struct work *work, const struct change *change, const char *value,
                 struct error *err)
{
    const struct setting_writer *writer = work->site->writer;
    struct deadline deadline =
        work->deadline ? *work->deadline : deadline_in_ms(RESTORE_STEP_MS);

    return writer->ops->write(writer->self, change->kind, change->place, value, &deadline,
                              err) &&
           verify(work, change, value, err);
}

static bool record_end(const struct work *work, enum run_outcome outcome,
                       const char *message, struct error *err)
{
    struct journal_run *run = work->run;
    char *copy = text_copy(message);

    run->outcome = outcome;
    run->end_s = program_time_s();
    run->end_uptime_s = program_uptime_s();
    if (!copy)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    free(run->message);
    run->message = copy;
    return ledger_end(work->site->ledger, run, err);
}

/* One change that stays: what it holds, as far as that can be read, why, and how to put
 * it back by hand. */
static void name_left(const struct work *work, const struct change *change,
                      const struct error *cause)
{
    struct text *left = &work->report->left;
    struct place_value now = { 0 };
    struct error unread = { 0 };
    char holds[RUN_WORDS_HELD_SIZE];
    char name[CHANGE_NAME_SIZE];

    text_addf(left, "%s (", change_place_name(change, name));
    text_add_clean(left, change->setting, "");
    text_add(left, ") ");
    if (read_value(work, change, &now, &unread))
        text_add(left, run_words_held(change->kind, value_string(&now), holds));
    else
        text_addf(left, "cannot be read (%s)", unread.message);
    if (cause->code != ERR_NONE && strcmp(cause->message, unread.message) != 0)
        text_addf(left, " (%s)", cause->message);
    text_add(left, "; to restore it manually: ");
    manual_action_restore(change, left);
    text_add(left, "\n");
    text_clear(&now.text);
}

/* What a place holds, as far as it counts for putting back. */
enum holding { HOLDS_UNREAD, HOLDS_OLD, HOLDS_NEW, HOLDS_OTHER };

static enum holding look(const struct work *work, const struct change *change,
                         struct error *err)
{
    struct place_value now = { 0 };
    enum holding holding = HOLDS_OTHER;

    if (!read_value(work, change, &now, err))
        holding = HOLDS_UNREAD;
    else if (change_same_value(change->kind, value_string(&now), change->from))
        holding = HOLDS_OLD;
    else if (change_same_value(change->kind, value_string(&now), change->to))
        holding = HOLDS_NEW;
    text_clear(&now.text);
    return holding;
}

/* True when the place holds `from`, verified; else *err says why not. */
static bool put_back(const struct work *work, const struct change *change,
                     enum restore_power power, struct error *err)
{
    enum holding now = look(work, change, err);

    if (now == HOLDS_OLD)
        return true;
    if (power == RESTORE_OURS && now != HOLDS_NEW)
        return error_set(err, ERR_LIMIT, "someone else changed it");
    error_clear(err);
    /* A write that reports a failure may have worked: only what is there counts. */
    return give(work, change, change->from, err) || look(work, change, NULL) == HOLDS_OLD;
}

/* "FAILURE; not restored: PLACE, PLACE" for the journal. */
static void describe_end(const struct work *work, uint32_t left, struct text *out)
{
    const char *between = "; not restored: ";
    char name[CHANGE_NAME_SIZE];

    text_add(out, work->report->failure.message);
    for (size_t i = 0; i < work->run->change_count; i++)
        if (left & UINT32_C(1) << i) {
            text_addf(out, "%s%s", between,
                      change_place_name(&work->run->changes[i], name));
            between = ", ";
        }
}

/* Whether the change is to be left as it is: what the run wrote went with its boot, and
 * so did what was there before it; or this boot brought a value of its own. */
static bool is_over(const struct work *work, const struct run_remains *remains,
                    size_t number)
{
    const struct change *change = &work->run->changes[number];

    if (remains->gone >> number & 1)
        return true;
    return remains->later_boot && change->kind == CHANGE_SYSCTL &&
           look(work, change, NULL) == HOLDS_OTHER;
}

/* True when the change is back, or need not be. */
static bool put_one_back(const struct work *work, const struct run_remains *remains,
                         enum restore_power power, size_t number)
{
    struct journal_run *run = work->run;
    const struct change *change = &run->changes[number];
    const uint32_t bit = UINT32_C(1) << number;
    struct error cause = { 0 };

    if (is_over(work, remains, number)) {
        work->report->outlived = true;
        return true;
    }
    /* What cannot be read now might be, and be written over, a moment later. */
    if (remains->unsure & bit && look(work, change, &cause) == HOLDS_NEW)
        (void)error_set(&cause, ERR_LIMIT,
                        "whether the run or a later boot set it cannot be told");
    if (cause.code != ERR_NONE || !put_back(work, change, power, &cause)) {
        name_left(work, change, &cause);
        return false;
    }
    /* The machine comes first: a record that cannot be written stops nothing, since
     * without it the next start only looks at the place again. */
    if (!(run->back & bit) && ledger_step(work->site->ledger, RECORD_BACK, number, NULL))
        run->back |= bit;
    return true;
}

/* Goes through those of `which` that were begun; the bits of what stays changed. */
static uint32_t put_some_back(const struct work *work, const struct run_remains *remains,
                              enum restore_power power, uint32_t which)
{
    uint32_t left = 0;

    for (size_t i = work->run->change_count; i > 0; i--) {
        const uint32_t bit = UINT32_C(1) << (i - 1);

        if ((work->run->started & which & bit) &&
            !put_one_back(work, remains, power, i - 1))
            left |= bit;
    }
    return left;
}

/* In reverse order. After a boot our file comes last: it tells what of the rest is still
 * the run's, and does so too for whoever goes on where this is interrupted. */
static uint32_t put_all_back(const struct work *work, enum restore_power power)
{
    struct run_remains remains = { 0 };
    uint32_t last = 0;

    if (power == RESTORE_OURS)
        remains = run_remains_of(work->site, work->run);
    for (size_t i = 0; i < work->run->change_count; i++)
        if (!remains.same_boot && power == RESTORE_OURS &&
            work->run->changes[i].kind == CHANGE_FILE)
            last |= UINT32_C(1) << i;
    return put_some_back(work, &remains, power, ~last) |
           put_some_back(work, &remains, power, last);
}

static bool has_only_files(const struct journal_run *run, uint32_t which)
{
    for (size_t i = 0; i < run->change_count; i++)
        if ((which >> i & 1) && run->changes[i].kind != CHANGE_FILE)
            return false;
    return which != 0;
}

/*
 * Puts back what run->started names, in reverse order and as far as it can; fills
 * outcome, left and (in front of report->failure) what went wrong on the way; ends the
 * run. True = everything is as before, and the end is recorded.
 */
static bool restore(const struct work *work, enum restore_power power)
{
    struct journal_run *run = work->run;
    struct run_report *report = work->report;
    uint32_t left = put_all_back(work, power);
    struct text message = { 0 };
    struct error unrecorded = { 0 };
    char shown[ERR_QUOTE_SIZE];
    bool recorded;

    report->touched = run->started != 0;
    report->outcome = left ? RUN_INCOMPLETE : RUN_RESTORED;
    report->only_files = has_only_files(run, left);
    if (report->only_files && work->leaves_open) {
        report->outcome = RUN_OPEN;
        return false;
    }
    describe_end(work, left, &message);
    recorded = text_ok(&message, &unrecorded) &&
               record_end(work, report->outcome, text_string(&message), &unrecorded);
    text_clear(&message);
    if (recorded)
        return left == 0;
    run->outcome = RUN_OPEN;
    run->end_s = 0;
    return error_prefix(
        &report->failure,
        "the end of run '%s' cannot be recorded (%s); the next run will recover it",
        run->id, error_quote(unrecorded.message, shown));
}

bool run_recover(const struct run_site *site, enum recover_files files,
                 struct run_report *report)
{
    const struct journal_run *open = journal_open_run(&site->ledger->journal);
    struct journal_run run = *open;
    struct work work = {
        .site = site, .run = &run, .report = report, .leaves_open = files == RECOVER_AGAIN
    };
    bool ok;

    program_watchdog_stop(); /* putting back has no time limit */
    run.message = NULL;
    (void)error_set(&report->failure, ERR_IO, "run '%s' was interrupted", run.id);
    ok = restore(&work, RESTORE_OURS);
    free(run.message);
    if (ok)
        error_clear(&report->failure);
    return ok;
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

static bool check_place(const struct work *work, struct change *change, struct error *err)
{
    struct place_value now = { 0 };
    const char *value;
    bool ok = read_value(work, change, &now, err);

    value = value_string(&now);
    if (ok && change_same_value(change->kind, value, change->to))
        ok = take_as_done(change, err);
    else if (ok && !change_same_value(change->kind, value, change->from))
        ok = run_words_refuse(work->run, change, value, err);
    text_clear(&now.text);
    return ok;
}

static bool check_places(const struct work *work, struct error *err)
{
    struct journal_run *run = work->run;
    char name[CHANGE_NAME_SIZE];

    if (run->change_count > CHANGES_MAX)
        return error_set(err, ERR_LIMIT, "%zu changes, at most %d are possible",
                         run->change_count, CHANGES_MAX);
    for (size_t i = 0; i < run->change_count; i++) {
        if (!change_place_is_new(run->changes, i))
            return error_set(err, ERR_LIMIT, "%s would be changed twice",
                             change_place_name(&run->changes[i], name));
        if (!check_place(work, &run->changes[i], err))
            return false;
    }
    return true;
}

static bool make_change(const struct work *work, size_t number, struct error *err)
{
    struct journal_run *run = work->run;
    const struct change *change = &run->changes[number];
    uint32_t bit = UINT32_C(1) << number;

    if (changes_nothing(change))
        return true;
    if (deadline_passed(work->deadline))
        return error_set(err, ERR_TIMEOUT, "the time limit passed before %s was changed",
                         change->place);
    if (!ledger_step(work->site->ledger, RECORD_START, number, err))
        return false;
    run->started |= bit;
    if (!give(work, change, change->to, err) ||
        !ledger_step(work->site->ledger, RECORD_DONE, number, err))
        return false;
    run->done |= bit;
    return true;
}

static bool make_changes(const struct work *work, const struct run_terms *terms,
                         struct error *err)
{
    for (size_t i = 0; i < work->run->change_count; i++)
        if (!make_change(work, i, err))
            return false;
    /* Until the end is recorded the next start would roll it back, too. */
    if (terms->prove && !terms->prove(terms->context, err))
        return false;
    return record_end(work, RUN_APPLIED, "", err);
}

bool run_apply(const struct run_site *site, const struct run_terms *terms,
               struct journal_run *run, struct run_report *report)
{
    struct work work = {
        .site = site, .deadline = terms->deadline, .run = run, .report = report
    };

    run->started = run->done = run->back = 0;
    setting_writer_look_anew(site->writer);
    if (!check_places(&work, &report->failure))
        return false;
    /* An undo with nothing left to do is recorded: it marks the other run as undone. So
     * is a confirmation. */
    if (run->change_count == 0 && !(run->undoes && *run->undoes) &&
        !(run->confirms && *run->confirms)) {
        report->outcome = RUN_APPLIED;
        return true;
    }
    if ((terms->make_room && !terms->make_room(terms->context, &report->failure)) ||
        !ledger_begin(site->ledger, run, &report->failure))
        return false;
    if (!make_changes(&work, terms, &report->failure)) {
        work.deadline = NULL;
        (void)restore(&work, RESTORE_WHATEVER);
        return false;
    }
    report->touched = run->started != 0;
    report->outcome = RUN_APPLIED;
    return true;
}

static bool reverse_changes(const struct journal_run *of, uint32_t gone,
                            struct journal_run *out, struct error *err)
{
    for (size_t i = of->change_count; i > 0; i--) {
        if (changes_nothing(&of->changes[i - 1]) || gone >> (i - 1) & 1)
            continue;
        if (!change_reverse(&of->changes[i - 1], &out->changes[out->change_count], err))
            return false;
        out->change_count++;
    }
    return true;
}

bool run_make_undo(const struct journal_run *of, uint32_t gone, struct journal_run *out,
                   struct error *err)
{
    struct journal_run undo = { 0 };

    undo.command = text_copy("undo");
    undo.undoes = text_copy(of->id);
    undo.changes = calloc(of->change_count + 1, sizeof *undo.changes);
    if (!undo.command || !undo.undoes || !undo.changes)
        (void)error_set(err, ERR_MEMORY, "not enough memory for the undo");
    else if (reverse_changes(of, gone, &undo, err)) {
        *out = undo;
        return true;
    }
    journal_run_clear(&undo);
    return false;
}
