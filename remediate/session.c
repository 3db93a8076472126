/* SPDX-License-Identifier: MIT */
/* Opening what a command works with, in the order in which it can be refused. */
#include "remediate/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/host/program.h"
#include "checks/host/site_policy.h"
#include "checks/model/journal_file.h"
#include "checks/model/utc_time.h"
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

static bool load_journal(struct session *session, struct outcome *outcome)
{
    struct text bytes = { 0 };
    struct error err = { 0 };
    struct journal journal = { 0 };
    bool ok = session->store.ops->read_journal(session->store.self, &bytes, &err);

    if (!ok && err.code == ERR_ABSENT) {
        ok = true;
    } else if (ok) {
        ok = journal_decode(text_string(&bytes), bytes.length, &journal, &err);
        if (!ok)
            (void)error_prefix(&err, "the journal is damaged, and nothing is changed");
    }
    if (ok) {
        journal_clear(&session->journal);
        session->journal = journal;
        session->journal_length = bytes.length - journal.torn_bytes;
    } else {
        (void)outcome_set(outcome, EXIT_REFUSED, "%s", err.message);
    }
    text_clear(&bytes);
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
        !state_store_open(&session->store, &err))
        return refuse(outcome, &err);
    if (changes && !session->store.ops->inspect(session->store.self, &err))
        return refuse(outcome, &err);
    return load_policy(session, changes, outcome) && load_journal(session, outcome);
}

bool session_lock(struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    if (!session->store.ops->lock(session->store.self, &err)) {
        session->contended = err.code == ERR_LIMIT;
        return outcome_set(outcome, err.code == ERR_IO ? EXIT_UNUSABLE : EXIT_REFUSED,
                           "%s", err.message);
    }
    session->locked = true;
    system_ignore_interruptions();
    return load_journal(session, outcome);
}

static struct run_tools tools_of(struct session *session)
{
    return (struct run_tools){ .writer = &session->writer,
                               .store = &session->store,
                               .journal_length = session->journal_length,
                               .deadline = session->deadline,
                               .boot = text_string(&session->boot) };
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
    const struct journal_run *open = journal_open_run(&session->journal);
    struct run_tools tools = tools_of(session);
    struct run_report report = { 0 };
    struct outcome unread = { 0 };
    struct text line = { 0 };
    bool ok;

    if (!open)
        return true;
    ok = run_recover(&tools, open, &report);
    session->journal_length = tools.journal_length;
    text_addf(&line, "%s: interrupted run %s %s", text_string(&session->user), open->id,
              ok ? "put back" : "not put back");
    system_audit(!ok, text_string(&line));
    text_clear(&line);
    outcome->changed = true;
    if (ok) {
        text_addf(&outcome->details,
                  "The run %s was interrupted; what it did was put back.\n", open->id);
        ok = load_journal(session, outcome);
    } else {
        report.touched = true;
        tell_failure(&report, "putting back the interrupted run", outcome);
        /* Its end may be recorded: then nobody shall be told to put it back again. */
        (void)load_journal(session, &unread);
        outcome_clear(&unread);
    }
    run_report_clear(&report);
    return ok;
}

static char *copy(const char *string)
{
    struct text text = { 0 };

    text_add(&text, string);
    return text.data;
}

/* "20261121T040000Z-1234"; the same pid in the same second (a clock set back) gets a
 * suffix, since a journal with two equal ids would be refused for good. */
static void make_id(const struct session *session, int64_t time_s,
                    char out[JOURNAL_ID_SIZE])
{
    char utc[UTC_TIME_TEXT_SIZE];
    char compact[UTC_TIME_TEXT_SIZE];
    size_t length = 0;

    utc_time_format(time_s, utc);
    for (const char *c = utc; *c; c++)
        if (*c != '-' && *c != ':')
            compact[length++] = *c;
    compact[length] = '\0';
    (void)snprintf(out, JOURNAL_ID_SIZE, "%s-%lu", compact, system_pid());
    for (unsigned int again = 2; journal_find(&session->journal, out); again++)
        (void)snprintf(out, JOURNAL_ID_SIZE, "%s-%lu-%u", compact, system_pid(), again);
}

/* Fills a run's who, when and what. */
static bool head_run(const struct session *session, const char *command,
                     const char *undoes, struct journal_run *run, struct error *err)
{
    run->time_s = program_time_s();
    make_id(session, run->time_s, run->id);
    run->boot = copy(text_string(&session->boot));
    run->user = copy(text_string(&session->user));
    run->command = copy(command);
    run->undoes = copy(undoes);
    run->policy = copy(text_string(&session->policy_source));
    run->version = copy(PORT_EXHAUSTION_VERSION);
    if (!run->boot || !run->user || !run->command || !run->undoes || !run->policy ||
        !run->version)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    return true;
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
static bool is_waiting(struct session *session, const struct journal_run *run)
{
    struct outcome unread = { 0 };
    bool known = session->boot.length > 0 && load_journal(session, &unread);
    bool waiting = false;

    for (size_t i = 0; i < run->change_count; i++)
        waiting |= run->changes[i].reboot &&
                   (!known || journal_waiting_since_s(&session->journal,
                                                      text_string(&session->boot),
                                                      run->changes[i].setting) > 0);
    outcome_clear(&unread);
    return waiting;
}

void session_run(struct session *session, const char *command, const char *undoes,
                 const struct change *changes, size_t count, struct outcome *outcome)
{
    struct run_tools tools = tools_of(session);
    struct run_report report = { 0 };
    struct journal_run run = { 0 };
    struct error err = { 0 };

    if (!head_run(session, command, undoes, &run, &err) ||
        !copy_changes(changes, count, &run, &err)) {
        (void)outcome_set(outcome, EXIT_UNUSABLE, "%s; nothing was changed", err.message);
    } else if (run_apply(&tools, &run, &report)) {
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
    session->journal_length = tools.journal_length;
    run_report_clear(&report);
    journal_run_clear(&run);
}

void session_note_refusal(struct session *session, const char *reason)
{
    struct journal_refusals refusals = session->journal.refusals;
    bool first = refusals.count == 0;
    size_t keep = first ? session->journal_length : refusals.offset;
    struct text line = { 0 };

    if (journal_open_run(&session->journal))
        return;
    refusals.last_s = program_time_s();
    if (first)
        refusals.first_s = refusals.last_s;
    if (refusals.count < UINT32_MAX)
        refusals.count++;
    (void)snprintf(refusals.reason, sizeof refusals.reason, "%s", reason);
    if (journal_encode_refusals(&refusals, &line, NULL) &&
        session->store.ops->append_journal(session->store.self, keep, line.data,
                                           line.length, NULL))
        session->journal_length = keep + line.length;
    text_cut(&line, 0);
    text_addf(&line, "on-alert by %s: refused: %s", text_string(&session->user), reason);
    if (first)
        system_audit(false, text_string(&line));
    text_clear(&line);
}

void session_close(struct session *session)
{
    if (session->locked)
        session->store.ops->unlock(session->store.self);
    state_store_close(&session->store);
    setting_writer_close(&session->writer);
    host_close(&session->host);
    journal_clear(&session->journal);
    text_clear(&session->policy_source);
    text_clear(&session->boot);
    text_clear(&session->user);
}
