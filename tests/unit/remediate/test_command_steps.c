/* SPDX-License-Identifier: MIT */
/* What several commands do, and what they tell of it, over a machine in memory. */
#include "remediate/command_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given_command.h"
#include "tests/support/scene.h"

static struct command_context *const context = &given_command.context;
static struct recording_writer *const machine = &given_command.given.machine;

/* Settings of a plan: a sysctl, and one that is none. */
static struct policy_setting rules[] = {
    { .name = "tcp_tw_reuse",
      .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_tw_reuse" } },
    { .name = "MaxUserPort", .place = { .kind = PLACE_REGISTRY } },
};
static struct setting_result results[] = { { .rule = &rules[0] }, { .rule = &rules[1] } };

static int given_plan(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(results); i++)
        results[i].state = SETTING_STATE_WRONG;
    (void)given_no_run(state);
    context->plan.item_count = ARRAY_COUNT(results);
    for (size_t i = 0; i < ARRAY_COUNT(results); i++)
        context->plan.items[i].result = &results[i];
    return 0;
}

static void plan_changes_of(size_t count)
{
    struct change change = { .kind = CHANGE_SYSCTL,
                             .setting = (char *)"s",
                             .place = (char *)"net/ipv4/s",
                             .from = (char *)"0",
                             .to = (char *)"1" };

    while (context->plan.change_count < count)
        assert_true(change_make(
            &change, &context->plan.changes[context->plan.change_count++], NULL));
}

static void test_command_tell_plan_counts_changes(void **state)
{
    (void)state;

    command_tell_plan(context);
    assert_outcome(EXIT_DONE, "nothing to change");
    plan_changes_of(1);
    command_tell_plan(context);
    assert_outcome(EXIT_NEEDED, "1 change needed");
    plan_changes_of(2);
    command_tell_plan(context);
    assert_outcome(EXIT_NEEDED, "2 changes needed");
}

static void test_command_tell_plan_of_obstacles_alone(void **state)
{
    (void)state;

    context->plan.items[0].obstacle = text_copy("no room");
    command_tell_plan(context);
    assert_outcome(EXIT_DONE, "no change possible on this host");
    context->plan.items[1].obstacle = context->plan.items[0].obstacle;
    context->plan.items[0].obstacle = NULL;
    command_tell_plan(context);
    assert_outcome(EXIT_DONE, "no change possible on this host");
    plan_changes_of(1);
    command_tell_plan(context);
    assert_outcome(EXIT_NEEDED, "1 change needed");
}

static void test_command_tell_plan_of_what_could_not_be_read(void **state)
{
    (void)state;

    results[0].state = SETTING_STATE_UNREAD;
    command_tell_plan(context);
    assert_outcome(EXIT_ERROR,
                   "nothing to change; could not be read: net.ipv4.tcp_tw_reuse");
    context->plan.items[1].unread = true;
    plan_changes_of(1);
    command_tell_plan(context);
    assert_outcome(EXIT_NEEDED, "1 change needed; could not be read: "
                                "net.ipv4.tcp_tw_reuse, what is needed for MaxUserPort");
}

static void test_command_tell_unread_tells_whether_there_is_any(void **state)
{
    (void)state;

    assert_false(command_tell_unread(context));
    assert_outcome(EXIT_DONE, "");
    context->plan.items[0].unread = true;
    assert_true(command_tell_unread(context));
    assert_outcome(EXIT_DONE,
                   "; could not be read: what is needed for net.ipv4.tcp_tw_reuse");
}

static void test_command_is_of_a_run_of_undo_and_confirm(void **state)
{
    (void)state;

    assert_false(command_is_of_a_run(context));
    given_command_is("expire");
    assert_false(command_is_of_a_run(context));
    given_command_is("undo");
    assert_true(command_is_of_a_run(context));
    given_command_is("confirm");
    assert_true(command_is_of_a_run(context));
}

/* The three changes of a given_run, from the values that its machine holds. */
static struct command_run ordinary(void)
{
    return (struct command_run){ .changes = given_command.given.run.changes,
                                 .count = GIVEN_CHANGES };
}

static void test_command_make_changes_records_who_did_what(void **state)
{
    const struct command_run wanted = ordinary();
    const struct journal_run *run;
    char expected[120];
    (void)state;

    text_add(&context->session.network, "net:[1]");
    command_make_changes(context, &wanted);

    run = given_journal_run(0);
    (void)snprintf(expected, sizeof expected, "3 changes made and verified (run %s)",
                   run->id);
    assert_outcome(EXIT_DONE, expected);
    assert_details("");
    assert_true(context->ran);
    assert_int_equal(context->made, 7);
    assert_true(context->outcome.changed);
    assert_false(context->outcome.reboot);
    assert_true(given_holds(&given_command.given, given_new));
    assert_string_equal(run->boot, "this boot");
    assert_string_equal(run->machine, "1a2b3c4d");
    assert_string_equal(run->network, "net:[1]");
    assert_string_equal(run->user, "root");
    assert_string_equal(run->command, "apply");
    assert_string_equal(run->undoes, "");
    assert_string_equal(run->confirms, "");
    assert_string_equal(run->policy, "built-in");
    assert_string_equal(run->version, PORT_EXHAUSTION_VERSION);
    assert_false(run->live_only);
    assert_int_equal(run->trial_until_s, 0);
    assert_null(run->lasting);
    assert_true(run->time_s > 0);
}

static void test_command_make_changes_of_a_trial(void **state)
{
    struct command_run wanted = ordinary();
    const struct journal_run *run;
    (void)state;

    wanted.id = "t-1";
    wanted.live_only = true;
    wanted.trial_until_s = 77;
    wanted.lasting = &given_command.given.run.changes[1];
    text_add(&context->session.asked_by, "x");
    command_make_changes(context, &wanted);

    assert_outcome(EXIT_DONE,
                   "3 changes made and verified (run t-1), live only: the next "
                   "boot brings the old values back");
    run = given_journal_run(0);
    assert_string_equal(run->id, "t-1");
    assert_true(run->live_only);
    assert_int_equal(run->trial_until_s, 77);
    assert_string_equal(run->lasting->to, given_new[1]);
}

static void test_command_make_changes_in_a_container_is_not_called_live_only(void **state)
{
    struct command_run wanted = ordinary();
    (void)state;

    wanted.id = "a-1";
    wanted.count = 1;
    wanted.live_only = true;
    command_make_changes(context, &wanted);
    assert_outcome(EXIT_DONE, "1 change made and verified (run a-1)");
    assert_int_equal(given_journal_run(0)->change_count, 1);
}

/* What others had made before is not counted. */
static void test_command_make_changes_counts_its_own(void **state)
{
    struct command_run wanted = ordinary();
    (void)state;

    wanted.id = "a-1";
    recording_writer_change(machine, given_places[0], given_new[0]);
    command_make_changes(context, &wanted);
    assert_outcome(EXIT_DONE, "2 changes made and verified (run a-1)");
    assert_int_equal(context->made, 6);
}

static void test_command_make_changes_that_is_refused(void **state)
{
    const struct command_run wanted = ordinary();
    (void)state;

    recording_writer_change(machine, given_places[0], "0");
    command_make_changes(context, &wanted);

    assert_int_equal(context->outcome.code, EXIT_REFUSED);
    assert_text_has(text_string(&context->outcome.message), "; nothing was changed");
    assert_false(context->outcome.changed);
    assert_int_equal(context->made, 0);
    assert_int_equal(context->session.ledger.journal.count, 0);
}

/* The time is over before the first change, and the run is in the journal. */
static void test_command_make_changes_that_ends_before_its_first_change(void **state)
{
    const struct command_run wanted = ordinary();
    (void)state;

    machine->deadline = &context->session.deadline;
    machine->deadline_after = 1;
    command_make_changes(context, &wanted);

    assert_int_equal(context->outcome.code, EXIT_FAILED);
    assert_text_has(text_string(&context->outcome.message),
                    "apply failed, everything was restored: ");
    assert_int_equal(given_journal_run(0)->outcome, RUN_RESTORED);
    assert_int_equal(given_journal_run(0)->started, 0);
}

static void test_command_make_changes_that_is_restored(void **state)
{
    const struct command_run wanted = ordinary();
    (void)state;

    machine->write_faults[1] = WRITE_FAILS;
    command_make_changes(context, &wanted);

    assert_int_equal(context->outcome.code, EXIT_FAILED);
    assert_text_has(text_string(&context->outcome.message),
                    "apply failed, everything was restored: ");
    assert_int_equal(context->made, 0);
    assert_true(given_holds(&given_command.given, given_old));
}

static void test_command_make_changes_that_cannot_be_restored(void **state)
{
    const struct command_run wanted = ordinary();
    (void)state;

    machine->write_faults[1] = WRITE_FAILS;
    for (size_t i = 2; i < 8; i++)
        machine->write_faults[i] = WRITE_FAILS;
    command_make_changes(context, &wanted);

    assert_int_equal(context->outcome.code, EXIT_MANUAL);
    assert_text_has(text_string(&context->outcome.message),
                    "apply failed and could not be rolled back completely: ");
    assert_text_has(text_string(&context->outcome.details),
                    "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) ");
    assert_int_equal(context->made, 1);
}

static bool refuse(void *of, struct error *err)
{
    assert_ptr_equal(of, context);
    return error_set(err, ERR_LIMIT, "no gain");
}

static void test_command_make_changes_asks_for_the_proof(void **state)
{
    const struct command_run wanted = ordinary();
    (void)state;

    context->prove = refuse;
    command_make_changes(context, &wanted);
    assert_outcome(EXIT_FAILED, "apply failed, everything was restored: no gain");
}

static void test_command_recover_where_nothing_was_interrupted(void **state)
{
    (void)state;

    assert_true(command_recover(context));
    assert_outcome(EXIT_DONE, "");
    assert_details("");
    assert_false(context->outcome.changed);
}

static void test_command_recover_rolls_back(void **state)
{
    (void)state;

    given_interruption();
    assert_true(command_recover(context));

    assert_outcome(EXIT_DONE, "");
    assert_details("The run i-1 was interrupted and has been rolled back.\n");
    assert_true(context->outcome.changed);
    assert_true(given_holds(&given_command.given, given_old));
    assert_null(session_open_run(&context->session));
}

static void test_command_recover_in_a_later_boot(void **state)
{
    (void)state;

    given_interruption();
    text_add(&context->session.boot, ", and another");
    assert_true(command_recover(context));
    assert_details(
        "The run i-1 was interrupted and has been rolled back; what it had set "
        "live ended with its boot, and stays as this boot made it.\n");
}

static void test_command_recover_that_cannot_put_back(void **state)
{
    (void)state;

    given_interruption();
    recording_writer_change(machine, given_places[0], "0");
    assert_false(command_recover(context));

    assert_int_equal(context->outcome.code, EXIT_MANUAL);
    assert_text_has(text_string(&context->outcome.message),
                    "rolling back the interrupted run failed and could not be rolled "
                    "back completely: ");
    assert_text_has(text_string(&context->outcome.details),
                    "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '0'");
    assert_true(context->outcome.changed);
}

/* Nothing was changed by whoever could not record it: the next one tries again. */
static void test_command_recover_that_cannot_be_recorded(void **state)
{
    (void)state;

    given_interruption();
    for (size_t i = 0; i < 8; i++)
        machine->append_faults[i] = APPEND_ADDS_NOTHING;
    assert_false(command_recover(context));

    assert_int_equal(context->outcome.code, EXIT_FAILED);
    assert_text_has(text_string(&context->outcome.message),
                    "rolling back the interrupted run failed, everything was restored: ");
    assert_true(context->outcome.changed);
}

static void test_command_recover_leaves_what_happened_elsewhere(void **state)
{
    (void)state;

    given_interruption();
    text_cut(&context->session.machine, 0);
    text_add(&context->session.machine, "99999999");
    assert_true(command_recover(context));

    assert_text_has(text_string(&context->outcome.details),
                    "The run i-1 was interrupted on another machine (1a2b3c4d");
    assert_int_equal(given_journal_run(0)->outcome, RUN_FOREIGN);
    assert_string_equal(recording_writer_value(machine, given_places[0]), given_new[0]);
}

/* The run that was applied, as one that kept nothing for the next boot. */
static struct journal_run *live_run(void)
{
    struct journal_run *run = (struct journal_run *)given_journal_run(0);

    run->live_only = true;
    return run;
}

static void test_command_make_undo_of_all(void **state)
{
    (void)state;

    assert_true(command_make_undo(context, live_run()));
    assert_outcome(EXIT_DONE, "");
    assert_details("");
    assert_int_equal(context->undo.change_count, GIVEN_CHANGES);
    assert_string_equal(context->undo.undoes, "r-1");
}

/* Nobody who takes a run back is told that the old values come back. */
static void test_command_make_changes_of_an_undo_is_not_called_live_only(void **state)
{
    (void)state;

    assert_true(command_make_undo(context, live_run()));
    text_add(&context->session.asked_by, "--live-only");
    command_make_changes(context, &(struct command_run){ .changes = context->undo.changes,
                                                         .count = GIVEN_CHANGES,
                                                         .id = "u-1",
                                                         .command = "expire",
                                                         .undoes = "r-1",
                                                         .live_only = true });

    assert_outcome(EXIT_DONE, "3 changes made and verified (run u-1)");
    assert_string_equal(given_journal_run(1)->undoes, "r-1");
    assert_string_equal(given_journal_run(1)->command, "expire");
}

static void test_command_make_undo_where_nobody_can_tell(void **state)
{
    struct journal_run *run = live_run();
    (void)state;

    text_cut(&context->session.boot, 0);
    recording_writer_change(machine, given_places[1], NULL);
    assert_false(command_make_undo(context, run));
    assert_outcome(EXIT_REFUSED,
                   "it cannot be told whether run r-1 or a later boot set the current "
                   "values: nothing was changed");
    assert_int_equal(context->undo.change_count, 0);
}

static void test_command_make_undo_names_what_ended_with_its_boot(void **state)
{
    struct journal_run *run = live_run();
    struct change *moved = &run->changes[2];
    (void)state;

    /* Two sysctls, one at each end. */
    change_clear(moved);
    assert_true(change_make(&(struct change){ .kind = CHANGE_SYSCTL,
                                              .setting = (char *)"s",
                                              .place = (char *)"net/ipv4/s",
                                              .from = (char *)"0",
                                              .to = (char *)"1" },
                            moved, NULL));
    text_add(&context->session.boot, ", and another");
    recording_writer_change(machine, given_places[1], NULL);
    assert_true(command_make_undo(context, run));
    assert_details("What run r-1 had set live ended with its boot: "
                   "net.ipv4.tcp_tw_reuse, net.ipv4.s.\n");
    assert_int_equal(context->undo.change_count, 1);
    assert_int_equal(context->undo.changes[0].kind, CHANGE_FILE);
}

#define WITH(test, setup) cmocka_unit_test_setup_teardown(test, setup, clear_command)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH(test_command_tell_plan_counts_changes, given_plan),
        WITH(test_command_tell_plan_of_obstacles_alone, given_plan),
        WITH(test_command_tell_plan_of_what_could_not_be_read, given_plan),
        WITH(test_command_tell_unread_tells_whether_there_is_any, given_plan),
        WITH(test_command_is_of_a_run_of_undo_and_confirm, given_no_run),
        WITH(test_command_make_changes_records_who_did_what, given_no_run),
        WITH(test_command_make_changes_of_a_trial, given_no_run),
        WITH(test_command_make_changes_in_a_container_is_not_called_live_only,
             given_no_run),
        WITH(test_command_make_changes_counts_its_own, given_no_run),
        WITH(test_command_make_changes_that_is_refused, given_no_run),
        WITH(test_command_make_changes_that_ends_before_its_first_change, given_no_run),
        WITH(test_command_make_changes_that_is_restored, given_no_run),
        WITH(test_command_make_changes_that_cannot_be_restored, given_no_run),
        WITH(test_command_make_changes_asks_for_the_proof, given_no_run),
        WITH(test_command_recover_where_nothing_was_interrupted, given_applied_run),
        WITH(test_command_recover_rolls_back, given_no_run),
        WITH(test_command_recover_in_a_later_boot, given_no_run),
        WITH(test_command_recover_that_cannot_put_back, given_no_run),
        WITH(test_command_recover_that_cannot_be_recorded, given_no_run),
        WITH(test_command_recover_leaves_what_happened_elsewhere, given_no_run),
        WITH(test_command_make_undo_of_all, given_applied_run),
        WITH(test_command_make_changes_of_an_undo_is_not_called_live_only,
             given_applied_run),
        WITH(test_command_make_undo_where_nobody_can_tell, given_applied_run),
        WITH(test_command_make_undo_names_what_ended_with_its_boot, given_applied_run),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
