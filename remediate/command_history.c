/* SPDX-License-Identifier: MIT */
/* history: what the journal says. */
#include "remediate/command.h"
#include "remediate/command_steps.h"
#include "remediate/trial_steps.h"

static void execute(struct command_context *context)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    size_t count;

    if (!session_open_ledger(session, false, outcome) || !session_load(session, outcome))
        return;
    count = session->ledger.journal.count;
    context->wants_history = true;
    /* A policy that cannot be read is the headline: the journal tells the same without.
     */
    if (session_open_rest(session, false, outcome))
        (void)outcome_set(outcome, EXIT_DONE, "%zu run%s", count, count == 1 ? "" : "s");
    trial_tell(context);
}

const struct command command_history = {
    .name = "history",
    .summary = "show what was done, when, by whom, and how it ended",
    .bit = COMMAND_HISTORY,
    .execute = execute,
};
