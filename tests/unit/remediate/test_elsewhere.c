/* SPDX-License-Identifier: MIT */
/* A run that was interrupted in another network namespace, when the next one begins. */
#include "remediate/elsewhere.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given_command.h"

static struct command_context *const context = &given_command.context;
static struct recording_writer *const machine = &given_command.given.machine;

/* The run died behind its first change; the session is one of a network of its own. */
static void interrupt_elsewhere(const char *network)
{
    struct given_run *given = &given_command.given;
    const struct command_run wanted = { .id = "i-1",
                                        .changes = given->run.changes,
                                        .count = given->run.change_count };

    machine->dies_after = 4;
    command_make_changes(context, &wanted);
    recording_writer_repair(machine);
    ledger_close(&context->session.ledger);
    context->session.ledger = (struct ledger){ .store = recording_writer_store(machine) };
    assert_true(ledger_lock(&context->session.ledger, NULL));
    assert_true(ledger_load(&context->session.ledger, NULL));
    assert_non_null(session_open_run(&context->session));
    outcome_clear(&context->outcome);
    text_add(&context->session.network, network);
}

static bool make_room(void)
{
    struct error err = { 0 };

    return elsewhere_make_room(&context->session, &context->outcome.details, &err);
}

static void test_make_room_where_nothing_stands_in_the_way(void **state)
{
    (void)state;

    assert_true(make_room());
    assert_details("");
    assert_int_equal(machine->appends, 0);
}

/* It is rolled back before the next one begins: that is not for here. */
static void test_make_room_leaves_a_run_of_this_network(void **state)
{
    (void)state;

    interrupt_elsewhere("");
    assert_true(make_room());

    assert_details("");
    assert_int_equal(machine->appends, 0);
    assert_int_equal(given_journal_run(0)->outcome, RUN_OPEN);
}

static void test_make_room_closes_a_run_of_another_network_and_names_it(void **state)
{
    (void)state;

    interrupt_elsewhere("net:[7]");
    assert_true(make_room());

    assert_details(
        "Run i-1 was closed, since another one began; in its network namespace "
        "there may be left:\n"
        "net.ipv4.tcp_tw_reuse '1'; to restore it manually there: sysctl -w "
        "net.ipv4.tcp_tw_reuse=\"2\"\n");
    assert_int_equal(given_journal_run(0)->outcome, RUN_FOREIGN);
    assert_string_equal(given_journal_run(0)->message,
                        "interrupted in the network namespace of PID 1: nothing of it "
                        "was rolled back here");
    assert_string_equal(recording_writer_value(machine, given_places[0]), given_new[0]);
    assert_null(journal_open_run(&context->session.ledger.journal));
}

static void test_make_room_fails_where_the_end_cannot_be_recorded(void **state)
{
    struct error err = { 0 };
    (void)state;

    interrupt_elsewhere("net:[7]");
    machine->append_faults[0] = APPEND_ADDS_NOTHING;
    assert_false(elsewhere_make_room(&context->session, &context->outcome.details, &err));

    assert_string_equal(err.message, "the journal cannot be written");
    assert_details("");
}

#define WITH_NO_RUN(test)                                                                \
    cmocka_unit_test_setup_teardown(test, given_no_run, clear_command)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_NO_RUN(test_make_room_where_nothing_stands_in_the_way),
        WITH_NO_RUN(test_make_room_leaves_a_run_of_this_network),
        WITH_NO_RUN(test_make_room_closes_a_run_of_another_network_and_names_it),
        WITH_NO_RUN(test_make_room_fails_where_the_end_cannot_be_recorded),
    };

    return cmocka_run_group_tests_name("remediate/elsewhere", tests, NULL, NULL);
}
