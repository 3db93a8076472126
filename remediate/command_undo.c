/* SPDX-License-Identifier: MIT */
/* undo: reverts the last run, or the one that --id names. */
#include <stdio.h>
#include <string.h>

#include "remediate/command.h"
#include "remediate/command_consequence.h"
#include "remediate/command_steps.h"
#include "remediate/elsewhere.h"
#include "remediate/run.h"
#include "remediate/trial.h"
#include "remediate/trial_steps.h"

static void refuse_undo(const struct journal_run *run, struct outcome *outcome)
{
    if (run->undone)
        (void)outcome_set(outcome, EXIT_REFUSED,
                          "run %s was already undone: nothing to undo", run->id);
    else if (run->undoes[0])
        (void)outcome_set(outcome, EXIT_REFUSED,
                          "run %s is itself an undo: run apply instead", run->id);
    else
        (void)outcome_set(outcome, EXIT_REFUSED, "run %s is %s: nothing to undo", run->id,
                          run_outcome_names[run->outcome]);
}

/* An interrupted one of another machine is the last one too. */
static const struct journal_run *last_run(const struct session *session)
{
    const struct journal *journal = &session->ledger.journal;
    const struct journal_run *open = journal_open_run(journal);

    if (open && session_place_of(session, open) == RUN_ON_ANOTHER_MACHINE)
        return open;
    return journal_last_applied_in(journal, text_string(&session->network),
                                   text_string(&session->boot));
}

/* Elsewhere than on the host there may be runs of the host that are not seen here. */
static bool sees_all_runs(const struct session *session, struct outcome *outcome)
{
    struct error why = { 0 };

    return session->live_only || session_can_keep(session->options.command->name, &why) ||
           why.code == ERR_IO || outcome_set(outcome, EXIT_ERROR, "%s", why.message);
}

/* The run to revert, NULL with *outcome set when there is none. */
static const struct journal_run *find_undo(struct session *session, const char *id,
                                           struct outcome *outcome)
{
    const struct journal *journal = &session->ledger.journal;
    const char *boot = text_string(&session->boot);
    const struct journal_run *run =
        trial_to_undo(journal, id ? journal_find(journal, id) : last_run(session));
    char quoted[ERR_QUOTE_SIZE];

    if (run && session_place_of(session, run) != RUN_HERE) {
        (void)elsewhere_refuse_undo(session, run, outcome);
        run = NULL;
    } else if (!id && !run) {
        if (sees_all_runs(session, outcome))
            (void)outcome_set(outcome, EXIT_DONE, "no run to undo");
    } else if (!run) {
        (void)outcome_set(outcome, EXIT_ERROR, "--id: there is no run '%s' (see history)",
                          error_quote(id, quoted));
    } else if (trial_state(run, journal, boot) == TRIAL_REBOOTED) {
        (void)outcome_set(outcome, EXIT_REFUSED,
                          "the trial %s ended by a reboot: nothing to undo", run->id);
        run = NULL;
    } else if (run->outcome != RUN_APPLIED || run->undone || run->undoes[0]) {
        refuse_undo(run, outcome);
        run = NULL;
    }
    return run;
}

/*
 * What the undo would do to usage. False with the outcome set when it would make the host
 * CRITICAL, which --force waives. Where usage cannot be told, nothing speaks against it.
 */
static bool look_ahead(struct command_context *context)
{
    struct session *session = &context->session;
    char why[CONSEQUENCE_WHY_SIZE];
    struct error err = { 0 };

    if (!survey_judge(session, &session->host, &context->survey.seen,
                      &context->survey.verdict, &err)) {
        text_addf(&context->outcome.details,
                  "Usage could not be measured, so the effect of the undo on it is not "
                  "known: %s.\n",
                  err.message);
        return true;
    }
    command_foresee(context, context->undo.changes, context->undo.change_count);
    if (context->consequence.unknown[0] || session->options.force ||
        !consequence_turns_critical(&context->survey.seen, &context->after,
                                    &session->policy, why))
        return true;
    context->ran = true; /* and nothing was made */
    return outcome_set(&context->outcome, EXIT_REFUSED,
                       "the host would become CRITICAL: %s; wait until usage falls, or "
                       "use undo --force",
                       why);
}

/* `id` NULL = the last one. */
static void undo_run(struct command_context *context, const char *id)
{
    const struct journal_run *run = find_undo(&context->session, id, &context->outcome);
    struct command_run wanted = { 0 };

    if (!run || !trial_make_undo(context, run))
        return;
    wanted.undoes = run->id;
    wanted.changes = context->undo.changes;
    wanted.count = context->undo.change_count;
    wanted.live_only = run->live_only && !run->confirmed;
    if (look_ahead(context)) {
        command_make_changes(context, &wanted);
        if (context->outcome.code == EXIT_DONE)
            command_measure_again(context);
    }
}

static void undo_locked(struct command_context *context)
{
    struct session *session = &context->session;
    const struct journal_run *open = session_open_run(session);
    const char *id = session->options.undo_id;
    bool wants_open = open && (!id || strcmp(id, open->id) == 0);
    char undoes[JOURNAL_ID_SIZE] = "";

    /* Asked before anything is put back: what cannot be undone touches nothing. */
    if (!wants_open && !find_undo(session, id, &context->outcome))
        return;
    /* An undo put back is no undo: it is what was asked for, so it is made anew. */
    if (wants_open)
        (void)snprintf(undoes, sizeof undoes, "%s", open->undoes);
    if (!command_recover(context) || !trial_end_overdue(context) ||
        trial_was_ended(context, wants_open ? undoes : id))
        return;
    if (wants_open && !undoes[0])
        (void)outcome_set(&context->outcome, EXIT_DONE,
                          "the interrupted run was rolled back");
    else
        undo_run(context, wants_open ? undoes : id);
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;

    if (session_open(session, true, &context->outcome) &&
        session_await_runs(session, &context->outcome))
        undo_locked(context);
}

const struct command command_undo = {
    .name = "undo",
    .summary = "revert what the last run (or --id) changed",
    .bit = COMMAND_UNDO,
    .changes = true,
    .execute = execute,
};
