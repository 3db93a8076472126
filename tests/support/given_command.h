/* SPDX-License-Identifier: MIT */
/* What a command works with, over a machine and a journal in memory. */
#ifndef TESTS_SUPPORT_GIVEN_COMMAND_H
#define TESTS_SUPPORT_GIVEN_COMMAND_H

#include <stdint.h>

#include "remediate/command_steps.h"
#include "tests/support/given_run.h"

/* The machine of a given_run, whose run was applied, and a context over it as the command
 * "apply" of the user "root" on "this boot". */
struct given_command {
    struct given_run given; /* without its ledger, which the session has */
    struct command_context context;
};

/* What a test works with; its setups: the run was an ordinary one, or a trial for another
 * hour with a file for its confirmation, or one whose time has passed; or nothing was
 * run. Their teardown. Return 0. */
extern struct given_command given_command;
int given_applied_run(void **state);
int given_trial(void **state);
int given_overdue_trial(void **state);
int given_no_run(void **state);
int clear_command(void **state);

/* The command that is executed: "apply", "undo", ... */
void given_command_is(const char *name);

/* Where nothing was run: a run "i-1" of that session, live only, that was interrupted
 * behind its first change, as the next command finds it. */
void given_interruption(void);

/* The n-th run of the journal, which the session has read. */
const struct journal_run *given_journal_run(size_t number);

/* Fail the test unless the outcome is that. */
void assert_outcome(enum remediate_exit code, const char *message);
void assert_details(const char *details);

#endif
