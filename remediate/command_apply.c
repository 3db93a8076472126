/* SPDX-License-Identifier: MIT */
/* apply: the plan, made true. */
#include "remediate/command_apply.h"

#include "checks/ask_words.h"
#include "remediate/command.h"
#include "remediate/command_consequence.h"
#include "remediate/trial_steps.h"

/* The changes are made; that is not always enough. */
static void tell_no_relief(struct command_context *context)
{
    const struct observation *before = &context->survey.seen;
    const struct relief *missing = relief_missing(&context->reliefs, before);
    struct text *message = &context->outcome.message;
    char subject[ASK_WORDS_SIZE];

    if (!missing)
        return;
    ask_words_subject(before, &missing->before, subject);
    text_add(message, ", but ");
    text_add_clean(message, subject, "");
    text_add(message, " still finds no free port");
}

void command_apply_locked(struct command_context *context)
{
    const struct plan *plan = &context->plan;
    struct command_run wanted = { .changes = plan->changes };

    if (!command_recover(context) || !trial_end_overdue(context) ||
        !trial_is_none(context) || !command_make_plan(context))
        return;
    wanted.live_only = context->session.live_only;
    if (context->session.options.trial_s > 0 && !trial_prepare(context, &wanted))
        return;
    if (plan->change_count == 0) {
        command_tell_plan(context);
        return;
    }
    wanted.count = plan->change_count;
    command_foresee(context, plan->changes, plan->change_count);
    if (!command_demand_gain(context, plan->changes, plan->change_count))
        return;
    command_make_changes(context, &wanted);
    if (context->outcome.code != EXIT_DONE)
        return;
    (void)command_tell_unread(context);
    command_measure_again(context);
    tell_no_relief(context);
    trial_tell(context);
}

static bool prepare(struct command_context *context)
{
    const struct remediate_options *options = &context->session.options;

    return options->trial_s == 0 || options->dry_run || trial_arm(context);
}

static bool open_and_lock(struct command_context *context)
{
    struct session *session = &context->session;

    if (session->options.trial_s > 0)
        return trial_open(context);
    return session_open(session, true, &context->outcome) &&
           session_may_keep(session, session->live_only, &context->outcome) &&
           session_await_lock(session, &context->outcome);
}

static void execute(struct command_context *context)
{
    if (context->session.options.dry_run)
        command_plan.execute(context);
    else if (open_and_lock(context))
        command_apply_locked(context);
}

const struct command command_apply = {
    .name = "apply",
    .summary = "apply the plan",
    .bit = COMMAND_APPLY,
    .changes = true,
    .begins = true,
    .prepare = prepare,
    .execute = execute,
};
