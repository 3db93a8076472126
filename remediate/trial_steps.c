/* SPDX-License-Identifier: MIT */
/* Beginning a trial, ending it, and telling of it. */
#include "remediate/trial_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/linux/sysctl_config.h"
#include "checks/host/program.h"
#include "remediate/ownership.h"
#include "remediate/run.h"
#include "remediate/trial.h"
#include "remediate/writer/expiry.h"
#include "remediate/writer/system.h"

/* One that was begun in another network namespace is left to that. */
static const struct journal_run *current_trial(const struct session *session)
{
    const struct journal_run *trial =
        journal_trial(&session->ledger.journal, text_string(&session->boot));

    return trial && session_place_of(session, trial) == RUN_HERE ? trial : NULL;
}

bool trial_outlives_boot(const struct command_context *context,
                         const struct journal_run *trial)
{
    const struct run_site site = { .writer = &context->session.writer };

    return trial->lasting || run_is_in_file(&site, trial, SYSCTL_DROP_IN);
}

static const char *say_what_confirm_does(const struct command_context *context,
                                         const struct journal_run *trial)
{
    return trial_outlives_boot(context, trial) ? "confirm makes it lasting"
                                               : "confirm keeps it until the next boot";
}

bool trial_is_none(struct command_context *context)
{
    const struct journal_run *trial = current_trial(&context->session);
    struct text end = { 0 };

    if (!trial)
        return true;
    trial_add_end(trial, program_uptime_s(), program_time_s(), &end);
    (void)outcome_set(&context->outcome, EXIT_REFUSED,
                      "the trial %s is on, and %s: %s, undo reverts it", trial->id,
                      text_string(&end), say_what_confirm_does(context, trial));
    text_clear(&end);
    return false;
}

static bool name_run(struct command_context *context, struct error *err)
{
    struct trial_terms *terms = &context->trial;
    struct session *session = &context->session;
    const int64_t uptime_s = program_uptime_s();
    struct journal_run run = { 0 };

    if (uptime_s < 0 || session->boot.length == 0)
        return error_set(err, ERR_IO,
                         "the uptime or the identity of this boot cannot be read, and a "
                         "trial ends by them");
    ledger_name(&session->ledger, &run);
    (void)snprintf(terms->id, sizeof terms->id, "%s", run.id);
    (void)snprintf(session->ledger.promised, sizeof session->ledger.promised, "%s",
                   run.id);
    /* Rounded down, before the timer is armed: never does that run too early. */
    terms->until_s = uptime_s + session->options.trial_s;
    return true;
}

bool trial_arm(struct command_context *context)
{
    struct session *session = &context->session;
    const struct journal_run *trial;
    struct error err = { 0 };

    if (!system_has_expiry(&err))
        return outcome_set(&context->outcome, EXIT_ERROR, "%s", err.message);
    if (!session_open_ledger(session, true, &context->outcome) ||
        !session_may_keep(session, false, &context->outcome) ||
        !session_await_lock(session, &context->outcome))
        return false;
    trial = current_trial(session);
    if (trial && !trial_is_overdue(trial, program_uptime_s()) && !trial_is_none(context))
        return false;
    return (name_run(context, &err) &&
            system_arm_expiry(context->trial.id, session->options.trial_s, &err)) ||
           outcome_set(&context->outcome, EXIT_ERROR, "%s; nothing was changed",
                       err.message);
}

bool trial_open(struct command_context *context)
{
    return session_open_rest(&context->session, true, &context->outcome);
}

static void hold_file(struct plan *plan, struct change *held)
{
    struct change *last;

    if (plan->change_count == 0)
        return;
    last = &plan->changes[plan->change_count - 1];
    if (last->kind != CHANGE_FILE)
        return;
    *held = *last;
    *last = (struct change){ 0 };
    plan->change_count--;
    free(plan->file.wanted);
    plan->file.wanted = NULL;
}

bool trial_prepare(struct command_context *context, struct command_run *run)
{
    struct trial_terms *terms = &context->trial;

    hold_file(&context->plan, &terms->lasting);
    run->id = terms->id;
    run->live_only = true;
    run->trial_until_s = terms->until_s;
    run->lasting = terms->lasting.place ? &terms->lasting : NULL;
    if (context->plan.change_count > 0 || !run->lasting)
        return true;
    return outcome_set(&context->outcome, EXIT_REFUSED,
                       "nothing to try: only the values for the next boot would change; "
                       "run apply");
}

/* What someone else set stays, and is named: in *told and in the log. A command that then
 * sets values of its own says what the others are, not what they were. */
static void tell_left(struct command_context *context, const char *id,
                      const struct ownership *seen, struct text *told)
{
    struct outcome *outcome = &context->outcome;
    struct text line = { 0 };

    if (seen->others == 0)
        return;
    text_addf(&line, EXPIRY_COMMAND " of %s by %s: left as someone else set it: ", id,
              text_string(&context->session.user));
    text_add_clean(&line, text_string(&seen->lines), "");
    system_audit(true, text_string(&line));
    text_clear(&line);
    text_add(told, text_string(told == &outcome->details || command_is_of_a_run(context)
                                   ? &seen->lines
                                   : &seen->held));
    if (outcome->code == EXIT_DONE)
        (void)outcome_set(outcome, EXIT_MANUAL,
                          "the trial %s has ended; what someone else changed since is "
                          "left as it is",
                          id);
}

static void end_trial(struct command_context *context, const struct journal_run *trial,
                      struct text *told)
{
    struct ownership seen = { 0 };
    struct journal_run undo = { 0 };
    char id[JOURNAL_ID_SIZE];
    struct error err = { 0 };

    /* The journal moves when a run is added. */
    (void)snprintf(id, sizeof id, "%s", trial->id);
    ownership_look(&context->session.writer, trial, &seen);
    if (!run_make_undo(trial, ~seen.ours, &undo, &err)) {
        (void)outcome_set(&context->outcome, EXIT_ERROR, "%s", err.message);
    } else {
        command_make_changes(context, &(struct command_run){ .changes = undo.changes,
                                                             .count = undo.change_count,
                                                             .command = EXPIRY_COMMAND,
                                                             .undoes = id });
        tell_left(context, id, &seen, told);
    }
    journal_run_clear(&undo);
    ownership_clear(&seen);
}

void trial_end(struct command_context *context, const struct journal_run *trial)
{
    end_trial(context, trial, &context->outcome.details);
}

/* What was done before is no part of what the command does itself. */
static void tell_ended(struct command_context *context, const struct text *left)
{
    struct outcome *outcome = &context->outcome;

    text_addf(&outcome->details,
              "The trial %s was overdue and has been ended: ", context->trial.ended);
    text_add(&outcome->details, text_string(&outcome->message));
    text_add(&outcome->details, "\n");
    text_add(&outcome->details, text_string(left));
    outcome->code = EXIT_DONE;
    text_cut(&outcome->message, 0);
    context->ran = false;
    context->made = 0;
}

bool trial_end_overdue(struct command_context *context)
{
    const struct journal_run *trial = current_trial(&context->session);
    char *ended = context->trial.ended;
    struct text left = { 0 };

    if (!trial || !trial_is_overdue(trial, program_uptime_s()))
        return true;
    (void)snprintf(ended, sizeof context->trial.ended, "%s", trial->id);
    end_trial(context, trial, &left);
    trial = journal_find(&context->session.ledger.journal, ended);
    if (trial && trial->undone) {
        tell_ended(context, &left);
    } else {
        text_add(&context->outcome.details, text_string(&left));
        *ended = '\0';
    }
    text_clear(&left);
    return trial && trial->undone;
}

bool trial_was_ended(struct command_context *context, const char *id)
{
    const char *ended = context->trial.ended;

    if (!*ended || (id && strcmp(id, ended) != 0))
        return false;
    (void)outcome_set(&context->outcome, EXIT_DONE,
                      "the trial %s was overdue and has been ended", ended);
    return true;
}

void trial_tell(struct command_context *context)
{
    const struct journal_run *trial = current_trial(&context->session);
    const int64_t uptime_s = program_uptime_s();
    struct text *details = &context->outcome.details;

    if (!trial)
        return;
    text_addf(details, "The trial %s ", trial->id);
    if (trial_is_overdue(trial, uptime_s))
        text_add(details, "is ");
    trial_add_end(trial, uptime_s, program_time_s(), details);
    if (trial_is_overdue(trial, uptime_s))
        text_add(details, ": the next command that changes something ends it first.\n");
    else
        text_addf(details, ": %s, undo reverts it.\n",
                  say_what_confirm_does(context, trial));
}

/* Adds copies of the changes to the run, which has the room. */
static bool add_changes(const struct journal_run *from, struct journal_run *out,
                        struct error *err)
{
    for (size_t i = 0; i < from->change_count; i++) {
        if (!change_make(&from->changes[i], &out->changes[out->change_count], err))
            return false;
        out->change_count++;
    }
    return true;
}

/* The trial and its confirmation as one run. */
static bool join(const struct journal_run *trial, const struct journal_run *confirmation,
                 struct journal_run *out, struct error *err)
{
    const size_t count = trial->change_count + confirmation->change_count;

    (void)snprintf(out->id, sizeof out->id, "%s", trial->id);
    out->uptime_s = trial->uptime_s;
    out->live_only = confirmation->change_count == 0;
    out->boot = text_copy(trial->boot);
    out->changes = calloc(count + 1, sizeof *out->changes);
    if (!out->boot || !out->changes)
        return error_set(err, ERR_MEMORY, "not enough memory for the undo");
    return add_changes(trial, out, err) && add_changes(confirmation, out, err);
}

bool trial_make_undo(struct command_context *context, const struct journal_run *run)
{
    const struct journal *journal = &context->session.ledger.journal;
    const struct journal_run *confirmation =
        run->confirmed ? trial_confirmation(journal, run->id) : NULL;
    struct journal_run whole = { 0 };
    struct error err = { 0 };
    bool ok;

    if (!confirmation)
        return command_make_undo(context, run);
    ok = join(run, confirmation, &whole, &err)
             ? command_make_undo(context, &whole)
             : outcome_set(&context->outcome, EXIT_ERROR, "%s", err.message);
    journal_run_clear(&whole);
    return ok;
}
