/* SPDX-License-Identifier: MIT */
/* Runs of another machine or network namespace: what is told, and what is left alone. */
#include "remediate/elsewhere.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/given_command.h"
#include "tests/support/scene.h"

#define FILE_CAME                                                                        \
    "; /etc/sysctl.d/90-port-exhaustion.conf came with it and is in force at each "      \
    "boot: remove it, or keep it and run apply"
#define FOREIGN                                                                          \
    "run r-1 was made on another machine (99999999, this one is 1a2b3c4d), of which "    \
    "this one is a copy: nothing of it is undone here"

static struct session *const session = &given_command.context.session;
static struct outcome *const outcome = &given_command.context.outcome;
static struct recording_writer *const machine = &given_command.given.machine;

/* The run in the journal, of another machine. */
static struct journal_run *given_foreign(void)
{
    struct journal_run *run = (struct journal_run *)given_journal_run(0);

    (void)snprintf(run->machine, sizeof run->machine, "99999999");
    return run;
}

static void be(struct text *what, const char *value)
{
    text_cut(what, 0);
    text_add(what, value);
}

static void test_elsewhere_refuse_undo_of_another_machine(void **state)
{
    struct journal_run *run = given_foreign();
    (void)state;

    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN FILE_CAME);
    machine->read_faults[machine->reads] = true;
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN FILE_CAME);
    recording_writer_change(machine, given_places[1], NULL);
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN);
    run->confirmed = true;
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN);
}

static void test_elsewhere_refuse_undo_names_any_file_of_the_run(void **state)
{
    struct journal_run *run = given_foreign();
    const struct change first = run->changes[0];
    (void)state;

    run->changes[0] = run->changes[1];
    run->changes[1] = first;
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN FILE_CAME);
}

/* The file of a trial is what its confirmation wrote. */
static void test_elsewhere_refuse_undo_of_a_confirmed_trial(void **state)
{
    struct journal_run *run = given_foreign();
    (void)state;

    run->change_count = 1;
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN);
    run->confirmed = true;
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, FOREIGN FILE_CAME);
    run->change_count = GIVEN_CHANGES;
}

static void test_elsewhere_refuse_undo_of_another_network(void **state)
{
    struct journal_run *run = (struct journal_run *)given_journal_run(0);
    (void)state;

    be(&session->network, "net:[7]");
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, "run r-1 was made in the network namespace of PID 1: "
                                 "undo it there");
    (void)snprintf(run->network, sizeof run->network, "net:[9]");
    assert_false(elsewhere_refuse_undo(session, run, outcome));
    assert_outcome(EXIT_REFUSED, "run r-1 was made in another network namespace "
                                 "(net:[9]): undo it there");
    assert_false(elsewhere_refuse_confirm(session, run, outcome));
    assert_outcome(EXIT_REFUSED, "the trial r-1 was begun in another network namespace "
                                 "(net:[9]): confirm it there");
}

/* The interrupted run is of the network net:[7] and boot "this boot". */
static int given_interrupted_elsewhere(void **state)
{
    const int done = given_no_run(state);

    be(&session->network, "net:[7]");
    given_interruption();
    be(&session->network, "");
    return done;
}

#define INTERRUPTED                                                                      \
    "The run i-1 was interrupted in another network namespace (net:[7]): nothing of it " \
    "was rolled back here"

static void assert_open(bool open)
{
    assert_int_equal(given_journal_run(0)->outcome, open ? RUN_OPEN : RUN_FOREIGN);
}

static void test_elsewhere_settle_leaves_what_is_here(void **state)
{
    (void)state;

    be(&session->network, "net:[7]");
    assert_true(elsewhere_settle(session, outcome));
    assert_true(elsewhere_make_room(session, &outcome->details, NULL));
    assert_details("");
    assert_open(true);
}

static void test_elsewhere_settle_has_nothing_to_do(void **state)
{
    (void)state;

    assert_true(elsewhere_settle(session, outcome));
    assert_true(elsewhere_make_room(session, &outcome->details, NULL));
    assert_outcome(EXIT_DONE, "");
    assert_details("");
}

static void test_elsewhere_settle_leaves_a_network_of_this_boot_to_it(void **state)
{
    (void)state;

    assert_true(elsewhere_settle(session, outcome));
    assert_details(INTERRUPTED "; until a run begins here, undo does it there.\n");
    assert_open(true);
    be(&outcome->details, "");
    be(&session->boot, "");
    assert_true(elsewhere_settle(session, outcome));
    assert_details(INTERRUPTED "; until a run begins here, undo does it there.\n");
    assert_open(true);
}

static void test_elsewhere_settle_refuses_in_a_third_network(void **state)
{
    (void)state;

    be(&session->network, "net:[9]");
    assert_false(elsewhere_settle(session, outcome));
    assert_outcome(EXIT_REFUSED,
                   "run i-1 was interrupted in another network namespace: roll it back "
                   "there first (nsenter --net=/proc/1/ns/net for that of PID 1)");
    assert_open(true);
}

static void test_elsewhere_settle_closes_a_network_that_went_with_its_boot(void **state)
{
    (void)state;

    be(&session->network, "net:[9]");
    be(&session->boot, "another boot");
    assert_true(elsewhere_settle(session, outcome));
    assert_details(INTERRUPTED ".\n");
    assert_open(false);
    assert_string_equal(given_journal_run(0)->message,
                        "interrupted in another network namespace (net:[7]): nothing of "
                        "it was rolled back here");
}

static void test_elsewhere_settle_closes_a_run_of_another_machine(void **state)
{
    (void)state;

    be(&session->machine, "99999999");
    assert_true(elsewhere_settle(session, outcome));
    assert_details("The run i-1 was interrupted on another machine (1a2b3c4d, this one "
                   "is 99999999): nothing of it was rolled back here.\n");
    assert_open(false);
}

static void test_elsewhere_settle_says_what_cannot_be_recorded(void **state)
{
    (void)state;

    be(&session->machine, "99999999");
    machine->append_faults[machine->appends] = APPEND_ADDS_NOTHING;
    assert_false(elsewhere_settle(session, outcome));
    assert_int_equal(outcome->code, EXIT_ERROR);
    assert_open(true);
}

static void test_elsewhere_make_room_names_what_may_be_left(void **state)
{
    (void)state;

    assert_true(elsewhere_make_room(session, &outcome->details, NULL));
    assert_details(
        "Run i-1 was closed, since another one began; in its network namespace "
        "there may be left:\nnet.ipv4.tcp_tw_reuse '1'; to restore it manually "
        "there: sysctl -w net.ipv4.tcp_tw_reuse=\"2\"\n");
    assert_open(false);
}

/* What was begun and not put back, whichever it is, but for the file. */
static void test_elsewhere_make_room_names_each_but_the_file(void **state)
{
    struct journal_run *run = (struct journal_run *)given_journal_run(0);
    (void)state;

    run->started = 7;
    run->back = 1;
    assert_true(elsewhere_make_room(session, &outcome->details, NULL));
    assert_text_has(text_string(&outcome->details),
                    "there may be left:\ntcp/ipv4 '32768-65535'; to restore it");
    assert_text_has_not(text_string(&outcome->details), "tcp_tw_reuse");
    assert_text_has_not(text_string(&outcome->details), "sysctl.d");
}

static void test_elsewhere_make_room_fails_where_nothing_is_recorded(void **state)
{
    struct error err = { 0 };
    (void)state;

    machine->append_faults[machine->appends] = APPEND_ADDS_NOTHING;
    assert_false(elsewhere_make_room(session, &outcome->details, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_details("");
    assert_open(true);
}

#define WITH(test, setup) cmocka_unit_test_setup_teardown(test, setup, clear_command)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(test_elsewhere_refuse_undo_of_another_machine, given_applied_run),
        WITH(test_elsewhere_refuse_undo_names_any_file_of_the_run, given_applied_run),
        WITH(test_elsewhere_refuse_undo_of_a_confirmed_trial, given_trial),
        WITH(test_elsewhere_refuse_undo_of_another_network, given_applied_run),
        WITH(test_elsewhere_settle_leaves_what_is_here, given_interrupted_elsewhere),
        WITH(test_elsewhere_settle_has_nothing_to_do, given_applied_run),
        WITH(test_elsewhere_settle_leaves_a_network_of_this_boot_to_it,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_settle_refuses_in_a_third_network,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_settle_closes_a_network_that_went_with_its_boot,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_settle_closes_a_run_of_another_machine,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_settle_says_what_cannot_be_recorded,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_make_room_names_what_may_be_left,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_make_room_names_each_but_the_file,
             given_interrupted_elsewhere),
        WITH(test_elsewhere_make_room_fails_where_nothing_is_recorded,
             given_interrupted_elsewhere),
    };

    return cmocka_run_group_tests_name("remediate/elsewhere", tests, NULL, NULL);
}
