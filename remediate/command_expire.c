/* SPDX-License-Identifier: MIT */
/* expire: ends a trial whose time has passed; what its timer runs. Whatever it finds, to
 * run it again does no harm. */
#include <stdio.h>

#include "checks/host/program.h"
#include "remediate/command.h"
#include "remediate/command_steps.h"
#include "remediate/elsewhere.h"
#include "remediate/trial.h"
#include "remediate/trial_steps.h"
#include "remediate/writer/expiry.h"

/* The trial that is on; too early it is left, since only a person can come too early. */
static void end(struct command_context *context, const struct journal_run *trial)
{
    const int64_t uptime_s = program_uptime_s();
    char id[JOURNAL_ID_SIZE];
    struct text when = { 0 };

    (void)snprintf(id, sizeof id, "%s", trial->id);
    if (uptime_s < 0 || trial_is_overdue(trial, uptime_s)) {
        trial_end(context, trial);
        if (context->outcome.code == EXIT_DONE)
            (void)outcome_set(&context->outcome, EXIT_DONE,
                              "the trial %s has ended: its values are as before", id);
        return;
    }
    trial_add_end(trial, uptime_s, program_time_s(), &when);
    (void)outcome_set(&context->outcome, EXIT_REFUSED,
                      "the trial %s %s: to revert it now, run undo", id,
                      text_string(&when));
    text_clear(&when);
}

/* Everything else is as it shall be, but for what was never a trial. */
static void expire_run(struct command_context *context, const char *id)
{
    struct session *session = &context->session;
    const struct journal *journal = &session->ledger.journal;
    const char *boot = text_string(&session->boot);
    const struct journal_run *run = journal_find(journal, id);
    const enum trial_state state = run ? trial_state(run, journal, boot) : TRIAL_NONE;

    if (!run)
        (void)outcome_set(&context->outcome, EXIT_DONE,
                          "there is no run %s: nothing to revert", id);
    else if (session_place_of(session, run) != RUN_HERE)
        (void)elsewhere_refuse_undo(session, run, &context->outcome);
    else if (state == TRIAL_NONE)
        (void)outcome_set(&context->outcome, EXIT_REFUSED,
                          "run %s is no trial: to revert it, run undo --id %s", id, id);
    else if (state == TRIAL_FAILED)
        (void)outcome_set(&context->outcome, EXIT_DONE,
                          "the trial %s never came into force: nothing to revert", id);
    else if (state == TRIAL_ON && !*boot)
        (void)outcome_set(&context->outcome, EXIT_ERROR,
                          "the identity of this boot cannot be read: nobody knows "
                          "whether it is that of the trial %s",
                          id);
    else if (state == TRIAL_ON)
        end(context, run);
    else
        (void)outcome_set(&context->outcome, EXIT_DONE,
                          "the trial %s is over (%s): nothing to revert", id,
                          trial_state_name(run, journal, boot));
}

/* An interrupted run that cannot be rolled back completely, but is over, must not make
 * the trial last. */
static bool recover(struct command_context *context)
{
    struct outcome *outcome = &context->outcome;

    if (command_recover(context))
        return true;
    if (session_open_run(&context->session))
        return false;
    text_add(&outcome->details, text_string(&outcome->message));
    text_add(&outcome->details, "\n");
    return true;
}

static void expire_locked(struct command_context *context)
{
    struct outcome *outcome = &context->outcome;
    enum remediate_exit before;

    if (!recover(context))
        return;
    before = outcome->code;
    outcome->code = EXIT_DONE;
    expire_run(context, context->session.options.run);
    if (outcome->code == EXIT_DONE)
        outcome->code = before;
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;

    if (session_open_ledger(session, true, &context->outcome) &&
        session_await_runs(session, &context->outcome))
        expire_locked(context);
}

const struct command command_expire = {
    .name = EXPIRY_COMMAND,
    .summary = "revert the trial RUN if its time has passed (its timer does)",
    .operand = "RUN",
    .bit = COMMAND_EXPIRE,
    .changes = true,
    .execute = execute,
};
