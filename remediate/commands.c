/* SPDX-License-Identifier: MIT */
/* The commands: what is opened, asked, changed and said, in which order. */
#include "remediate/commands.h"

#include <stdio.h>
#include <string.h>

#include "checks/host/program.h"
#include "remediate/facts.h"
#include "remediate/gate.h"
#include "remediate/plan.h"
#include "remediate/report.h"
#include "remediate/run.h"

/* What a command has found out so far, for its report. */
struct work {
    struct facts facts;
    struct plan plan;
    bool planned;
    bool ran; /* a run of this process is in the journal, whatever became of it */
    struct journal_run undo;
};

/* The facts are large, and there is one command per process. */
static struct work work;

static void write_report(struct session *session, struct outcome *outcome,
                         bool with_history, struct text *out)
{
    /* Who holds the lock may well be the run that has not ended yet; of one of our own
     * the outcome tells. */
    const struct journal_run *open = session->ledger.contended || work.ran
                                         ? NULL
                                         : journal_open_run(&session->ledger.journal);
    const struct remediate_report report = {
        .command = remediate_command_name(session->options.command),
        .outcome = outcome,
        .plan = work.planned ? &work.plan : NULL,
        .journal = with_history ? &session->ledger.journal : NULL,
        .undo = work.undo.change_count > 0 ? &work.undo : NULL,
        .interrupted = open,
        .locked = session->ledger.locked,
        .notes = text_string(&work.facts.notes),
        .policy_source = text_string(&session->policy_source),
        .verbosity = session->options.verbosity,
    };

    if (outcome->code == EXIT_DONE && outcome->reboot && session->options.exit_3010)
        outcome->code = EXIT_REBOOT;
    if (!session->options.json)
        remediate_report_text(&report, out);
    else if (!remediate_report_json(&report, out, NULL))
        text_clear(out);
    /* Half a report is none: the caller says that there was no memory. */
    if (outcome->message.failed || outcome->details.failed || work.facts.notes.failed)
        text_clear(out);
}

static bool make_plan(struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    if (!facts_gather(session, &work.facts, &err) ||
        !plan_make(&work.facts.plan_facts, &work.plan, &err))
        return outcome_set(outcome, err.code == ERR_DENIED ? EXIT_REFUSED : EXIT_UNUSABLE,
                           "%s", err.message);
    work.planned = true;
    return true;
}

static void clear_work(void)
{
    plan_clear(&work.plan);
    journal_run_clear(&work.undo);
    facts_clear(&work.facts);
    work = (struct work){ 0 };
}

static bool any_obstacle(void)
{
    for (size_t i = 0; i < work.plan.item_count; i++)
        if (work.plan.items[i].obstacle)
            return true;
    return false;
}

/* Adds "; could not be read: A, B" to the message: what was planned is not all that there
 * may be to change. False when all could be read. */
static bool tell_unread(struct outcome *outcome)
{
    bool any = false;

    for (size_t i = 0; i < work.plan.item_count; i++) {
        const struct setting_result *result = work.plan.items[i].result;

        if (result->state != SETTING_STATE_UNREAD)
            continue;
        text_add(&outcome->message, any ? ", " : "; could not be read: ");
        text_add_clean(&outcome->message, result->rule->name, "");
        any = true;
    }
    return any;
}

/* A plan as an outcome, for whoever only wants to see it. */
static void tell_plan(struct outcome *outcome)
{
    size_t count = work.plan.change_count;

    if (count > 0)
        (void)outcome_set(outcome, EXIT_NEEDED, "%zu change%s needed", count,
                          count == 1 ? "" : "s");
    else if (any_obstacle())
        (void)outcome_set(outcome, EXIT_DONE, "nothing that could be changed here");
    else
        (void)outcome_set(outcome, EXIT_DONE, "nothing to change");
    /* Nobody knows whether there is nothing to do. */
    if (tell_unread(outcome) && count == 0)
        outcome->code = EXIT_UNUSABLE;
}

void command_plan(struct session *session, struct outcome *outcome, struct text *out)
{
    if (session_open(session, false, outcome) && session_load(session, outcome) &&
        make_plan(session, outcome))
        tell_plan(outcome);
    write_report(session, outcome, false, out);
    clear_work();
}

/* Asked before anything is put back: who mistypes a name is told that nothing was
 * touched. */
static bool knows_only(struct session *session, struct outcome *outcome)
{
    struct host_identity host;
    char quoted[ERR_QUOTE_SIZE];

    session->host.ops->identify(session->host.self, &host);
    for (size_t i = 0; i < session->options.only_count; i++) {
        const char *name = session->options.only[i];
        const struct policy_setting *rule = policy_find(&session->policy, name);

        if (!rule || rule->os != host.os.kind)
            return outcome_set(outcome, EXIT_UNUSABLE,
                               "'%s' is no setting of this system and its policy",
                               error_quote(name, quoted));
    }
    return true;
}

/* With the lock held: put back what was interrupted, then plan and apply. */
static void apply_locked(struct session *session, struct outcome *outcome)
{
    const char *command = remediate_command_name(session->options.command);

    if (!knows_only(session, outcome) || !session_recover(session, outcome) ||
        !make_plan(session, outcome))
        return;
    if (work.plan.change_count == 0) {
        tell_plan(outcome);
    } else {
        work.ran = true;
        session_run(session, command, "", work.plan.changes, work.plan.change_count,
                    outcome);
        if (outcome->code == EXIT_DONE)
            (void)tell_unread(outcome);
    }
}

void command_apply(struct session *session, struct outcome *outcome, struct text *out)
{
    if (session->options.dry_run) {
        command_plan(session, outcome, out);
        return;
    }
    if (session_open(session, true, outcome) && session_lock(session, outcome))
        apply_locked(session, outcome);
    write_report(session, outcome, false, out);
    clear_work();
}

/* The run to take back, NULL with *outcome set when there is none. */
static const struct journal_run *find_undo(struct session *session, const char *id,
                                           struct outcome *outcome)
{
    const struct journal_run *run = id ? journal_find(&session->ledger.journal, id)
                                       : journal_last_applied(&session->ledger.journal);
    char quoted[ERR_QUOTE_SIZE];

    if (!id && !run) {
        (void)outcome_set(outcome, EXIT_DONE, "no run to undo");
    } else if (!run) {
        (void)outcome_set(outcome, EXIT_UNUSABLE,
                          "--id: there is no run '%s' (see history)",
                          error_quote(id, quoted));
    } else if (run->outcome != RUN_APPLIED || run->undone || run->undoes[0]) {
        (void)outcome_set(outcome, EXIT_REFUSED, "the run %s is %s: nothing to undo",
                          run->id,
                          run->undone      ? "undone already"
                          : run->undoes[0] ? "an undo itself"
                                           : run_outcome_name(run->outcome));
        run = NULL;
    }
    return run;
}

/* `id` NULL = the last one. */
static void undo_run(struct session *session, const char *id, struct outcome *outcome)
{
    const struct journal_run *run = find_undo(session, id, outcome);
    struct error err = { 0 };

    if (!run)
        return;
    if (!run_make_undo(run, &work.undo, &err)) {
        (void)outcome_set(outcome, EXIT_UNUSABLE, "%s", err.message);
        return;
    }
    work.ran = true;
    session_run(session, "undo", run->id, work.undo.changes, work.undo.change_count,
                outcome);
}

static void undo_locked(struct session *session, struct outcome *outcome)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);
    const char *id = session->options.undo_id;
    bool wants_open = open && (!id || strcmp(id, open->id) == 0);
    char undoes[JOURNAL_ID_SIZE] = "";

    /* Asked before anything is put back: what cannot be undone touches nothing. */
    if (!wants_open && !find_undo(session, id, outcome))
        return;
    /* An undo put back is no undo: it is what was asked for, so it is made anew. */
    if (wants_open)
        (void)snprintf(undoes, sizeof undoes, "%s", open->undoes);
    if (!session_recover(session, outcome))
        return;
    if (wants_open && !undoes[0])
        (void)outcome_set(outcome, EXIT_DONE, "the interrupted run was put back");
    else
        undo_run(session, wants_open ? undoes : id, outcome);
}

void command_undo(struct session *session, struct outcome *outcome, struct text *out)
{
    if (session_open(session, true, outcome) && session_lock(session, outcome))
        undo_locked(session, outcome);
    write_report(session, outcome, false, out);
    clear_work();
}

void command_history(struct session *session, struct outcome *outcome, struct text *out)
{
    bool ok = session_open(session, false, outcome) && session_load(session, outcome);

    if (ok)
        (void)outcome_set(outcome, EXIT_DONE, "%zu run%s", session->ledger.journal.count,
                          session->ledger.journal.count == 1 ? "" : "s");
    write_report(session, outcome, ok, out);
    clear_work();
}

/* Whoever started us need not send a line, nor end it: nothing is held meanwhile. */
static bool read_line(struct text *line, struct error *err)
{
    static const struct watchdog_plan patience = {
        .seconds = 10,
        .exit_code = EXIT_UNUSABLE,
        .before = "ON-ALERT UNUSABLE: no alert after 10 s of ",
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
    const struct gate_facts facts = {
        .alert = *alert,
        .rules = &session->policy.gate,
        .now_s = program_time_s(),
        .last_action_s = last_action_s,
    };
    char reason[GATE_REASON_SIZE];

    switch (gate_ask(&facts, reason)) {
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
static bool is_confirmed(struct session *session, struct outcome *outcome)
{
    static struct observation seen;
    static struct verdict verdict;
    char reason[GATE_REASON_SIZE];
    struct error err = { 0 };

    if (!session->policy.gate.confirm)
        return true;
    if (!facts_usage(session, &seen, &verdict, &err))
        return outcome_set(outcome, EXIT_REFUSED, "cannot confirm the alert: %s",
                           err.message);
    if (gate_confirm(&session->policy.gate, &verdict, reason) != GATE_ACT)
        return outcome_set(outcome, EXIT_REFUSED, "%s", reason);
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
    (void)outcome_set(outcome, EXIT_DONE, "the interrupted run was put back, no more: %s",
                      text_string(&reason));
    text_clear(&reason);
}

/*
 * With the lock held, so that of a flood of alerts one acts and the others are counted.
 * The gate stands before new changes: what is half done stays so for no cool-down.
 */
static void answer_alert(struct session *session, const struct alert *alert,
                         struct outcome *outcome)
{
    bool interrupted = journal_open_run(&session->ledger.journal) != NULL;

    if (!session_recover(session, outcome))
        return;
    if (pass_gate(session, alert, last_action_s(&session->ledger.journal), outcome) &&
        is_confirmed(session, outcome)) {
        apply_locked(session, outcome);
        return;
    }
    session_note_refusal(session, text_string(&outcome->message));
    if (interrupted)
        tell_put_back(outcome);
}

/* What the alert itself speaks against needs no lock; a journal that is damaged or holds
 * an interrupted run is told all the same. */
static void meet_alert(struct session *session, const struct alert *alert,
                       struct outcome *outcome)
{
    if (!pass_gate(session, alert, 0, outcome))
        (void)session_load(session, outcome);
    else if (session_lock(session, outcome))
        answer_alert(session, alert, outcome);
}

void command_on_alert(struct session *session, struct outcome *outcome, struct text *out)
{
    struct alert alert = { 0 };
    struct error err = { 0 };

    if (!read_alert(session, &alert, &err))
        (void)outcome_set(outcome, EXIT_UNUSABLE, "%s", err.message);
    else if (alert.state == CHECK_OK)
        (void)outcome_set(outcome, EXIT_DONE, "the problem is over: nothing to do");
    else if (session_open(session, true, outcome))
        meet_alert(session, &alert, outcome);
    write_report(session, outcome, false, out);
    clear_work();
}
