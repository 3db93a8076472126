/* SPDX-License-Identifier: MIT */
/* An image brings the journal and our file to another machine; `ip netns exec` brings
 * another network to the host's journal. */
#include "remediate/elsewhere.h"

#include <stdio.h>

#include "checks/host/program.h"
#include "checks/model/boot_id.h"
#include "remediate/manual_action.h"
#include "remediate/writer/system.h"

/* "on another machine (1a2b3c4d, this is 5e6f7a8b)". */
static void add_where(const struct session *session, const struct journal_run *run,
                      struct text *out)
{
    if (session_place_of(session, run) == RUN_ON_ANOTHER_MACHINE)
        text_addf(out, "on another machine (%s, this one is %s)", run->machine,
                  text_string(&session->machine));
    else if (run->network[0])
        text_addf(out, "in another network namespace (%s)", run->network);
    else
        text_add(out, "in the network namespace of PID 1");
}

static bool is_present(struct session *session, const struct change *file)
{
    const struct setting_writer *writer = &session->writer;
    struct text contents = { 0 };
    bool present = false;
    bool ok = writer->ops->read(writer->self, CHANGE_FILE, file->place,
                                &session->deadline, &present, &contents, NULL);

    text_clear(&contents);
    return present || !ok;
}

static void add_file(struct session *session, const struct change *change,
                     struct text *out)
{
    if (change->kind != CHANGE_FILE || !is_present(session, change))
        return;
    text_add(out, "; ");
    text_add_clean(out, change->place, "");
    text_add(out, " came with it and is in force at each boot: remove it, or keep it "
                  "and run apply");
}

/* The run's file, which came with the image. That of a trial its confirmation wrote. */
static void add_files(struct session *session, const struct journal_run *run,
                      struct text *out)
{
    for (size_t i = 0; i < run->change_count; i++)
        add_file(session, &run->changes[i], out);
    if (run->confirmed && run->lasting)
        add_file(session, run->lasting, out);
}

bool elsewhere_refuse_undo(struct session *session, const struct journal_run *run,
                           struct outcome *outcome)
{
    struct text why = { 0 };

    text_addf(&why, "run %s was made ", run->id);
    add_where(session, run, &why);
    if (session_place_of(session, run) == RUN_ON_ANOTHER_MACHINE) {
        text_add(&why, ", of which this one is a copy: nothing of it is undone here");
        add_files(session, run, &why);
    } else {
        text_add(&why, ": undo it there");
    }
    (void)outcome_set(outcome, EXIT_REFUSED, "%s", text_string(&why));
    text_clear(&why);
    return false;
}

bool elsewhere_refuse_confirm(const struct session *session,
                              const struct journal_run *trial, struct outcome *outcome)
{
    struct text where = { 0 };

    add_where(session, trial, &where);
    (void)outcome_set(outcome, EXIT_REFUSED,
                      "the trial %s was begun %s: confirm it there", trial->id,
                      text_string(&where));
    text_clear(&where);
    return false;
}

/* The record says where it was closed, and why nothing was put back. */
static bool close_run(struct session *session, const struct journal_run *open,
                      struct error *err)
{
    struct journal_run end = { .outcome = RUN_FOREIGN,
                               .end_s = program_time_s(),
                               .end_uptime_s = program_uptime_s() };
    struct text line = { 0 };
    bool ok;

    (void)snprintf(end.id, sizeof end.id, "%s", open->id);
    text_add(&line, "interrupted ");
    add_where(session, open, &line);
    text_add(&line, ": nothing of it was rolled back here");
    end.message = line.data;
    ok = text_ok(&line, err) && ledger_end(&session->ledger, &end, err);
    if (ok) {
        struct text log = { 0 };

        text_addf(&log, "%s: run %s was %s", text_string(&session->user), end.id,
                  text_string(&line));
        system_audit(false, text_string(&log));
        text_clear(&log);
    }
    text_clear(&line);
    return ok;
}

static void tell_interrupted(const struct session *session, const struct journal_run *run,
                             const char *more, struct text *details)
{
    text_addf(details, "The run %s was interrupted ", run->id);
    add_where(session, run, details);
    text_addf(details, ": nothing of it was rolled back here%s.\n", more);
}

/* Whether it may still be rolled back there: its namespace did not go with a boot. */
static bool may_be_there(const struct session *session, const struct journal_run *run)
{
    const char *boot = text_string(&session->boot);

    return session_place_of(session, run) == RUN_IN_ANOTHER_NETWORK &&
           (!*boot || !*run->boot || boot_id_is_same(run->boot, boot));
}

bool elsewhere_settle(struct session *session, struct outcome *outcome)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);
    struct error err = { 0 };

    if (!open || session_place_of(session, open) == RUN_HERE)
        return true;
    if (may_be_there(session, open) && session->network.length > 0)
        return outcome_set(outcome, EXIT_REFUSED,
                           "run %s was interrupted in another network namespace: roll it "
                           "back there first (nsenter --net=/proc/1/ns/net for that of "
                           "PID 1)",
                           open->id);
    if (may_be_there(session, open)) {
        tell_interrupted(session, open, "; until a run begins here, undo does it there",
                         &outcome->details);
        return true;
    }
    tell_interrupted(session, open, "", &outcome->details);
    return close_run(session, open, &err) ||
           outcome_set(outcome, EXIT_ERROR, "%s", err.message);
}

/* Nobody can look into that network from here: what was begun may be there. */
static void name_left(const struct journal_run *run, struct text *out)
{
    text_addf(out,
              "Run %s was closed, since another one began; in its network namespace "
              "there may be left:\n",
              run->id);
    for (size_t i = 0; i < run->change_count; i++) {
        const struct change *change = &run->changes[i];
        char name[CHANGE_NAME_SIZE];

        if (!((run->started & ~run->back) >> i & 1) || change->kind == CHANGE_FILE)
            continue;
        text_add_clean(out, change_place_name(change, name), "");
        text_add(out, " '");
        text_add_clean(out, change->to, "");
        text_add(out, "'; to restore it manually there: ");
        manual_action_restore(change, out);
        text_add(out, "\n");
    }
}

bool elsewhere_make_room(struct session *session, struct text *details, struct error *err)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);

    if (!open || session_place_of(session, open) == RUN_HERE)
        return true;
    if (!close_run(session, open, err))
        return false;
    name_left(open, details);
    return true;
}
