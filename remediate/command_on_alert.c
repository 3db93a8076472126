/* SPDX-License-Identifier: MIT */
/* on-alert: apply, when the alert, the site's rules and the host itself allow it. */
#include "checks/host/deadline.h"
#include "checks/host/program.h"
#include "remediate/alert.h"
#include "remediate/command.h"
#include "remediate/command_apply.h"
#include "remediate/command_consequence.h"
#include "remediate/command_steps.h"
#include "remediate/confirmation.h"
#include "remediate/gate.h"
#include "remediate/planner.h"
#include "remediate/relief_plan.h"
#include "remediate/trial.h"
#include "remediate/trial_steps.h"
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

/* `journal` NULL: the alert's own facts are judged, not what was done before. */
static struct cool_down_moment now_here(const struct session *session)
{
    return (struct cool_down_moment){ .machine = text_string(&session->machine),
                                      .network = text_string(&session->network),
                                      .boot = text_string(&session->boot),
                                      .uptime_s = program_uptime_s(),
                                      .time_s = program_time_s() };
}

static enum gate_answer ask_gate(const struct session *session, const struct alert *alert,
                                 const struct journal *journal,
                                 char reason[GATE_REASON_SIZE])
{
    const struct gate_question question = {
        .alert = *alert,
        .rules = &session->policy.gate,
        .journal = journal,
        .now = now_here(session),
    };

    return gate_ask(&question, reason);
}

static bool pass_gate(const struct session *session, const struct alert *alert,
                      const struct journal *journal, struct outcome *outcome)
{
    char reason[GATE_REASON_SIZE];

    switch (ask_gate(session, alert, journal, reason)) {
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

/* An alert's handler runs once, and load comes in waves: so many looks, a time apart; the
 * last one begins within five seconds of the first. */
enum { LOOKS = 3, LOOK_EVERY_MS = 2000, LOOKS_WITHIN_MS = 5000 };

static bool look(struct command_context *context, const struct alert *alert)
{
    struct session *session = &context->session;
    char reason[GATE_REASON_SIZE];
    struct error err = { 0 };

    if (!survey_usage(session, &context->usage, &context->verdict, &err))
        return outcome_set(&context->outcome, EXIT_REFUSED,
                           "cannot confirm the alert: %s", err.message);
    if (!confirmation_ask(&session->policy.gate, alert->state, &context->usage,
                          &context->verdict, reason))
        return outcome_set(&context->outcome, EXIT_REFUSED, "%s", reason);
    text_addf(&context->outcome.details, "Confirmed: %s.\n", reason);
    return true;
}

/* The host has the last word, not the alert. */
static bool is_confirmed(struct command_context *context, const struct alert *alert)
{
    const struct deadline end = deadline_in_ms(LOOKS_WITHIN_MS);

    for (int i = 0; i < LOOKS && !deadline_passed(&end); i++) {
        const struct deadline next = deadline_in_ms(LOOK_EVERY_MS);

        if (look(context, alert))
            return true;
        if (i + 1 < LOOKS)
            deadline_wait(&next);
    }
    return false;
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

/* Counted in the journal; the first one of a cool-down is told to the audit log too. */
static void note_audit(struct session *session, const struct plan *plan)
{
    const struct ledger_cool_down cool_down = { .period_s =
                                                    session->policy.gate.cool_down_s,
                                                .now = now_here(session) };
    struct text reason = { 0 };
    struct text line = { 0 };

    relief_plan_add_audit(plan, &reason);
    if (ledger_audit(&session->ledger, text_string(&reason), &cool_down)) {
        text_addf(&line, "on-alert by %s: audit: %s", text_string(&session->user),
                  text_string(&reason));
        system_audit(false, text_string(&line));
    }
    text_clear(&reason);
    text_clear(&line);
}

/* Where an alert has nothing to change, a person may: then it is said, and what. */
static void tell_waiting(struct command_context *context)
{
    static struct plan whole; /* large */
    struct plan_input input = context->survey.input;
    struct outcome *outcome = &context->outcome;

    input.relief_only = false;
    if (!context->planned || context->plan.change_count > 0 ||
        outcome->code != EXIT_DONE || !plan_make(&input, &whole, NULL))
        return;
    if (whole.change_count > 0) {
        (void)outcome_set(
            outcome, EXIT_DONE, "no change here gives relief; %zu change%s for apply",
            whole.change_count, whole.change_count == 1 ? " waits" : "s wait");
        relief_plan_add_waiting(&whole, &outcome->details);
    }
    plan_clear(&whole);
}

/* What the alert would change, where the policy only wants to know. */
static void audit(struct command_context *context)
{
    struct outcome *outcome = &context->outcome;
    const size_t count = context->plan.change_count;

    command_tell_plan(context);
    if (count > 0) {
        command_foresee(context, context->plan.changes, count);
        (void)outcome_set(outcome, EXIT_NEEDED, "would make %zu change%s", count,
                          count == 1 ? "" : "s");
        (void)command_tell_unread(context);
        note_audit(&context->session, &context->plan);
    }
    tell_waiting(context);
    outcome->audit = outcome->code == EXIT_DONE || outcome->code == EXIT_NEEDED;
}

/* An audit makes no change, not even one that takes back. */
static bool leaves_interrupted(struct command_context *context)
{
    const struct session *session = &context->session;

    if (!session_open_run(session) || session->policy.gate.mode != POLICY_AUDIT)
        return false;
    (void)outcome_set(&context->outcome, EXIT_REFUSED,
                      "the policy's mode is audit, so nothing is rolled back");
    return true;
}

static void act(struct command_context *context)
{
    context->survey.input.relief_only = true;
    if (context->session.policy.gate.mode == POLICY_AUDIT) {
        if (command_make_plan(context))
            audit(context);
        return;
    }
    command_apply_locked(context);
    tell_waiting(context);
}

/* What is half done comes first, for no cool-down. Without the lock it is only known that
 * there may be something. */
static bool may_be_unsettled(const struct session *session)
{
    const struct journal *journal = &session->ledger.journal;
    const struct journal_run *trial = journal_trial(journal, text_string(&session->boot));

    return journal_open_run(journal) ||
           (trial && trial_is_overdue(trial, program_uptime_s()));
}

/* Sets *put_back where a run was interrupted here. */
static bool lock_and_settle(struct command_context *context, bool *put_back)
{
    struct session *session = &context->session;
    bool interrupted;

    if (!session_lock(session, &context->outcome))
        return false;
    interrupted = session_open_run(session) != NULL;
    if (leaves_interrupted(context) || !command_recover(context) ||
        (session->policy.gate.mode != POLICY_AUDIT && !trial_end_overdue(context)))
        return false;
    *put_back = *put_back || interrupted;
    return true;
}

/* The outcome says why. Who holds the lock is busy, and the refusal is not counted. */
static void refuse(struct command_context *context, bool put_back)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    struct text reason = outcome->message;
    bool counts;

    outcome->message = (struct text){ 0 };
    counts = session->ledger.locked || lock_and_settle(context, &put_back);
    if (counts)
        note_refusal(session, text_string(&reason));
    if (counts || session->ledger.contended) {
        (void)outcome_set(outcome, EXIT_REFUSED, "%s", text_string(&reason));
        if (put_back)
            tell_put_back(outcome);
    }
    text_clear(&reason);
}

/* Looking takes seconds, in which everybody else may have the lock; of a flood one looks.
 * False with the outcome set, and the refusal counted. */
static bool host_confirms(struct command_context *context, const struct alert *alert,
                          bool put_back)
{
    struct ledger *ledger = &context->session.ledger;
    struct outcome *outcome = &context->outcome;
    struct error err = { 0 };
    bool confirmed;

    if (!context->session.policy.gate.confirm)
        return true;
    if (!ledger_begin_looks(ledger, &err)) {
        (void)outcome_set(outcome, err.code == ERR_IO ? EXIT_ERROR : EXIT_REFUSED, "%s",
                          err.message);
        if (put_back)
            tell_put_back(outcome);
        return false;
    }
    confirmed = is_confirmed(context, alert);
    ledger_end_looks(ledger);
    if (!confirmed)
        refuse(context, put_back);
    return confirmed;
}

/* The journal may be another one than before: of a flood of alerts one acts. */
static void act_locked(struct command_context *context, const struct alert *alert,
                       bool put_back)
{
    struct session *session = &context->session;

    if (!lock_and_settle(context, &put_back))
        return;
    if (pass_gate(session, alert, &session->ledger.journal, &context->outcome))
        act(context);
    else
        refuse(context, put_back);
}

/*
 * What the alert itself speaks against needs no lock; a journal that is damaged or holds
 * an interrupted run is told all the same. The journal is asked before the lock, too: who
 * must wait anyway is told so, whoever holds the lock, and for how long.
 */
static void answer(struct command_context *context, const struct alert *alert)
{
    struct session *session = &context->session;
    struct outcome *outcome = &context->outcome;
    bool put_back = false;

    if (!pass_gate(session, alert, NULL, outcome)) {
        (void)session_load(session, outcome);
        return;
    }
    if (!session_load(session, outcome) ||
        (may_be_unsettled(session) && !lock_and_settle(context, &put_back)))
        return;
    if (!pass_gate(session, alert, &session->ledger.journal, outcome)) {
        refuse(context, put_back);
        return;
    }
    ledger_unlock(&session->ledger);
    if (host_confirms(context, alert, put_back))
        act_locked(context, alert, put_back);
}

/* Words on the command line that are none change nothing, not even make a directory. */
static bool prepare(struct command_context *context)
{
    const struct remediate_options *options = &context->session.options;
    struct alert alert = { 0 };
    struct error err = { 0 };

    return !options->alert_given || alert_parse(&options->alert, &alert, &err) ||
           outcome_set(&context->outcome, EXIT_ERROR, "%s", err.message);
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

const struct command command_on_alert = {
    .name = "on-alert",
    .summary = "apply the plan if this alert may; otherwise say why not",
    .bit = COMMAND_ON_ALERT,
    .changes = true,
    .begins = true,
    .prepare = prepare,
    .execute = execute,
};
