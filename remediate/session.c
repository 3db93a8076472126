/* SPDX-License-Identifier: MIT */
/* Opening what a command works with, in the order in which it can be refused. */
#include "remediate/session.h"

#include <stdlib.h>

#include "checks/host/program.h"
#include "checks/host/site_policy.h"
#include "remediate/run.h"
#include "remediate/writer/system.h"

/* Unsafe files and missing rights are refusals, all else that stops us is the
 * environment. */
static bool refuse(struct outcome *outcome, const struct error *err)
{
    enum remediate_exit code = err->code == ERR_DENIED ? EXIT_REFUSED : EXIT_UNUSABLE;

    return outcome_set(outcome, code, "%s", err->message);
}

static bool load_policy(struct session *session, bool changes, struct outcome *outcome)
{
    const char *given = session->options.policy_path;
    struct text path = { 0 };
    struct error err = { 0 };
    struct error unsafe = { 0 };
    bool ok = site_policy_path(given, &path, &err);

    /* What steers a change must not be in anybody else's hands. */
    if (ok && changes && given && strcmp(given, "-") == 0)
        ok = outcome_set(
            outcome, EXIT_UNUSABLE,
            "policy: standard input belongs to nobody; a change takes a file");
    else if (ok && changes && !state_store_trusts(text_string(&path), &unsafe) &&
             unsafe.code != ERR_ABSENT)
        ok = outcome_set(outcome, EXIT_REFUSED, "policy: %s", unsafe.message);
    else if (!ok ||
             !site_policy_load(given, &session->policy, &session->policy_source, &err))
        ok = outcome_set(outcome, EXIT_UNUSABLE, "%s", err.message);
    text_clear(&path);
    return ok;
}

bool session_open(struct session *session, bool changes, struct outcome *outcome)
{
    struct error err = { 0 };

    session->deadline = deadline_in_ms((int64_t)session->options.timeout_s * 1000);
    program_boot_id(&session->boot);
    system_user(&session->user);
    if (changes && !system_may_change(&err))
        return outcome_set(outcome, EXIT_UNUSABLE, "%s", err.message);
    if (!host_open(&session->host, &err) ||
        !setting_writer_open(&session->writer, &err) ||
        !ledger_open(&session->ledger, &err))
        return refuse(outcome, &err);
    if (changes && !ledger_inspect(&session->ledger, &err))
        return refuse(outcome, &err);
    return load_policy(session, changes, outcome);
}

bool session_load(struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    return ledger_load(&session->ledger, &err) ||
           outcome_set(outcome, EXIT_REFUSED, "%s", err.message);
}

bool session_lock(struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    if (ledger_lock(&session->ledger, &err))
        system_ignore_interruptions();
    /* A damaged journal is told before a lock that cannot be had. */
    if (!session_load(session, outcome))
        return false;
    return session->ledger.locked ||
           outcome_set(outcome, err.code == ERR_IO ? EXIT_UNUSABLE : EXIT_REFUSED, "%s",
                       err.message);
}

/* What a failed run left behind, as exit code, message and lines. */
static void tell_failure(const struct run_report *report, const char *what,
                         struct outcome *outcome)
{
    if (!report->touched && report->outcome == RUN_OPEN)
        (void)outcome_set(outcome, EXIT_REFUSED, "%s: %s; nothing was changed", what,
                          report->failure.message);
    else if (report->outcome == RUN_RESTORED)
        (void)outcome_set(outcome, EXIT_FAILED, "%s failed, everything is as before: %s",
                          what, report->failure.message);
    else
        (void)outcome_set(outcome, EXIT_PERSON,
                          "%s failed and could not be taken back whole: %s", what,
                          report->failure.message);
    text_add(&outcome->details, text_string(&report->left));
}

bool session_recover(struct session *session, struct outcome *outcome)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);
    struct run_report report = { 0 };
    struct text line = { 0 };
    bool ok;

    if (!open)
        return true;
    ok = run_recover(&session->ledger, &session->writer, text_string(&session->boot),
                     &report);
    text_addf(&line, "%s: interrupted run %s %s", text_string(&session->user), open->id,
              ok ? "put back" : "not put back");
    system_audit(!ok, text_string(&line));
    text_clear(&line);
    outcome->changed = true;
    if (ok) {
        text_addf(&outcome->details,
                  "The run %s was interrupted; what it did was put back.\n", open->id);
    } else {
        report.touched = true;
        tell_failure(&report, "putting back the interrupted run", outcome);
    }
    run_report_clear(&report);
    return ok;
}

/* Fills a run's who, when and what. */
static bool head_run(const struct session *session, const char *command,
                     const char *undoes, struct journal_run *run, struct error *err)
{
    ledger_name(&session->ledger, run);
    run->boot = journal_copy(text_string(&session->boot), err);
    run->user = journal_copy(text_string(&session->user), err);
    run->command = journal_copy(command, err);
    run->undoes = journal_copy(undoes, err);
    run->policy = journal_copy(text_string(&session->policy_source), err);
    run->version = journal_copy(PORT_EXHAUSTION_VERSION, err);
    return run->boot && run->user && run->command && run->undoes && run->policy &&
           run->version;
}

static bool copy_changes(const struct change *changes, size_t count,
                         struct journal_run *run, struct error *err)
{
    run->changes = calloc(count, sizeof *run->changes);
    if (!run->changes)
        return error_set(err, ERR_MEMORY, "not enough memory for the changes");
    for (size_t i = 0; i < count; i++) {
        if (!change_make(&changes[i], &run->changes[i], err))
            return false;
        run->change_count++;
    }
    return true;
}

/* How many changes the run made itself: what others had made before it is not among
 * them. */
static size_t count_made(const struct journal_run *run)
{
    size_t count = 0;

    for (size_t i = 0; i < run->change_count; i++)
        count += run->done >> i & 1;
    return count;
}

/* One line for the audit log: who, what, from, to, outcome. */
static void audit(const struct journal_run *run, const struct run_report *report)
{
    struct text line = { 0 };
    bool applied = report->outcome == RUN_APPLIED;

    text_addf(&line, "%s %s by %s: %s", run->command, run->id, run->user,
              report->outcome == RUN_OPEN ? "refused"
                                          : run_outcome_name(report->outcome));
    for (size_t i = 0; i < run->change_count; i++) {
        const struct change *change = &run->changes[i];

        /* Found as it shall be: not ours to tell. */
        if (change_same_value(change->kind, change->from, change->to))
            continue;
        if (change->kind == CHANGE_FILE)
            text_addf(&line, "; %s %s", change->place,
                      change->to ? "written" : "removed");
        else
            text_addf(&line, "; %s: %s -> %s", change->place,
                      change->from ? change->from : "absent",
                      change->to ? change->to : "absent");
    }
    if (!applied)
        text_addf(&line, "; %s", report->failure.message);
    system_audit(!applied, text_string(&line));
    text_clear(&line);
}

/* Whether what the run changed waits for a reboot: not when it only took back, in the
 * same boot, what waited. */
static bool is_waiting(const struct session *session, const struct journal_run *run)
{
    const char *boot = text_string(&session->boot);
    bool waiting = false;

    for (size_t i = 0; i < run->change_count; i++)
        waiting |= run->changes[i].reboot &&
                   (!*boot || journal_waiting_since_s(&session->ledger.journal, boot,
                                                      run->changes[i].setting) > 0);
    return waiting;
}

void session_run(struct session *session, const char *command, const char *undoes,
                 const struct change *changes, size_t count, struct outcome *outcome)
{
    struct run_report report = { 0 };
    struct journal_run run = { 0 };
    struct error err = { 0 };

    if (!head_run(session, command, undoes, &run, &err) ||
        !copy_changes(changes, count, &run, &err)) {
        (void)outcome_set(outcome, EXIT_UNUSABLE, "%s; nothing was changed", err.message);
    } else if (run_apply(&session->ledger, &session->writer, &session->deadline, &run,
                         &report)) {
        size_t made = count_made(&run);

        outcome->changed = true;
        outcome->reboot = is_waiting(session, &run);
        (void)outcome_set(outcome, EXIT_DONE, "%zu change%s made and verified (run %s)%s",
                          made, made == 1 ? "" : "s", run.id,
                          outcome->reboot ? ", waiting for a reboot" : "");
        audit(&run, &report);
    } else {
        tell_failure(&report, command, outcome);
        audit(&run, &report);
    }
    run_report_clear(&report);
    journal_run_clear(&run);
}

void session_note_refusal(struct session *session, const char *reason)
{
    struct text line = { 0 };

    if (!ledger_refuse(&session->ledger, reason))
        return;
    text_addf(&line, "on-alert by %s: refused: %s", text_string(&session->user), reason);
    system_audit(false, text_string(&line));
    text_clear(&line);
}

void session_close(struct session *session)
{
    ledger_close(&session->ledger);
    setting_writer_close(&session->writer);
    host_close(&session->host);
    text_clear(&session->policy_source);
    text_clear(&session->boot);
    text_clear(&session->user);
}
