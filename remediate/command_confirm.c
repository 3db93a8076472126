/* SPDX-License-Identifier: MIT */
/* confirm: what a trial changed is kept. */
#include <stdio.h>

#include "remediate/command.h"
#include "remediate/command_steps.h"
#include "remediate/elsewhere.h"
#include "remediate/ownership.h"
#include "remediate/trial.h"
#include "remediate/trial_steps.h"

/* The newest run that was a trial, NULL: there was none. */
static const struct journal_run *newest_trial(const struct journal *journal)
{
    for (size_t i = journal->count; i > 0; i--)
        if (journal->runs[i - 1].trial_until_s > 0)
            return &journal->runs[i - 1];
    return NULL;
}

/* Who was late is told: nobody may believe that the values are kept. */
static void tell_no_trial(struct command_context *context)
{
    const struct session *session = &context->session;
    const struct journal *journal = &session->ledger.journal;
    const struct journal_run *last = newest_trial(journal);
    const char *state =
        last ? trial_state_name(last, journal, text_string(&session->boot)) : NULL;

    if (last &&
        trial_state(last, journal, text_string(&session->boot)) == TRIAL_CONFIRMED)
        (void)outcome_set(&context->outcome, EXIT_DONE,
                          "the trial %s is confirmed already", last->id);
    else if (last)
        (void)outcome_set(&context->outcome, EXIT_REFUSED,
                          "no trial is on, the last one (%s): %s; run apply", last->id,
                          state ? state : run_outcome_names[last->outcome]);
    else
        (void)outcome_set(&context->outcome, EXIT_REFUSED,
                          "no trial is on: apply --for begins one");
}

/* What someone changed since is not what was tried. */
static bool is_all_ours(struct command_context *context, const struct journal_run *trial)
{
    struct ownership seen = { 0 };
    struct text names = { 0 };

    ownership_look(&context->session.writer, trial, &seen);
    for (size_t i = 0; i < trial->change_count; i++) {
        char name[CHANGE_NAME_SIZE];

        if (!(seen.ours >> i & 1))
            text_addf(&names, "%s%s", names.length > 0 ? ", " : "",
                      change_place_name(&trial->changes[i], name));
    }
    ownership_clear(&seen);
    if (names.length > 0)
        (void)outcome_set(&context->outcome, EXIT_REFUSED,
                          "the trial %s is not confirmed, since these values are no "
                          "longer what it set: %s",
                          trial->id, text_string(&names));
    text_clear(&names);
    return context->outcome.code == EXIT_DONE;
}

static void keep(struct command_context *context, const struct journal_run *trial)
{
    const bool keeps = trial->lasting != NULL;
    const bool outlives_boot = trial_outlives_boot(context, trial);
    char id[JOURNAL_ID_SIZE];

    /* The journal moves when a run is added. */
    (void)snprintf(id, sizeof id, "%s", trial->id);
    command_make_changes(context, &(struct command_run){ .changes = trial->lasting,
                                                         .count = keeps ? 1 : 0,
                                                         .live_only = !keeps,
                                                         .confirms = id });
    if (context->outcome.code != EXIT_DONE)
        return;
    (void)outcome_set(&context->outcome, EXIT_DONE, "the trial %s is confirmed%s", id,
                      keeps           ? ", and kept for the next boots"
                      : outlives_boot ? ""
                                      : ", live only: the next boot brings the old "
                                        "values back");
    text_add(&context->outcome.details,
             "Its timer stays until its time, and then changes nothing.\n");
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;
    const struct journal_run *trial;

    if (!session_open_ledger(session, true, &context->outcome) ||
        !session_await_runs(session, &context->outcome) || !command_recover(context) ||
        !trial_end_overdue(context))
        return;
    trial = journal_trial(&session->ledger.journal, text_string(&session->boot));
    if (!trial)
        tell_no_trial(context);
    else if (session_place_of(session, trial) != RUN_HERE)
        (void)elsewhere_refuse_confirm(session, trial, &context->outcome);
    else if (session_may_keep(session, !trial->lasting, &context->outcome) &&
             is_all_ours(context, trial))
        keep(context, trial);
}

const struct command command_confirm = {
    .name = "confirm",
    .summary = "keep what apply --for changed, also for the next boots",
    .bit = COMMAND_CONFIRM,
    .changes = true,
    .execute = execute,
};
