/* SPDX-License-Identifier: MIT */
/* status: what is in force, what waits, and what happened last; changes nothing. */
#include "checks/host/program.h"
#include "remediate/command.h"
#include "remediate/command_steps.h"
#include "remediate/writer/system.h"

/* What was found out, whatever could not be. */
static void fill_status(struct command_context *context, bool loaded, bool has_policy)
{
    const struct session *session = &context->session;
    const struct plan_input *input = &context->survey.input;
    struct remediate_status *status = &context->status;

    status->policy = has_policy ? &session->policy : NULL;
    status->journal = loaded ? &session->ledger.journal : NULL;
    status->boot = text_string(&session->boot);
    status->machine = text_string(&session->machine);
    status->uptime_s = program_uptime_s();
    status->now_s = program_time_s();
    system_confinement(&status->confinement);
    status->drop_in_path = input->live_only ? NULL : input->drop_in_path;
    status->drop_in = input->drop_in;
}

/* Noted settings are never judged, so they are not counted. */
static void tell_status(const struct plan *plan, struct outcome *outcome)
{
    size_t recommended = 0;
    size_t judged = 0;

    for (size_t i = 0; i < plan->item_count; i++) {
        const enum setting_state state = plan->items[i].result->state;

        recommended += state == SETTING_STATE_RECOMMENDED;
        judged += state != SETTING_STATE_NOTED;
    }
    (void)outcome_set(
        outcome, EXIT_DONE, "%zu of %zu settings as recommended, %zu change%s needed",
        recommended, judged, plan->change_count, plan->change_count == 1 ? "" : "s");
}

static void execute(struct command_context *context)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    bool loaded;
    bool has_policy;
    bool planned = false;

    if (!session_open_ledger(session, false, outcome))
        return;
    loaded = session_load(session, outcome);
    has_policy = session_open_rest(session, false, outcome);
    if (has_policy)
        planned = command_make_plan(context);
    else
        survey_drop_in(session, &context->survey);
    context->wants_status = true;
    fill_status(context, loaded, has_policy);
    /* What could not be read is the headline, and all else is told below it. */
    if (loaded && planned)
        tell_status(&context->plan, outcome);
}

const struct command command_status = {
    .name = "status",
    .summary = "show what is in force, what waits, and what happened last",
    .bit = COMMAND_STATUS,
    .execute = execute,
};
