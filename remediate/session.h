/* SPDX-License-Identifier: MIT */
/* What every command works with: policy, machine, memory; opened once, closed once. */
#ifndef REMEDIATE_SESSION_H
#define REMEDIATE_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/host/host.h"
#include "checks/model/journal.h"
#include "checks/model/policy.h"
#include "remediate/options.h"
#include "remediate/outcome.h"
#include "remediate/run.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"

/* Owned by the session, all of it. Zeroed = closed. */
struct session {
    struct remediate_options options;
    struct policy policy;
    struct text policy_source; /* "built-in" or a path */
    struct host host;
    struct setting_writer writer;
    struct state_store store;
    bool locked;
    bool contended; /* another run holds the lock: an open run may be that one */
    struct journal journal;
    size_t journal_length; /* bytes that count */
    struct text boot;      /* identity of this boot; "" = unknown */
    struct text user;
    struct deadline deadline;
};

/*
 * Opens host, writer and store, and reads policy and journal. A command that changes
 * something (`changes`) also needs the right to, and a policy that only administrators
 * can write. False with *outcome set: EXIT_UNUSABLE or EXIT_REFUSED.
 */
MUST_CHECK bool session_open(struct session *session, bool changes,
                             struct outcome *outcome);

/* Takes the lock and reads the journal anew. False with *outcome set: EXIT_REFUSED. */
MUST_CHECK bool session_lock(struct session *session, struct outcome *outcome);

/* Ends an interrupted run, if there is one, by putting back what it did. Needs the lock.
 * False with *outcome set: EXIT_FAILED or EXIT_PERSON. */
MUST_CHECK bool session_recover(struct session *session, struct outcome *outcome);

/*
 * Makes `changes` (moved into the journal's run) as one run of `command`, which undoes
 * the run `undoes` ("" = none). Sets *outcome: EXIT_DONE, EXIT_FAILED, EXIT_PERSON or
 * EXIT_REFUSED. Needs the lock.
 */
void session_run(struct session *session, const char *command, const char *undoes,
                 const struct change *changes, size_t count, struct outcome *outcome);

/*
 * Counts an alert that changed nothing, in one record at the end of the journal; the
 * first one since the last run is told to the audit log too. Best effort: what cannot be
 * written is left. Needs the lock.
 */
void session_note_refusal(struct session *session, const char *reason);

void session_close(struct session *session);

#endif
