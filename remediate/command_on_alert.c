/* SPDX-License-Identifier: MIT */
/* on-alert: apply, when the alert, the site's rules and the host itself allow it. */
#include "checks/host/program.h"
#include "remediate/alert.h"
#include "remediate/command.h"
#include "remediate/command_apply.h"
#include "remediate/command_steps.h"
#include "remediate/gate.h"
#include "remediate/writer/system.h"

/* Whoever started us need not send a line, nor end it: nothing is held meanwhile. */
static bool read_line(struct text *line, struct error *err)
{
    static const struct watchdog_plan patience = {
        .seconds = 10,
        .exit_code = EXIT_ERROR,
        .before = "ON-ALERT ERROR: no alert after 10 s of ",
        .after = "\n",
    };
    bool ok;

    program_watchdog_stage("reading standard input");
    if (!program_watchdog_start(&patience, err))
        return false;
    ok = program_read_file("-", ALERT_LINE_MAX, line, err);
    program_watchdog_stop();
    return ok;
}

static bool read_alert(const struct session *session, struct alert *alert,
                       struct error *err)
{
    struct text line = { 0 };
    struct error why = { 0 };
    bool ok;

    if (session->options.alert_given)
        return alert_parse(&session->options.alert, alert, err);
    if (read_line(&line, &why))
        ok = alert_parse_line(text_string(&line), line.length, alert, err);
    else if (why.code == ERR_LIMIT)
        ok = error_set(err, ERR_LIMIT, "the alert's line is longer than %d bytes",
                       (int)ALERT_LINE_MAX);
    else
        ok = error_set(err, why.code,
                       "no alert: give --state, --state-type and --attempt, or a line on "
                       "standard input: %s",
                       why.message);
    text_clear(&line);
    return ok;
}

static bool pass_gate(const struct session *session, const struct alert *alert,
                      int64_t last_action_s, struct outcome *outcome)
{
    const struct gate_question question = {
        .alert = *alert,
        .rules = &session->policy.gate,
        .now_s = program_time_s(),
        .last_action_s = last_action_s,
    };
    char reason[GATE_REASON_SIZE];

    switch (gate_ask(&question, reason)) {
    case GATE_ACT:
        return true;
    case GATE_NOTHING:
        (void)outcome_set(outcome, EXIT_DONE, "%s", reason);
        return false;
    case GATE_REFUSE:
        break;
    }
    return outcome_set(outcome, EXIT_REFUSED, "%s", reason);
}

/* The host has the last word, not the alert. */
static bool is_confirmed(struct command_context *context)
{
    struct session *session = &context->session;
    char reason[GATE_REASON_SIZE];
    struct error err = { 0 };

    if (!session->policy.gate.confirm)
        return true;
    if (!survey_usage(session, &context->usage, &context->verdict, &err))
        return outcome_set(&context->outcome, EXIT_REFUSED,
                           "cannot confirm the alert: %s", err.message);
    if (gate_confirm(&session->policy.gate, &context->verdict, reason) != GATE_ACT)
        return outcome_set(&context->outcome, EXIT_REFUSED, "%s", reason);
    return true;
}

/* When the last run acted. One that was put back counts from its begin: its end may be
 * a recovery of much later, which is no new action. */
static int64_t last_action_s(const struct journal *journal)
{
    const struct journal_run *last =
        journal->count > 0 ? &journal->runs[journal->count - 1] : NULL;

    return last && last->outcome == RUN_RESTORED ? last->time_s
                                                 : journal_last_action_s(journal);
}

/* A refusal says that nothing was touched; here something was. */
static void tell_put_back(struct outcome *outcome)
{
    struct text reason = outcome->message;

    outcome->message = (struct text){ 0 };
    (void)outcome_set(outcome, EXIT_DONE,
                      "the interrupted run was rolled back; no further changes: %s",
                      text_string(&reason));
    text_clear(&reason);
}

/* Counted in the journal; the first one since the last run is told to the audit log too.
 */
static void note_refusal(struct session *session, const char *reason)
{
    struct text line = { 0 };

    if (!ledger_refuse(&session->ledger, reason))
        return;
    text_addf(&line, "on-alert by %s: refused: %s", text_string(&session->user), reason);
    system_audit(false, text_string(&line));
    text_clear(&line);
}

/*
 * With the lock held, so that of a flood of alerts one acts and the others are counted.
 * The gate stands before new changes: what is half done stays so for no cool-down.
 */
static void answer_locked(struct command_context *context, const struct alert *alert)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    const struct journal *journal = &session->ledger.journal;
    bool interrupted = session_open_run(session) != NULL;

    if (!command_recover(context))
        return;
    if (pass_gate(session, alert, last_action_s(journal), outcome) &&
        is_confirmed(context)) {
        command_apply_locked(context);
        return;
    }
    note_refusal(session, text_string(&outcome->message));
    if (interrupted)
        tell_put_back(outcome);
}

/* What the alert itself speaks against needs no lock; a journal that is damaged or holds
 * an interrupted run is told all the same. */
static void answer(struct command_context *context, const struct alert *alert)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;

    if (!pass_gate(session, alert, 0, outcome))
        (void)session_load(session, outcome);
    else if (session_lock(session, outcome))
        answer_locked(context, alert);
}

static void execute(struct command_context *context)
{
    struct outcome *outcome = &context->outcome;
    struct alert alert = { 0 };
    struct error err = { 0 };

    if (!read_alert(&context->session, &alert, &err))
        (void)outcome_set(outcome, EXIT_ERROR, "%s", err.message);
    else if (alert.state == CHECK_OK)
        (void)outcome_set(outcome, EXIT_DONE, "the problem is over: nothing to do");
    else if (session_open(&context->session, true, outcome) &&
             session_may_keep(&context->session, context->session.live_only, outcome))
        answer(context, &alert);
}

/* An alert brings its facts and nothing else: what it may do is the site's policy. */
static const char *const takes[] = { COMMAND_ALWAYS_TAKES, "state",
                                     "state-type",         "attempt",
                                     "downtime-depth",     NULL };

const struct command command_on_alert = {
    .name = "on-alert",
    .summary = "apply the plan if this alert may; otherwise say why not",
    .takes = takes,
    .changes = true,
    .execute = execute,
};
