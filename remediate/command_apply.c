/* SPDX-License-Identifier: MIT */
/* apply: the plan, made true. */
#include "remediate/command_apply.h"

#include "remediate/command.h"
#include "remediate/command_consequence.h"

void command_apply_locked(struct command_context *context)
{
    const struct plan *plan = &context->plan;
    struct command_run wanted = { .changes = plan->changes };

    if (!session_may_keep(&context->session, context->session.live_only,
                          &context->outcome) ||
        !command_recover(context) || !command_make_plan(context))
        return;
    if (plan->change_count == 0) {
        command_tell_plan(context);
        return;
    }
    wanted.count = plan->change_count;
    wanted.live_only = context->session.live_only;
    command_foresee(context, plan->changes, plan->change_count);
    if (!command_demand_gain(context, plan->changes, plan->change_count))
        return;
    command_make_changes(context, &wanted);
    if (context->outcome.code != EXIT_DONE)
        return;
    (void)command_tell_unread(context);
    command_measure_again(context);
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;

    if (session->options.dry_run)
        command_plan.execute(context);
    else if (session_open(session, true, &context->outcome) &&
             session_await_lock(session, &context->outcome))
        command_apply_locked(context);
}

static const char *const takes[] = { COMMAND_USUALLY_TAKES, "only", "live-only",
                                     "dry-run", NULL };

const struct command command_apply = {
    .name = "apply",
    .summary = "apply the plan",
    .takes = takes,
    .changes = true,
    .execute = execute,
};
