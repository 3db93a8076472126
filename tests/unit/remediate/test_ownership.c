/* SPDX-License-Identifier: MIT */
/* Whose the values of a run are now: its own, as before, or somebody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "remediate/ownership.h"
#include "tests/support/given_run.h"

static struct given_run given;

static int setup(void **state)
{
    (void)state;
    given_run(&given);
    assert_true(given_apply(&given));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    given_run_clear(&given);
    return 0;
}

static void assert_owned(uint32_t ours, uint32_t others, const char *lines)
{
    struct ownership seen = { 0 };

    ownership_look(&given.writer, &given.run, &seen);
    assert_int_equal(seen.ours, ours);
    assert_int_equal(seen.others, others);
    assert_string_equal(text_string(&seen.lines), lines);
    ownership_clear(&seen);
    ownership_clear(&seen);
}

static void test_ownership_of_an_applied_run(void **state)
{
    (void)state;

    assert_owned(7, 0, "");
}

static void test_ownership_of_old_values_is_nobodys(void **state)
{
    (void)state;

    for (size_t i = 0; i < GIVEN_CHANGES; i++)
        recording_writer_change(&given.machine, given_places[i], given_old[i]);
    assert_owned(0, 0, "");
}

static void test_ownership_names_what_others_set(void **state)
{
    (void)state;

    recording_writer_change(&given.machine, given_places[0], "0");
    recording_writer_change(&given.machine, given_places[1],
                            "net.ipv4.tcp_tw_reuse = 0\n");
    assert_owned(
        4, 3,
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) holds '0', set by someone else; to "
        "restore it manually: sysctl -w net.ipv4.tcp_tw_reuse=\"2\"\n"
        "/etc/sysctl.d/90-port-exhaustion.conf (tcp_tw_reuse) has other contents; to "
        "restore it manually: remove /etc/sysctl.d/90-port-exhaustion.conf\n");
}

static void test_ownership_names_what_is_absent(void **state)
{
    (void)state;

    recording_writer_change(&given.machine, given_places[0], NULL);
    assert_owned(
        6, 1,
        "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) is absent; to restore it manually: "
        "sysctl -w net.ipv4.tcp_tw_reuse=\"2\"\n");
}

static void test_ownership_names_what_cannot_be_read(void **state)
{
    (void)state;

    recording_writer_repair(&given.machine);
    given.machine.read_faults[0] = true;
    assert_owned(6, 1,
                 "net.ipv4.tcp_tw_reuse (tcp_tw_reuse) cannot be read "
                 "(net/ipv4/tcp_tw_reuse cannot be "
                 "read); to "
                 "restore it manually: sysctl -w net.ipv4.tcp_tw_reuse=\"2\"\n");
}

/* The run found it so: whatever is there now, it is not the run's to name. */
static void test_ownership_of_what_was_found(void **state)
{
    struct change *change = &given.run.changes[0];
    (void)state;

    free(change->from);
    change->from = text_copy(change->to);
    assert_owned(7, 0, "");
    recording_writer_change(&given.machine, given_places[0], "0");
    assert_owned(6, 0, "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ownership_of_an_applied_run, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ownership_of_old_values_is_nobodys, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ownership_names_what_others_set, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ownership_names_what_is_absent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ownership_names_what_cannot_be_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ownership_of_what_was_found, setup,
                                        teardown),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
