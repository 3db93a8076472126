/* SPDX-License-Identifier: MIT */
/* Opening what a command works with, in the order in which it can be refused. */
#include "remediate/session.h"

#include <string.h>

#include "checks/host/program.h"
#include "checks/host/site_policy.h"
#include "remediate/report.h"
#include "remediate/writer/expiry.h"
#include "remediate/writer/system.h"

/* Unsafe files and missing rights are refusals, all else that stops us is the
 * environment. */
static bool refuse(struct outcome *outcome, const struct error *err)
{
    enum remediate_exit code = err->code == ERR_DENIED ? EXIT_REFUSED : EXIT_ERROR;

    return outcome_set(outcome, code, "%s", err->message);
}

static bool load_policy(struct session *session, bool changes, struct outcome *outcome)
{
    struct error err = { 0 };

    return site_policy_load(session->options.policy_path, changes, &session->policy,
                            &session->policy_source, &err) ||
           outcome_set(outcome, EXIT_ERROR, "%s", err.message);
}

/* Asked before anything is put back: who mistypes a name is told that nothing was
 * touched. */
static bool resolve_only(struct session *session, struct outcome *outcome)
{
    struct remediate_options *options = &session->options;
    struct host_identity host;
    struct error err = { 0 };

    if (options->only_count == 0)
        return true;
    session->host.ops->identify(session->host.self, &host);
    return only_resolve(options->only, options->only_count, &session->policy,
                        host.os.kind, &err) ||
           outcome_set(outcome, EXIT_ERROR, "%s", err.message);
}

/* Who asks for it, or what makes it so. */
static void decide_live_only(struct session *session)
{
    if (session->options.live_only)
        text_add(&session->asked_by, "--live-only");
    else if (session->policy.gate.mode == POLICY_LIVE_ONLY)
        text_add(&session->asked_by, "remediation.mode of the policy");
    session->live_only =
        session->asked_by.length > 0 || system_is_container(&session->container);
}

bool session_may_live_only(const struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    return session->asked_by.length == 0 || system_may_change_live_only(&err) ||
           outcome_set(outcome, EXIT_ERROR, "%s: %s", text_string(&session->asked_by),
                       err.message);
}

/* What helps the command, behind "... read-only file system" and "... run it with nsenter
 * ...". */
struct remedy {
    const char *command; /* NULL: all others */
    const char *read_only;
    const char *foreign;
};

static const struct remedy *remedy_of(const char *command)
{
    static const struct remedy remedies[] = {
        { "on-alert",
          ", so nothing can be kept for the next boot: make it writable (mount -o "
          "remount,rw /), or set \"mode\": \"live-only\" in the policy's remediation",
          ", or set \"mode\": \"live-only\" in the policy's remediation" },
        { "undo", ": make it writable (mount -o remount,rw /), then undo again", "" },
        { "confirm", ": make it writable (mount -o remount,rw /), then confirm again",
          "" },
        { EXPIRY_COMMAND, ": make it writable (mount -o remount,rw /)", "" },
        { NULL,
          ", so nothing can be kept for the next boot: to change the settings until "
          "then, use apply --live-only",
          ", or use apply --live-only" },
    };
    const struct remedy *remedy = remedies;

    while (remedy->command && strcmp(remedy->command, command) != 0)
        remedy++;
    return remedy;
}

bool session_can_keep(const char *command, struct error *err)
{
    const struct remedy *remedy = remedy_of(command);
    struct error why = { 0 };

    return system_may_keep(&why) ||
           error_set(err, why.code, "%s%s", why.message,
                     why.code == ERR_IO ? remedy->read_only : remedy->foreign);
}

bool session_may_keep(const struct session *session, bool live_only,
                      struct outcome *outcome)
{
    struct error err = { 0 };

    if (live_only)
        return session_may_live_only(session, outcome);
    return session_can_keep(session->options.command->name, &err) ||
           outcome_set(outcome, EXIT_ERROR, "%s", err.message);
}

/* What waits with a time limit of its own gets that long to say so in its words. */
enum { GRACE_S = 5 };

/* Stands for the watchdog's stage while its line is rendered. */
#define STAGE_MARK "@STAGE@"

/* The line as the command's own output would be. */
static bool render_overdue(struct session *session, const char *done, struct error *err)
{
    struct outcome late = { 0 };
    const struct remediate_report report = { .command = session->options.command->name,
                                             .outcome = &late,
                                             .notes = "",
                                             .policy_source = "" };
    bool ok = true;

    (void)outcome_set(&late, EXIT_ERROR, "no end after %u s of " STAGE_MARK "; %s",
                      (unsigned int)(session->options.timeout_s + GRACE_S), done);
    text_cut(&session->overdue, 0);
    if (session->options.json)
        ok = remediate_report_json(&report, &session->overdue, err);
    else
        remediate_report_text(&report, &session->overdue);
    outcome_clear(&late);
    return ok && text_ok(&session->overdue, err);
}

bool session_guard(struct session *session, const char *done, struct error *err)
{
    const int64_t left_ms = deadline_left_ms(&session->deadline);
    struct watchdog_plan plan = { .seconds = (uint32_t)(left_ms / 1000) + GRACE_S,
                                  .exit_code = EXIT_ERROR };
    char *mark;

    program_watchdog_stop(); /* it may be reading the line */
    if (!render_overdue(session, done, err))
        return false;
    mark = strstr(session->overdue.data, STAGE_MARK);
    if (!mark)
        return error_set(err, ERR_LIMIT, "the timeout line has no room for its stage");
    *mark = '\0';
    plan.before = session->overdue.data;
    plan.after = mark + sizeof STAGE_MARK - 1;
    return program_watchdog_start(&plan, err);
}

bool session_open_ledger(struct session *session, bool changes, struct outcome *outcome)
{
    struct error err = { 0 };

    session->deadline = deadline_in_ms((int64_t)session->options.timeout_s * 1000);
    program_watchdog_stage("reading the policy");
    if (!session_guard(session, "nothing was changed", &err))
        return refuse(outcome, &err);
    program_boot_id(&session->boot);
    program_machine(&session->machine);
    system_network(&session->network);
    system_user(&session->deadline, &session->user);
    if (changes && !system_may_change(&err))
        return outcome_set(outcome, EXIT_ERROR, "%s", err.message);
    if (!setting_writer_open(&session->writer, &err) ||
        !ledger_open(&session->ledger, &err) ||
        (changes && !ledger_inspect(&session->ledger, &err)))
        return refuse(outcome, &err);
    return true;
}

bool session_open_rest(struct session *session, bool changes, struct outcome *outcome)
{
    struct error err = { 0 };
    bool has_policy;

    if (!host_open(&session->host, &err))
        return refuse(outcome, &err);
    has_policy = load_policy(session, changes, outcome);
    decide_live_only(session);
    return has_policy && resolve_only(session, outcome);
}

bool session_open(struct session *session, bool changes, struct outcome *outcome)
{
    return session_open_ledger(session, changes, outcome) &&
           session_open_rest(session, changes, outcome);
}

enum run_place session_place_of(const struct session *session,
                                const struct journal_run *run)
{
    return run_place_of(run, text_string(&session->machine),
                        text_string(&session->network));
}

const struct journal_run *session_open_run(const struct session *session)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);

    return open && session_place_of(session, open) == RUN_HERE ? open : NULL;
}

bool session_load(struct session *session, struct outcome *outcome)
{
    struct error err = { 0 };

    return ledger_load(&session->ledger, &err) ||
           outcome_set(outcome, EXIT_REFUSED, "%s", err.message);
}

/* What a try to take the lock, whose failure `why` tells, comes to. */
static bool have_locked(struct session *session, const struct error *why,
                        struct outcome *outcome)
{
    if (session->ledger.locked)
        system_ignore_interruptions();
    /* A damaged journal is told before a lock that cannot be had. */
    if (!session_load(session, outcome))
        return false;
    return session->ledger.locked ||
           outcome_set(outcome, why->code == ERR_IO ? EXIT_ERROR : EXIT_REFUSED, "%s",
                       why->message);
}

bool session_lock(struct session *session, struct outcome *outcome)
{
    struct error why = { 0 };

    session->ledger.locked = ledger_lock(&session->ledger, &why);
    return have_locked(session, &why, outcome);
}

static void tell_waiting(const struct error *why)
{
    struct text line = { 0 };

    text_addf(&line, "%s: waiting for its end, %d s at most", why->message,
              (int)SESSION_LOCK_WAIT_S);
    text_make_printable(&line);
    program_tell(text_string(&line));
    text_clear(&line);
}

bool session_await_lock(struct session *session, struct outcome *outcome)
{
    enum { LOOK_MS = 10 }; /* alerts try all the time, and have it for moments */
    const struct deadline patience = deadline_in_ms((int64_t)SESSION_LOCK_WAIT_S * 1000);
    struct error why = { 0 };
    bool told = false;

    while (!ledger_lock(&session->ledger, &why) && session->ledger.contended &&
           !deadline_passed(&patience) && !deadline_passed(&session->deadline)) {
        const struct deadline next = deadline_in_ms(LOOK_MS);

        if (!told)
            tell_waiting(&why);
        told = true;
        error_clear(&why);
        deadline_wait(&next);
    }
    return have_locked(session, &why, outcome);
}

bool session_await_runs(struct session *session, struct outcome *outcome)
{
    const struct ledger *ledger = &session->ledger;

    /* The first run may have begun since it was inspected. */
    if (!ledger->recorded && !session_load(session, outcome))
        return false;
    return (!ledger->recorded && ledger->journal.count == 0) ||
           session_await_lock(session, outcome);
}

void session_close(struct session *session)
{
    ledger_close(&session->ledger);
    setting_writer_close(&session->writer);
    host_close(&session->host);
    text_clear(&session->policy_source);
    text_clear(&session->boot);
    text_clear(&session->machine);
    text_clear(&session->network);
    text_clear(&session->asked_by);
    text_clear(&session->container);
    text_clear(&session->user);
    program_watchdog_stop();
    text_clear(&session->overdue);
}
