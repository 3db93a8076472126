/* SPDX-License-Identifier: MIT */
/* What of a run is still its own: by boots, by uptimes, by what our file says. */
#include "remediate/remains.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "remediate/run.h"
#include "tests/support/given_run.h"

/* Of given_run: tcp_tw_reuse, our file, a dynamic range. */
enum { REUSE = 1U << 0 };

static char *copy(const char *string)
{
    char *made = malloc(strlen(string) + 1);

    assert_non_null(made);
    memcpy(made, string, strlen(string) + 1);
    return made;
}

/* A run that was made in the boot `then`, looked at in the boot `now`. */
static void given_boots(struct given_run *given, const char *then, const char *now)
{
    given_run(given);
    assert_true(given_apply(given));
    free(given->run.boot);
    given->run.boot = then ? copy(then) : NULL;
    given->boot = now;
}

static struct run_remains remains_of(struct given_run *given)
{
    const struct run_site site = given_site(given);

    return run_remains_of(&site, &given->run);
}

static void test_remains_by_boots_and_our_file(void **state)
{
    static const struct {
        const char *name;
        const char *then;
        const char *now;
        const char *file; /* NULL = absent */
        bool same;
        bool later;
        uint32_t gone;
        uint32_t unsure;
    } rows[] = {
        { "the same boot", "one", "one", NULL, true, false, 0, 0 },
        { "a later one, kept by our file", "one", "two", "net.ipv4.tcp_tw_reuse = 1\n",
          false, true, 0, 0 },
        { "written another way", "one", "two", "# x\nnet.ipv4.tcp_tw_reuse=01\n", false,
          true, 0, 0 },
        { "a later one, our file is gone", "one", "two", NULL, false, true, REUSE, 0 },
        { "it says another value", "one", "two", "net.ipv4.tcp_tw_reuse = 2\n", false,
          true, REUSE, 0 },
        { "it says nothing of it", "one", "two", "net.ipv4.tcp_timestamps = 1\n", false,
          true, REUSE, 0 },
        { "it is beyond our reading", "one", "two", "net.ipv4.tcp_tw_reuse 1\n", false,
          true, REUSE, 0 },
        { "unknown then", "", "two", NULL, false, false, 0, REUSE },
        { "unknown now", "one", "", NULL, false, false, 0, REUSE },
        { "never told", NULL, NULL, NULL, false, false, 0, REUSE },
        { "unknown, kept by our file", "", "", "net.ipv4.tcp_tw_reuse = 1\n", false,
          false, 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct given_run given;
        struct run_remains remains;

        given_boots(&given, rows[i].then, rows[i].now);
        recording_writer_change(&given.machine, given_places[1], rows[i].file);
        remains = remains_of(&given);
        if (remains.same_boot != rows[i].same || remains.later_boot != rows[i].later ||
            remains.gone != rows[i].gone || remains.unsure != rows[i].unsure)
            fail_msg("%s: %d %d gone %x unsure %x", rows[i].name, remains.same_boot,
                     remains.later_boot, remains.gone, remains.unsure);
        given_run_clear(&given);
    }
}

/* The clock of a boot begins at 0: what is later than now was before it. */
static void test_remains_by_uptime_where_no_boot_is_known(void **state)
{
    struct given_run given;
    struct run_remains remains;
    (void)state;
    given_boots(&given, "", "");
    recording_writer_change(&given.machine, given_places[1], NULL);

    given.run.uptime_s = INT64_MAX;
    remains = remains_of(&given);
    assert_true(remains.later_boot);
    assert_int_equal(remains.gone, REUSE);
    given.run.uptime_s = 0; /* of this boot, or of a longer one */
    remains = remains_of(&given);
    assert_false(remains.later_boot);
    assert_int_equal(remains.unsure, REUSE);
    given_run_clear(&given);
}

static void test_remains_of_a_file_that_said_so_before_the_run(void **state)
{
    struct given_run given;
    (void)state;
    given_boots(&given, "one", "two");
    free(given.run.changes[1].from);
    given.run.changes[1].from = copy("net.ipv4.tcp_tw_reuse = 1\n# less\n");

    assert_int_equal(remains_of(&given).gone, REUSE);
    given_run_clear(&given);
}

/* Confirmed by a run whose file keeps what the trial set. */
static void test_remains_of_a_trial_are_kept_by_its_confirmation(void **state)
{
    struct given_run given;
    struct journal_run *confirmation;
    (void)state;
    given_boots(&given, "one", "two");
    assert_int_equal(remains_of(&given).gone, 0);

    /* The trial is r-0, without a file; r-1 confirms it. */
    confirmation = &given.ledger.journal.runs[0];
    free(confirmation->confirms);
    confirmation->confirms = copy("r-0");
    memcpy(given.run.id, "r-0", sizeof "r-0");
    given.run.change_count = 1;
    assert_int_equal(remains_of(&given).gone, 0);
    free(confirmation->confirms);
    confirmation->confirms = copy("r-9");
    assert_int_equal(remains_of(&given).gone, REUSE);
    given.run.change_count = GIVEN_CHANGES;
    given_run_clear(&given);
}

static void test_run_is_in_file_that_sets_all_its_sysctls(void **state)
{
    static const struct {
        const char *name;
        const char *file; /* NULL = absent */
        bool is_in;
    } rows[] = {
        { "both values", "net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_timestamps=01\n",
          true },
        { "and more",
          "net.core.somaxconn = 9\nnet.ipv4.tcp_timestamps = 1\n"
          "net.ipv4.tcp_tw_reuse = 1\n",
          true },
        { "the first alone", "net.ipv4.tcp_tw_reuse = 1\n", false },
        { "the last alone", "net.ipv4.tcp_timestamps = 1\n", false },
        { "another value", "net.ipv4.tcp_tw_reuse = 2\nnet.ipv4.tcp_timestamps = 1\n",
          false },
        { "beyond our reading", "net.ipv4.tcp_tw_reuse 1\n", false },
        { "no file", NULL, false },
    };
    struct given_run given;
    struct run_site site;
    (void)state;
    given_run(&given);
    site = given_site(&given);
    /* The dynamic range becomes a second sysctl; the file between is no sysctl. */
    given.run.changes[2].kind = CHANGE_SYSCTL;
    free(given.run.changes[2].place);
    given.run.changes[2].place = copy("net/ipv4/tcp_timestamps");
    free(given.run.changes[2].to);
    given.run.changes[2].to = copy("1");

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        recording_writer_change(&given.machine, given_places[1], rows[i].file);
        if (run_is_in_file(&site, &given.run, given_places[1]) != rows[i].is_in)
            fail_msg("%s: expected %d", rows[i].name, rows[i].is_in);
    }
    given_run_clear(&given);
}

/* Nobody may rely on a file that cannot be read. */
static void test_run_is_in_file_that_cannot_be_read(void **state)
{
    struct given_run given;
    struct run_site site;
    (void)state;
    given_run(&given);
    site = given_site(&given);
    recording_writer_change(&given.machine, given_places[1], given_new[1]);
    assert_true(run_is_in_file(&site, &given.run, given_places[1]));

    given.machine.read_faults[given.machine.reads] = true;
    assert_false(run_is_in_file(&site, &given.run, given_places[1]));
    given_run_clear(&given);
}

static void test_place_of_a_run(void **state)
{
    struct journal_run run = { .machine = "fc27ca6c" };
    (void)state;

    assert_int_equal(run_place_of(&run, "fc27ca6c", ""), RUN_HERE);
    assert_int_equal(run_place_of(&run, "", ""), RUN_HERE);
    assert_int_equal(run_place_of(&run, "652e9bd6", ""), RUN_ON_ANOTHER_MACHINE);
    assert_int_equal(run_place_of(&run, "fc27ca6c", "cookie 7"), RUN_IN_ANOTHER_NETWORK);
    memcpy(run.network, "cookie 7", sizeof "cookie 7");
    assert_int_equal(run_place_of(&run, "fc27ca6c", ""), RUN_IN_ANOTHER_NETWORK);
    assert_int_equal(run_place_of(&run, "fc27ca6c", "cookie 7"), RUN_HERE);
    assert_int_equal(run_place_of(&run, "652e9bd6", "cookie 7"), RUN_ON_ANOTHER_MACHINE);
}

/* Killed before our file, then a boot: a value that equals the run's is another's. */
static void test_recover_leaves_what_ended_with_its_boot(void **state)
{
    struct given_run given;
    (void)state;
    given_run(&given);
    given.machine.dies_after = 4; /* reuse is written */
    assert_false(given_apply(&given));
    given_restart(&given);
    given.boot = "two";

    assert_true(given_recover(&given));

    assert_string_equal(recording_writer_value(&given.machine, given_places[0]), "1");
    assert_true(given.report.outlived);
    assert_int_equal(given.report.outcome, RUN_RESTORED);
    given_run_clear(&given);
}

/* Our file would tell what was the run's. */
static void test_recover_names_what_an_unread_file_leaves_open(void **state)
{
    struct given_run given;
    (void)state;
    given_run(&given);
    given.machine.dies_after = 10; /* all but the end record */
    assert_false(given_apply(&given));
    given_restart(&given);
    given.boot = "two";
    given.machine.read_faults[0] = true;

    assert_false(given_recover(&given));

    assert_string_equal(recording_writer_value(&given.machine, given_places[0]), "1");
    assert_false(given.report.outlived);
    assert_int_equal(given.report.outcome, RUN_INCOMPLETE);
    assert_non_null(strstr(text_string(&given.report.left),
                           "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '1' (whether the "
                           "run or a later boot set it cannot be told)"));
    given_run_clear(&given);
}

/* Our file tells what was the run's, so it goes back last, whatever interrupts it. */
static void test_recover_in_a_later_boot_puts_our_file_back_last(void **state)
{
    (void)state;

    for (size_t dies = 0; dies < 8; dies++) {
        struct given_run given;
        bool dead;

        given_run(&given);
        given.machine.dies_after = 10; /* all but the end record */
        assert_false(given_apply(&given));
        given_restart(&given);
        given.boot = "two";
        given.machine.dies_after = dies;
        dead = !given_recover(&given);
        given_restart(&given);
        if (dead && journal_open_run(&given.ledger.journal) && !given_recover(&given))
            fail_msg("died after %u: %s", (unsigned int)dies,
                     given.report.failure.message);
        if (!given_holds(&given, given_old))
            fail_msg("died after %u: something is left", (unsigned int)dies);
        given_run_clear(&given);
    }
}

/* A run that died, of which neither boot nor uptime is known. */
static void given_interrupted_in_an_unknown_boot(struct given_run *given)
{
    given_run(given);
    given->machine.dies_after = 4;
    assert_false(given_apply(given));
    given_restart(given);
    given->boot = "";
    given->ledger.journal.runs[0].uptime_s = -1;
}

static void test_recover_of_an_unknown_boot_names_what_it_leaves(void **state)
{
    struct given_run given;
    (void)state;
    given_interrupted_in_an_unknown_boot(&given);

    assert_false(given_recover(&given));

    assert_string_equal(recording_writer_value(&given.machine, given_places[0]), "1");
    assert_int_equal(given.report.outcome, RUN_INCOMPLETE);
    assert_non_null(strstr(text_string(&given.report.left),
                           "whether the run or a later boot set it cannot be told"));
    given_run_clear(&given);
}

static void
test_recover_of_an_unknown_boot_writes_nothing_that_it_could_not_read(void **state)
{
    struct given_run given;
    (void)state;
    given_interrupted_in_an_unknown_boot(&given);
    given.machine.read_faults[1] = true; /* behind our file */

    assert_false(given_recover(&given));

    assert_string_equal(recording_writer_value(&given.machine, given_places[0]), "1");
    assert_int_equal(given.machine.writes, 0);
    assert_non_null(strstr(text_string(&given.report.left),
                           "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '1' "
                           "(net/ipv4/tcp_tw_reuse cannot be read)"));
    given_run_clear(&given);
}

static void test_make_undo_leaves_out_what_is_gone(void **state)
{
    struct journal_run undo = { 0 };
    struct given_run given;
    (void)state;
    given_run(&given);

    assert_true(run_make_undo(&given.run, REUSE, &undo, NULL));

    assert_int_equal(undo.change_count, 2);
    assert_string_equal(undo.changes[0].place, given_places[2]);
    assert_string_equal(undo.changes[1].place, given_places[1]);
    journal_run_clear(&undo);
    given_run_clear(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remains_by_boots_and_our_file),
        cmocka_unit_test(test_remains_by_uptime_where_no_boot_is_known),
        cmocka_unit_test(test_remains_of_a_file_that_said_so_before_the_run),
        cmocka_unit_test(test_remains_of_a_trial_are_kept_by_its_confirmation),
        cmocka_unit_test(test_run_is_in_file_that_sets_all_its_sysctls),
        cmocka_unit_test(test_run_is_in_file_that_cannot_be_read),
        cmocka_unit_test(test_place_of_a_run),
        cmocka_unit_test(test_recover_leaves_what_ended_with_its_boot),
        cmocka_unit_test(test_recover_names_what_an_unread_file_leaves_open),
        cmocka_unit_test(test_recover_in_a_later_boot_puts_our_file_back_last),
        cmocka_unit_test(test_recover_of_an_unknown_boot_names_what_it_leaves),
        cmocka_unit_test(
            test_recover_of_an_unknown_boot_writes_nothing_that_it_could_not_read),
        cmocka_unit_test(test_make_undo_leaves_out_what_is_gone),
    };

    return cmocka_run_group_tests_name("remediate/remains", tests, NULL, NULL);
}
