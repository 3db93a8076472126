/* SPDX-License-Identifier: MIT */
/* Planning, making changes, putting back what was interrupted, and telling of each. */
#include "remediate/command_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/program.h"
#include "checks/setting_words.h"
#include "remediate/elsewhere.h"
#include "remediate/planner.h"
#include "remediate/run.h"
#include "remediate/writer/system.h"

/* What follows is reading, and ends in time. */
static bool guard_reading(struct command_context *context)
{
    struct error err = { 0 };

    return session_guard(&context->session,
                         context->outcome.changed
                             ? "what was begun before was rolled back, nothing else was "
                               "changed"
                             : "nothing was changed",
                         &err) ||
           outcome_set(&context->outcome, EXIT_ERROR, "%s", err.message);
}

bool command_make_plan(struct command_context *context)
{
    struct error err = { 0 };

    if (!guard_reading(context))
        return false;
    if (!survey_make(&context->session, &context->survey, &err) ||
        !plan_make(&context->survey.input, &context->plan, &err))
        return outcome_set(&context->outcome,
                           err.code == ERR_DENIED ? EXIT_REFUSED : EXIT_ERROR, "%s",
                           err.message);
    context->planned = true;
    return true;
}

static bool any_obstacle(const struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].obstacle)
            return true;
    return false;
}

bool command_tell_unread(struct command_context *context)
{
    struct text *message = &context->outcome.message;
    bool any = false;

    for (size_t i = 0; i < context->plan.item_count; i++) {
        const struct plan_item *item = &context->plan.items[i];
        const bool is_setting = item->result->state == SETTING_STATE_UNREAD;

        if (!is_setting && !item->unread)
            continue;
        text_add(message, any ? ", " : "; could not be read: ");
        text_add(message, is_setting ? "" : "what is needed for ");
        setting_words_typed(item->result->rule, message);
        any = true;
    }
    return any;
}

void command_tell_plan(struct command_context *context)
{
    struct outcome *outcome = &context->outcome;
    size_t count = context->plan.change_count;

    if (count > 0)
        (void)outcome_set(outcome, EXIT_NEEDED, "%zu change%s needed", count,
                          count == 1 ? "" : "s");
    else if (any_obstacle(&context->plan))
        (void)outcome_set(outcome, EXIT_DONE, "no change possible on this host");
    else
        (void)outcome_set(outcome, EXIT_DONE, "nothing to change");
    /* Nobody knows whether there is nothing to do. */
    if (command_tell_unread(context) && count == 0)
        outcome->code = EXIT_ERROR;
}

/* What a failed run left behind, as exit code, message and lines. */
static void tell_failure(const struct run_report *report, const char *what,
                         struct outcome *outcome)
{
    if (report->outcome == RUN_OPEN)
        (void)outcome_set(outcome, EXIT_REFUSED, "%s; nothing was changed",
                          report->failure.message);
    else if (report->outcome == RUN_RESTORED)
        (void)outcome_set(outcome, EXIT_FAILED, "%s failed, everything was restored: %s",
                          what, report->failure.message);
    else
        (void)outcome_set(outcome, EXIT_MANUAL,
                          "%s failed and could not be rolled back completely: %s", what,
                          report->failure.message);
    text_add(&outcome->details, text_string(&report->left));
}

static struct run_site site_of(struct session *session)
{
    return (struct run_site){ .ledger = &session->ledger,
                              .writer = &session->writer,
                              .boot = text_string(&session->boot) };
}

/* What was rolled back, or ended by itself. */
static void tell_recovery(const char *id, const struct run_report *report,
                          struct outcome *outcome)
{
    text_addf(&outcome->details, "The run %s was interrupted and has been rolled back",
              id);
    text_add(&outcome->details,
             report->outlived
                 ? "; what it had set live ended with its boot, and stays as "
                   "this boot made it.\n"
                 : ".\n");
}

/* Its file stays, since nobody can write it now: `why` says what helps. True where the
 * command goes on all the same; another recovery is to come where the run is open. */
static bool tell_file_left(const char *id, const struct run_report *report,
                           const struct error *why, struct outcome *outcome)
{
    text_addf(&outcome->details,
              "The run %s was interrupted and has been rolled back, but for what is left "
              "for the next boot:\n%s",
              id, text_string(&report->left));
    (void)outcome_set(outcome, EXIT_MANUAL,
                      "the live values of the interrupted run %s were rolled back; %s",
                      id, why->message);
    return report->outcome != RUN_OPEN;
}

bool command_is_of_a_run(const struct command_context *context)
{
    const char *command = context->session.options.command->name;

    return strcmp(command, "undo") == 0 || strcmp(command, "confirm") == 0;
}

/* `unkept` says why no file can be written now, if none can. */
static bool recover(struct command_context *context, const struct journal_run *open,
                    const struct error *unkept)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    const struct run_site site = site_of(session);
    struct run_report report = { 0 };
    struct text line = { 0 };
    /* Who goes on with something else ends the run; the others come again. */
    const bool again = unkept->code != ERR_NONE && command_is_of_a_run(context);
    bool ok = run_recover(&site, again ? RECOVER_AGAIN : RECOVER_ONCE, &report);

    text_addf(&line, "%s: interrupted run %s %s", text_string(&session->user), open->id,
              ok ? "rolled back" : "not rolled back");
    system_audit(!ok, text_string(&line));
    text_clear(&line);
    outcome->changed = true;
    if (ok)
        tell_recovery(open->id, &report, outcome);
    else if (report.only_files && unkept->code != ERR_NONE)
        ok = tell_file_left(open->id, &report, unkept, outcome);
    else
        tell_failure(&report, "rolling back the interrupted run", outcome);
    run_report_clear(&report);
    return ok && guard_reading(context);
}

bool command_recover(struct command_context *context)
{
    struct session *session = &context->session;
    const struct journal_run *open = session_open_run(session);
    struct error unkept = { 0 };

    if (!open)
        return elsewhere_settle(session, &context->outcome);
    /* Where the host's files cannot be written now, what is live can be put back. */
    if (!open->live_only && !session_can_keep(session->options.command->name, &unkept) &&
        unkept.code != ERR_IO)
        return outcome_set(&context->outcome, EXIT_ERROR, "%s", unkept.message);
    return recover(context, open, &unkept);
}

/* What ended with its boot, by its places. */
static void tell_gone(const struct journal_run *of, uint32_t gone,
                      struct outcome *outcome)
{
    const char *between = ": ";

    if (!gone)
        return;
    text_addf(&outcome->details, "What run %s had set live ended with its boot", of->id);
    for (size_t i = 0; i < of->change_count; i++)
        if (gone >> i & 1) {
            char place[CHANGE_NAME_SIZE];

            text_add(&outcome->details, between);
            text_add_clean(&outcome->details, change_place_name(&of->changes[i], place),
                           "");
            between = ", ";
        }
    text_add(&outcome->details, ".\n");
}

bool command_make_undo(struct command_context *context, const struct journal_run *of)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    const struct run_site site = site_of(session);
    const struct run_remains remains = run_remains_of(&site, of);
    struct error err = { 0 };

    if (!session_may_keep(session, of->live_only, outcome))
        return false;
    if (remains.unsure)
        return outcome_set(outcome, EXIT_REFUSED,
                           "it cannot be told whether run %s or a later boot set the "
                           "current values: nothing was changed",
                           of->id);
    if (!run_make_undo(of, remains.gone, &context->undo, &err))
        return outcome_set(outcome, EXIT_ERROR, "%s", err.message);
    tell_gone(of, remains.gone, outcome);
    return true;
}

static bool waits_for_boot(const struct journal_run *run)
{
    for (size_t i = 0; i < run->change_count; i++)
        if (run->changes[i].reboot)
            return true;
    return false;
}

/* Before the run is recorded, so that its record says by what its boot is known. Without
 * a mark it is known by what the system tells of it, and the run goes on: what it changes
 * matters more than until when it is said to wait. */
static void mark_boot(struct command_context *context, const struct journal_run *run)
{
    struct text *boot = &context->session.boot;
    struct error err = { 0 };

    if (!system_mark_boot(run->id, &err))
        text_addf(&context->outcome.details,
                  "This boot could not be marked (%s): whether a reboot is still to come "
                  "is told by the boot counter of Windows.\n",
                  err.message);
    text_cut(boot, 0);
    program_boot_id(boot);
}

/* Fills a run's who, when and what; its changes are there. */
static bool head_run(struct command_context *context, const struct command_run *wanted,
                     struct journal_run *run, struct error *err)
{
    const struct session *session = &context->session;

    ledger_name(&session->ledger, run);
    if (wanted->id)
        (void)snprintf(run->id, sizeof run->id, "%s", wanted->id);
    (void)snprintf(run->machine, sizeof run->machine, "%s",
                   text_string(&session->machine));
    (void)snprintf(run->network, sizeof run->network, "%s",
                   text_string(&session->network));
    run->live_only = wanted->live_only;
    run->trial_until_s = wanted->trial_until_s;
    if (waits_for_boot(run))
        mark_boot(context, run);
    run->boot = text_copy(text_string(&session->boot));
    run->user = text_copy(text_string(&session->user));
    run->command =
        text_copy(wanted->command ? wanted->command : session->options.command->name);
    run->undoes = text_copy(wanted->undoes ? wanted->undoes : "");
    run->confirms = text_copy(wanted->confirms ? wanted->confirms : "");
    run->policy = text_copy(text_string(&session->policy_source));
    run->version = text_copy(PORT_EXHAUSTION_VERSION);
    return (run->boot && run->user && run->command && run->undoes && run->confirms &&
            run->policy && run->version) ||
           error_set(err, ERR_MEMORY, "not enough memory for the journal");
}

static bool copy_lasting(const struct change *lasting, struct journal_run *run,
                         struct error *err)
{
    if (!lasting)
        return true;
    run->lasting = calloc(1, sizeof *run->lasting);
    if (!run->lasting)
        return error_set(err, ERR_MEMORY, "not enough memory for the changes");
    return change_make(lasting, run->lasting, err);
}

static bool copy_changes(const struct change *changes, size_t count,
                         struct journal_run *run, struct error *err)
{
    run->changes = calloc(count, sizeof *run->changes);
    if (!run->changes)
        return error_set(err, ERR_MEMORY, "not enough memory for the changes");
    for (size_t i = 0; i < count; i++) {
        if (!change_make(&changes[i], &run->changes[i], err))
            return false;
        run->change_count++;
    }
    return true;
}

/* How many changes the run made itself: what others had made before it is not among
 * them. */
static size_t count_made(const struct journal_run *run)
{
    size_t count = 0;

    for (size_t i = 0; i < run->change_count; i++)
        count += run->done >> i & 1;
    return count;
}

/* One line for the audit log: who, what, from, to, outcome. */
static void audit(const struct journal_run *run, const struct run_report *report)
{
    struct text line = { 0 };
    char name[CHANGE_NAME_SIZE];
    bool applied = report->outcome == RUN_APPLIED;

    text_addf(&line, "%s %s by %s: %s", run->command, run->id, run->user,
              report->outcome == RUN_OPEN ? "refused"
                                          : run_outcome_names[report->outcome]);
    for (size_t i = 0; i < run->change_count; i++) {
        const struct change *change = &run->changes[i];

        /* Found as it shall be: not ours to tell. */
        if (change_same_value(change->kind, change->from, change->to))
            continue;
        if (change->kind == CHANGE_FILE)
            text_addf(&line, "; %s %s", change_place_name(change, name),
                      change->to ? "written" : "removed");
        else
            text_addf(&line, "; %s: %s -> %s", change_place_name(change, name),
                      change_value_words(change->from), change_value_words(change->to));
    }
    if (!applied)
        text_addf(&line, "; %s", report->failure.message);
    system_audit(!applied, text_string(&line));
    text_clear(&line);
}

/* Whether what the run changed waits for a reboot: not when it only took back, in the
 * same boot, what waited. */
static bool is_waiting(const struct session *session, const struct journal_run *run)
{
    const struct journal_now now = { .boot = text_string(&session->boot),
                                     .machine = text_string(&session->machine),
                                     .network = text_string(&session->network) };
    bool waiting = false;

    for (size_t i = 0; i < run->change_count; i++)
        waiting |= run->changes[i].reboot &&
                   (!*now.boot || journal_waiting_since_s(&session->ledger.journal, &now,
                                                          run->changes[i].setting) > 0);
    return waiting;
}

static void tell_success(const struct session *session, const struct journal_run *run,
                         struct outcome *outcome)
{
    size_t made = count_made(run);

    outcome->changed = true;
    outcome->reboot = is_waiting(session, run);
    (void)outcome_set(outcome, EXIT_DONE, "%zu change%s made and verified (run %s)%s",
                      made, made == 1 ? "" : "s", run->id,
                      outcome->reboot ? ", waiting for a reboot" : "");
    if (run->live_only && session->asked_by.length > 0 && run->undoes[0] == '\0')
        text_add(&outcome->message,
                 ", live only: the next boot brings the old values back");
}

/* Runs do not nest. */
static bool make_room(void *context, struct error *err)
{
    struct command_context *command = context;

    return elsewhere_make_room(&command->session, &command->outcome.details, err);
}

static void make_run(struct command_context *context, struct journal_run *run,
                     struct run_report *report)
{
    struct session *session = &context->session;
    const struct run_site site = site_of(session);
    const struct run_terms terms = { .deadline = &session->deadline,
                                     .prove = context->prove,
                                     .make_room = make_room,
                                     .context = context };

    if (run_apply(&site, &terms, run, report))
        tell_success(session, run, &context->outcome);
    else
        tell_failure(report, run->command, &context->outcome);
    audit(run, report);
    context->made = report->outcome == RUN_RESTORED ? 0 : run->done & ~run->back;
}

void command_make_changes(struct command_context *context,
                          const struct command_run *wanted)
{
    struct run_report report = { 0 };
    struct journal_run run = { 0 };
    struct error err = { 0 };

    context->ran = true;
    if (copy_changes(wanted->changes, wanted->count, &run, &err) &&
        copy_lasting(wanted->lasting, &run, &err) &&
        head_run(context, wanted, &run, &err))
        make_run(context, &run, &report);
    else
        (void)outcome_set(&context->outcome, EXIT_ERROR, "%s; nothing was changed",
                          err.message);
    run_report_clear(&report);
    journal_run_clear(&run);
}

void command_context_clear(struct command_context *context)
{
    outcome_clear(&context->outcome);
    plan_clear(&context->plan);
    journal_run_clear(&context->undo);
    survey_clear(&context->survey);
    change_clear(&context->trial.lasting);
    text_clear(&context->status.confinement);
    session_close(&context->session);
}
