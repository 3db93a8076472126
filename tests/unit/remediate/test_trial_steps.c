/* SPDX-License-Identifier: MIT */
/* The steps of a trial, over a machine and a journal in memory. */
#include "remediate/trial_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given_command.h"
#include "tests/support/scene.h"

static struct command_context *const context = &given_command.context;
static struct recording_writer *const machine = &given_command.given.machine;

static const char *message(void)
{
    return text_string(&context->outcome.message);
}

static const char *details(void)
{
    return text_string(&context->outcome.details);
}

static void test_trial_is_none_where_there_is_none(void **state)
{
    (void)state;

    assert_true(trial_is_none(context));
    assert_outcome(EXIT_DONE, "");
    trial_tell(context);
    assert_details("");
    assert_true(trial_end_overdue(context));
    assert_outcome(EXIT_DONE, "");
    assert_int_equal(context->session.ledger.journal.count, 1);
}

static void test_trial_is_none_refuses_while_one_is_on(void **state)
{
    (void)state;

    assert_false(trial_is_none(context));
    assert_int_equal(context->outcome.code, EXIT_REFUSED);
    assert_text_has(message(), "the trial r-1 is on, and ends in ");
    assert_text_has(message(), "): confirm makes it lasting, undo reverts it");
}

static void test_trial_of_another_network_is_left_to_it(void **state)
{
    (void)state;

    text_add(&context->session.network, "net:[1]");
    assert_true(trial_is_none(context));
    trial_tell(context);
    assert_details("");
    assert_true(trial_end_overdue(context));
    assert_int_equal(context->session.ledger.journal.count, 1);
}

static void test_trial_of_another_boot_is_none(void **state)
{
    (void)state;

    text_cut(&context->session.boot, 0);
    text_add(&context->session.boot, "another boot");
    assert_true(trial_is_none(context));
}

/* Of the trial that is on without what its confirmation would write. */
static void drop_lasting(void)
{
    struct journal_run *trial = (struct journal_run *)given_journal_run(0);

    change_clear(trial->lasting);
    free(trial->lasting);
    trial->lasting = NULL;
}

static void test_trial_outlives_boot_by_what_confirm_writes_or_by_the_file(void **state)
{
    const struct journal_run *trial = given_journal_run(0);
    const char *file = given_places[1];
    (void)state;

    assert_true(trial_outlives_boot(context, trial));
    recording_writer_change(machine, file, NULL);
    assert_true(trial_outlives_boot(context, trial));
    drop_lasting();
    assert_false(trial_outlives_boot(context, trial));
    recording_writer_change(machine, file, "net.ipv4.tcp_tw_reuse = 2\n");
    assert_false(trial_outlives_boot(context, trial));
    recording_writer_change(machine, file, "net.ipv4.tcp_tw_reuse = 1\n");
    assert_true(trial_outlives_boot(context, trial));
    /* What cannot be read is promised to nobody. */
    machine->read_faults[machine->reads] = true;
    assert_false(trial_outlives_boot(context, trial));
}

static void test_trial_tell_of_one_that_is_on(void **state)
{
    (void)state;

    trial_tell(context);
    assert_text_has(details(), "The trial r-1 ends in ");
    assert_text_has(details(), ": confirm makes it lasting, undo reverts it.\n");
    drop_lasting();
    recording_writer_change(machine, given_places[1], NULL);
    trial_tell(context);
    assert_text_has(details(),
                    ": confirm keeps it until the next boot, undo reverts it.\n");
}

static void test_trial_tell_of_one_that_is_overdue(void **state)
{
    (void)state;

    trial_tell(context);
    assert_text_has(details(), "The trial r-1 is overdue for ");
    assert_text_has(details(),
                    ": the next command that changes something ends it first.\n");
}

static void test_trial_end_reverts_what_is_ours(void **state)
{
    const struct journal_run *end;
    (void)state;

    given_command_is("expire");
    trial_end(context, given_journal_run(0));

    assert_int_equal(context->outcome.code, EXIT_DONE);
    assert_details("");
    assert_true(given_holds(&given_command.given, given_old));
    assert_true(given_journal_run(0)->undone);
    end = given_journal_run(1);
    assert_string_equal(end->command, "expire");
    assert_string_equal(end->undoes, "r-1");
    assert_int_equal(end->change_count, GIVEN_CHANGES);
    assert_int_equal(end->outcome, RUN_APPLIED);
}

#define HELD    "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '0', set by someone else"
#define BY_HAND "; to restore it manually: sysctl -w net.ipv4.tcp_tw_reuse=\"2\""

static void test_trial_end_leaves_what_is_anothers(void **state)
{
    (void)state;

    recording_writer_change(machine, given_places[0], "0");
    trial_end(context, given_journal_run(0));

    assert_outcome(EXIT_MANUAL,
                   "the trial r-1 has ended; what someone else changed since "
                   "is left as it is");
    assert_details(HELD BY_HAND "\n");
    assert_string_equal(recording_writer_value(machine, given_places[0]), "0");
    assert_null(recording_writer_value(machine, given_places[1]));
    assert_true(given_journal_run(0)->undone);
}

static void test_trial_end_that_fails_is_not_called_ended(void **state)
{
    (void)state;

    recording_writer_change(machine, given_places[0], "0");
    machine->write_faults[machine->writes] = WRITE_FAILS;
    trial_end(context, given_journal_run(0));

    assert_int_equal(context->outcome.code, EXIT_FAILED);
    assert_text_has(message(), "expire failed, everything was restored: ");
    assert_text_has(details(), HELD);
    assert_false(given_journal_run(0)->undone);
}

static void test_trial_end_overdue_leaves_one_whose_time_is_not_over(void **state)
{
    (void)state;

    assert_true(trial_end_overdue(context));
    assert_int_equal(context->session.ledger.journal.count, 1);
    assert_false(trial_was_ended(context, NULL));
    assert_outcome(EXIT_DONE, "");
}

static void test_trial_end_overdue_ends_it_and_says_so(void **state)
{
    char expected[200];
    (void)state;

    assert_true(trial_end_overdue(context));

    assert_true(given_holds(&given_command.given, given_old));
    assert_outcome(EXIT_DONE, "");
    (void)snprintf(expected, sizeof expected,
                   "The trial r-1 was overdue and has been ended: 3 changes made and "
                   "verified (run %s)\n",
                   given_journal_run(1)->id);
    assert_details(expected);
    assert_true(context->outcome.changed);
    assert_false(context->ran);
    assert_int_equal(context->made, 0);
}

static void test_trial_end_overdue_names_what_is_anothers(void **state)
{
    (void)state;

    recording_writer_change(machine, given_places[0], "0");
    assert_true(trial_end_overdue(context));

    assert_outcome(EXIT_DONE, "");
    assert_details(
        "The trial r-1 was overdue and has been ended: the trial r-1 has ended; "
        "what someone else changed since is left as it is\n" HELD "\n");
}

/* What only ends runs changes nothing after it, so it says what to do. */
static void test_trial_end_overdue_of_undo_says_how_to_restore(void **state)
{
    (void)state;

    given_command_is("undo");
    recording_writer_change(machine, given_places[0], "0");
    assert_true(trial_end_overdue(context));
    assert_text_has(details(), "\n" HELD BY_HAND "\n");
}

static void test_trial_end_overdue_that_fails(void **state)
{
    (void)state;

    recording_writer_change(machine, given_places[0], "0");
    machine->write_faults[machine->writes] = WRITE_FAILS;
    assert_false(trial_end_overdue(context));

    assert_int_equal(context->outcome.code, EXIT_FAILED);
    assert_details(HELD "\n");
    assert_string_equal(context->trial.ended, "");
    assert_false(trial_was_ended(context, NULL));
    assert_true(context->ran);
}

static void test_trial_was_ended_tells_of_that_run_alone(void **state)
{
    (void)state;

    assert_false(trial_was_ended(context, NULL));
    assert_true(trial_end_overdue(context));
    assert_false(trial_was_ended(context, "r-0"));
    assert_outcome(EXIT_DONE, "");
    assert_false(trial_was_ended(context, "r-2"));
    assert_true(trial_was_ended(context, "r-1"));
    assert_outcome(EXIT_DONE, "the trial r-1 was overdue and has been ended");
    text_cut(&context->outcome.message, 0);
    assert_true(trial_was_ended(context, NULL));
    assert_outcome(EXIT_DONE, "the trial r-1 was overdue and has been ended");
}

/* Two sysctls and our file, as plan_changes orders them. */
static void plan_of(size_t sysctls, bool file)
{
    struct plan *plan = &context->plan;
    const struct change sysctl = { .kind = CHANGE_SYSCTL,
                                   .setting = (char *)"s",
                                   .place = (char *)"net/ipv4/s",
                                   .from = (char *)"0",
                                   .to = (char *)"1" };
    const struct change drop_in = { .kind = CHANGE_FILE,
                                    .setting = (char *)"drop_in",
                                    .place = (char *)given_places[1],
                                    .to = (char *)"s = 1\n" };

    for (size_t i = 0; i < sysctls; i++)
        assert_true(change_make(&sysctl, &plan->changes[plan->change_count++], NULL));
    if (file)
        assert_true(change_make(&drop_in, &plan->changes[plan->change_count++], NULL));
    plan->file.wanted = file ? text_copy("s = 1\n") : NULL;
    (void)snprintf(context->trial.id, sizeof context->trial.id, "t-1");
    context->trial.until_s = 77;
}

static void test_trial_prepare_holds_the_file_for_confirm(void **state)
{
    struct command_run run = { 0 };
    (void)state;

    plan_of(2, true);
    assert_true(trial_prepare(context, &run));

    assert_int_equal(context->plan.change_count, 2);
    assert_null(context->plan.file.wanted);
    assert_null(context->plan.changes[2].place);
    assert_string_equal(run.id, "t-1");
    assert_true(run.live_only);
    assert_int_equal(run.trial_until_s, 77);
    assert_ptr_equal(run.lasting, &context->trial.lasting);
    assert_string_equal(run.lasting->to, "s = 1\n");
}

/* A plan of one change, with the file or without: *lasting tells whether the file waits.
 */
static void prepare_one(bool with_file, bool *lasting)
{
    struct command_run run = { 0 };

    plan_of(1, with_file);
    assert_true(trial_prepare(context, &run));
    assert_int_equal(context->plan.change_count, 1);
    *lasting = run.lasting != NULL;
}

static void test_trial_prepare_of_one_change_and_the_file(void **state)
{
    bool lasting;
    (void)state;

    prepare_one(true, &lasting);
    assert_true(lasting);
}

static void test_trial_prepare_without_a_file(void **state)
{
    bool lasting;
    (void)state;

    prepare_one(false, &lasting);
    assert_false(lasting);
}

static void test_trial_prepare_of_an_empty_plan(void **state)
{
    struct command_run run = { 0 };
    (void)state;

    plan_of(0, false);
    assert_true(trial_prepare(context, &run));
    assert_outcome(EXIT_DONE, "");
    assert_null(run.lasting);
}

static void test_trial_prepare_refuses_a_file_alone(void **state)
{
    struct command_run run = { 0 };
    (void)state;

    plan_of(0, true);
    assert_false(trial_prepare(context, &run));
    assert_outcome(EXIT_REFUSED,
                   "nothing to try: only the values for the next boot would "
                   "change; run apply");
}

static void test_trial_make_undo_of_one_that_is_on(void **state)
{
    (void)state;

    assert_true(trial_make_undo(context, given_journal_run(0)));
    assert_int_equal(context->undo.change_count, GIVEN_CHANGES);
    assert_string_equal(context->undo.undoes, "r-1");
    assert_string_equal(context->undo.changes[2].to, "2");
}

/* A confirmation that wrote nothing for the next boot: all of it is live. */
static void test_trial_make_undo_of_a_confirmed_one_without_a_file(void **state)
{
    (void)state;

    drop_lasting();
    command_make_changes(context, &(struct command_run){ .live_only = true,
                                                         .command = "confirm",
                                                         .confirms = "r-1" });
    assert_true(given_journal_run(0)->confirmed);
    assert_true(trial_make_undo(context, given_journal_run(0)));
    assert_int_equal(context->undo.change_count, GIVEN_CHANGES);
    assert_string_equal(context->undo.undoes, "r-1");
}

/* What confirm wrote is reverted first, and is the host's. */
static void test_trial_make_undo_takes_what_confirm_wrote_with_it(void **state)
{
    const struct change *changes;
    (void)state;

    if (!session_can_keep("undo", NULL))
        skip();
    recording_writer_change(machine, given_places[1], NULL);
    command_make_changes(context,
                         &(struct command_run){ .changes = given_journal_run(0)->lasting,
                                                .count = 1,
                                                .command = "confirm",
                                                .confirms = "r-1" });
    assert_int_equal(context->outcome.code, EXIT_DONE);
    assert_true(trial_make_undo(context, given_journal_run(0)));

    changes = context->undo.changes;
    assert_int_equal(context->undo.change_count, GIVEN_CHANGES + 1);
    assert_string_equal(changes[0].place, given_places[1]);
    assert_string_equal(changes[0].from, given_journal_run(0)->lasting->to);
    assert_null(changes[0].to);
    assert_string_equal(changes[1].place, given_places[2]);
    assert_string_equal(context->undo.undoes, "r-1");
}

/* A confirmation has its file alone. */
static void test_trial_remains_where_its_confirmation_is_in_the_file(void **state)
{
    const struct run_site site = { .ledger = &context->session.ledger,
                                   .writer = &context->session.writer,
                                   .boot = "later boot" };
    (void)state;

    recording_writer_change(machine, given_places[1], NULL);
    command_make_changes(context,
                         &(struct command_run){ .changes = given_journal_run(0)->lasting,
                                                .count = 1,
                                                .command = "confirm",
                                                .confirms = "r-1" });
    ((struct journal_run *)given_journal_run(0))->change_count = 1;
    assert_int_equal(run_remains_of(&site, given_journal_run(0)).gone, 0);
    recording_writer_change(machine, given_places[1], NULL);
    assert_int_equal(run_remains_of(&site, given_journal_run(0)).gone, 1);
    ((struct journal_run *)given_journal_run(0))->change_count = GIVEN_CHANGES;
}

static void test_trial_make_undo_in_a_later_boot(void **state)
{
    (void)state;

    drop_lasting();
    command_make_changes(context, &(struct command_run){ .live_only = true,
                                                         .command = "confirm",
                                                         .confirms = "r-1" });
    text_cut(&context->session.boot, 0);
    text_add(&context->session.boot, "later boot");
    recording_writer_change(machine, given_places[1], NULL);
    assert_true(trial_make_undo(context, given_journal_run(0)));
    assert_text_has(
        details(),
        "What run r-1 had set live ended with its boot: net.ipv4.tcp_tw_reuse.");
    assert_int_equal(context->undo.change_count, GIVEN_CHANGES - 1);
}

#define WITH(test, setup) cmocka_unit_test_setup_teardown(test, setup, clear_command)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH(test_trial_is_none_where_there_is_none, given_applied_run),
        WITH(test_trial_is_none_refuses_while_one_is_on, given_trial),
        WITH(test_trial_of_another_network_is_left_to_it, given_overdue_trial),
        WITH(test_trial_of_another_boot_is_none, given_trial),
        WITH(test_trial_outlives_boot_by_what_confirm_writes_or_by_the_file, given_trial),
        WITH(test_trial_tell_of_one_that_is_on, given_trial),
        WITH(test_trial_tell_of_one_that_is_overdue, given_overdue_trial),
        WITH(test_trial_end_reverts_what_is_ours, given_overdue_trial),
        WITH(test_trial_end_leaves_what_is_anothers, given_overdue_trial),
        WITH(test_trial_end_that_fails_is_not_called_ended, given_overdue_trial),
        WITH(test_trial_end_overdue_leaves_one_whose_time_is_not_over, given_trial),
        WITH(test_trial_end_overdue_ends_it_and_says_so, given_overdue_trial),
        WITH(test_trial_end_overdue_names_what_is_anothers, given_overdue_trial),
        WITH(test_trial_end_overdue_of_undo_says_how_to_restore, given_overdue_trial),
        WITH(test_trial_end_overdue_that_fails, given_overdue_trial),
        WITH(test_trial_was_ended_tells_of_that_run_alone, given_overdue_trial),
        WITH(test_trial_prepare_holds_the_file_for_confirm, given_no_run),
        WITH(test_trial_prepare_of_one_change_and_the_file, given_no_run),
        WITH(test_trial_prepare_without_a_file, given_no_run),
        WITH(test_trial_prepare_of_an_empty_plan, given_no_run),
        WITH(test_trial_prepare_refuses_a_file_alone, given_no_run),
        WITH(test_trial_make_undo_of_one_that_is_on, given_trial),
        WITH(test_trial_make_undo_of_a_confirmed_one_without_a_file, given_trial),
        WITH(test_trial_make_undo_takes_what_confirm_wrote_with_it, given_trial),
        WITH(test_trial_remains_where_its_confirmation_is_in_the_file, given_trial),
        WITH(test_trial_make_undo_in_a_later_boot, given_trial),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
