/* SPDX-License-Identifier: MIT */
/* plan: what would change, and why. */
#include "remediate/command.h"
#include "remediate/command_consequence.h"
#include "remediate/command_steps.h"
#include "remediate/trial_steps.h"

/* What is told first. */
static void open_with(struct command_context *context)
{
    context->opening = (struct opening){
        .seen = &context->survey.seen,
        .verdict = &context->survey.verdict,
        .input = &context->survey.input,
        .plan = &context->plan,
        .foreseen = &context->foreseen,
        .consequence = context->has_consequence ? &context->consequence : NULL,
    };
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;

    if (session_open(session, false, outcome) && session_load(session, outcome) &&
        session_may_live_only(session, outcome) && command_make_plan(context)) {
        if (context->plan.change_count > 0)
            command_foresee(context, context->plan.changes, context->plan.change_count);
        open_with(context);
        command_tell_plan(context);
        trial_tell(context);
    }
}

const struct command command_plan = {
    .name = "plan",
    .summary = "show what would change, and why; change nothing (default)",
    .bit = COMMAND_PLAN,
    .execute = execute,
};
