/* SPDX-License-Identifier: MIT */
/* What every command works with: policy, machine, memory; opened once, closed once. */
#ifndef REMEDIATE_SESSION_H
#define REMEDIATE_SESSION_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/host/host.h"
#include "checks/model/policy.h"
#include "remediate/ledger.h"
#include "remediate/options.h"
#include "remediate/outcome.h"
#include "remediate/remains.h"
#include "remediate/writer/setting_writer.h"

/* Owned by the session, all of it. Zeroed = closed. */
struct session {
    struct remediate_options options;
    struct policy policy;
    struct text policy_source; /* "built-in" or a path */
    struct host host;
    struct setting_writer writer;
    struct ledger ledger;
    struct text boot;      /* identity of this boot; "" = unknown */
    struct text machine;   /* digest of this machine's identity; "" = unknown */
    struct text network;   /* this network namespace; "" = that of PID 1 */
    bool live_only;        /* nothing is kept for the next boot: */
    struct text asked_by;  /* "--live-only", or the policy; "" = nobody asked for it, */
    struct text container; /* and this is one, by its sign: "/.dockerenv" */
    struct text user;
    struct deadline deadline;
    struct text overdue; /* the watchdog's line, cut in two where the stage stands */
};

/*
 * Opens host, writer and ledger, and reads the policy. A command that changes something
 * (`changes`) also needs the right to, and a policy that only administrators can write.
 * False with *outcome set: EXIT_ERROR or EXIT_REFUSED.
 */
MUST_CHECK bool session_open(struct session *session, bool changes,
                             struct outcome *outcome);

/* session_open in two parts, the first of which reads nothing but the journal's place:
 * for what needs the journal alone, or first. Where the second one fails, what changes
 * nothing may go on without a policy. */
MUST_CHECK bool session_open_ledger(struct session *session, bool changes,
                                    struct outcome *outcome);
MUST_CHECK bool session_open_rest(struct session *session, bool changes,
                                  struct outcome *outcome);
/* Whether there are changes that end with the boot, where somebody asks for them: not on
 * Windows. False with *outcome set: EXIT_ERROR. */
MUST_CHECK bool session_may_live_only(const struct session *session,
                                      struct outcome *outcome);

/* As system_may_keep; the message also says what whoever starts the command of that name
 * can do. */
MUST_CHECK bool session_can_keep(const char *command, struct error *err);

/* Whether what a run of `live_only` changes may be changed from here: not where anything
 * would be kept and not be the host's. False with *outcome set: EXIT_ERROR. */
MUST_CHECK bool session_may_keep(const struct session *session, bool live_only,
                                 struct outcome *outcome);

/* The interrupted run that is to be rolled back here; NULL when there is none. */
const struct journal_run *session_open_run(const struct session *session);

/* Where the run belongs, seen from here. */
enum run_place session_place_of(const struct session *session,
                                const struct journal_run *run);

/* Reads the journal without the lock, for who changes nothing. False with *outcome set:
 * EXIT_REFUSED; else *outcome stays as it is. */
bool session_load(struct session *session, struct outcome *outcome);

/*
 * From now on the process ends a little after the command's time limit, whatever it waits
 * for, with EXIT_ERROR and a line that ends in `done`: what was changed up to there.
 * Whoever changes something stops that (program_watchdog_stop); run.c and the ledger do.
 * False with ERR_MEMORY or ERR_IO.
 */
MUST_CHECK bool session_guard(struct session *session, const char *done,
                              struct error *err);

/* Takes the lock and reads the journal. Without the lock it is read too: a damaged one is
 * the first to be told. False with *outcome set: EXIT_REFUSED or EXIT_ERROR. */
MUST_CHECK bool session_lock(struct session *session, struct outcome *outcome);

/* The same for who starts a command by hand: a lock that another run holds is waited for,
 * SESSION_LOCK_WAIT_S at most, and standard error is told. */
enum { SESSION_LOCK_WAIT_S = 5 };
MUST_CHECK bool session_await_lock(struct session *session, struct outcome *outcome);

/* The same for a command that only reverts or keeps what earlier runs did. Where
 * session_open_ledger found no journal it reads an empty journal, takes no lock and so
 * makes no file. */
MUST_CHECK bool session_await_runs(struct session *session, struct outcome *outcome);

void session_close(struct session *session);

#endif
