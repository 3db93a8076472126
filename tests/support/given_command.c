/* SPDX-License-Identifier: MIT */
/* One run in the journal, and the session of the next command. */
#include "tests/support/given_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/program.h"
#include "tests/support/journal_lines.h"

struct given_command given_command;

static struct command command;

void given_command_is(const char *name)
{
    command.name = name;
}

/* The session has the ledger from now on: the journal is in it. */
static void open_session(void)
{
    struct session *session = &given_command.context.session;
    struct given_run *given = &given_command.given;

    given_command_is("apply");
    session->options.command = &command;
    session->options.timeout_s = 60;
    session->writer = given->writer;
    session->ledger = given->ledger;
    given->ledger = (struct ledger){ 0 };
    session->deadline = deadline_in_ms(60 * 1000);
    text_add(&session->boot, given->boot);
    text_add(&session->machine, "1a2b3c4d");
    text_add(&session->user, "root");
    text_add(&session->policy_source, "built-in");
}

/* `until_s` 0 = no trial. */
static int given(int64_t until_s)
{
    struct given_run *given = &given_command.given;

    memset(&given_command, 0, sizeof given_command);
    given_run(given);
    given->run.confirms = text_copy("");
    given->run.live_only = until_s > 0;
    given->run.trial_until_s = until_s;
    if (until_s > 0) {
        given->run.lasting = calloc(1, sizeof *given->run.lasting);
        assert_non_null(given->run.lasting);
        assert_true(change_make(&given_drop_in, given->run.lasting, NULL));
    }
    assert_true(given_apply(given));
    text_clear(&given->machine.calls);
    open_session();
    return 0;
}

int given_applied_run(void **state)
{
    (void)state;
    return given(0);
}

int given_trial(void **state)
{
    (void)state;
    return given(program_uptime_s() + 3600);
}

int given_overdue_trial(void **state)
{
    (void)state;
    return given(1);
}

int given_no_run(void **state)
{
    (void)state;
    memset(&given_command, 0, sizeof given_command);
    given_run(&given_command.given);
    open_session();
    return 0;
}

int clear_command(void **state)
{
    (void)state;
    command_context_clear(&given_command.context);
    given_run_clear(&given_command.given);
    return 0;
}

void given_interruption(void)
{
    struct command_context *context = &given_command.context;
    struct ledger *ledger = &context->session.ledger;
    struct recording_writer *machine = &given_command.given.machine;

    machine->dies_after = 4;
    command_make_changes(
        context, &(struct command_run){ .changes = given_command.given.run.changes,
                                        .count = GIVEN_CHANGES,
                                        .id = "i-1",
                                        .live_only = true });
    recording_writer_repair(machine);
    ledger_close(ledger);
    ledger->store = recording_writer_store(machine);
    assert_true(ledger_lock(ledger, NULL));
    assert_true(ledger_load(ledger, NULL));
    assert_non_null(session_open_run(&context->session));
    outcome_clear(&context->outcome);
}

const struct journal_run *given_journal_run(size_t number)
{
    const struct journal *journal = &given_command.context.session.ledger.journal;

    assert_true(number < journal->count);
    return &journal->runs[number];
}

void assert_outcome(enum remediate_exit code, const char *message)
{
    const struct outcome *outcome = &given_command.context.outcome;

    assert_string_equal(text_string(&outcome->message), message);
    assert_int_equal(outcome->code, code);
}

void assert_details(const char *details)
{
    assert_string_equal(text_string(&given_command.context.outcome.details), details);
}
