/* SPDX-License-Identifier: MIT */
/* An image brings the journal and our file to another machine; `ip netns exec` brings
 * another network to the host's journal. */
#include "remediate/elsewhere.h"

#include <stdio.h>

#include "checks/host/program.h"
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

/* The record says where it was closed, and why nothing was put back. */
static bool close_run(struct session *session, const struct journal_run *open,
                      struct outcome *outcome)
{
    struct journal_run end = { .outcome = RUN_FOREIGN,
                               .end_s = program_time_s(),
                               .end_uptime_s = program_uptime_s() };
    struct text where = { 0 };
    struct text line = { 0 };
    struct error err = { 0 };
    bool ok;

    (void)snprintf(end.id, sizeof end.id, "%s", open->id);
    add_where(session, open, &where);
    text_addf(&line, "interrupted %s: nothing of it was rolled back here",
              text_string(&where));
    end.message = line.data;
    ok = text_ok(&line, &err) && ledger_end(&session->ledger, &end, &err);
    if (ok) {
        text_addf(&outcome->details,
                  "The run %s was interrupted %s: nothing of it was rolled back here.\n",
                  end.id, text_string(&where));
        text_cut(&where, 0);
        text_addf(&where, "%s: run %s was %s", text_string(&session->user), end.id,
                  text_string(&line));
        system_audit(false, text_string(&where));
    }
    text_clear(&where);
    text_clear(&line);
    return ok || outcome_set(outcome, EXIT_ERROR, "%s", err.message);
}

bool elsewhere_settle(struct session *session, struct outcome *outcome)
{
    const struct journal_run *open = journal_open_run(&session->ledger.journal);

    if (!open || session_place_of(session, open) == RUN_HERE)
        return true;
    if (session_place_of(session, open) == RUN_IN_ANOTHER_NETWORK &&
        session->network.length > 0)
        return outcome_set(outcome, EXIT_REFUSED,
                           "run %s was interrupted in another network namespace: roll it "
                           "back there first (nsenter --net=/proc/1/ns/net for that of "
                           "PID 1)",
                           open->id);
    return close_run(session, open, outcome);
}
