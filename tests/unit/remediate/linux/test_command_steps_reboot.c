/* SPDX-License-Identifier: MIT */
/* Changes that wait for a reboot, on the one system whose boot cannot be marked: so the
 * test leaves no mark. */
#include "remediate/command_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/program.h"
#include "tests/support/given_command.h"

#define DELAY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\TcpTimedWaitDelay"

static struct command_context *const context = &given_command.context;

static struct change delay_change(const char *from, const char *to)
{
    return (struct change){ .kind = CHANGE_REGISTRY,
                            .setting = (char *)"TcpTimedWaitDelay",
                            .place = (char *)DELAY,
                            .from = (char *)from,
                            .to = (char *)to,
                            .reboot = true };
}

static int given_registry(void **state)
{
    const int done = given_no_run(state);

    recording_writer_hold(&given_command.given.machine, CHANGE_REGISTRY, DELAY, "240");
    return done;
}

static void make(const struct change *changes, size_t count, const char *id,
                 const char *undoes)
{
    command_make_changes(
        context, &(struct command_run){
                     .changes = changes, .count = count, .id = id, .undoes = undoes });
}

static void test_command_make_changes_tells_that_one_waits(void **state)
{
    const struct change delay = delay_change("240", "30");
    struct text boot = { 0 };
    (void)state;

    make(&delay, 1, "a-1", NULL);

    assert_outcome(EXIT_DONE,
                   "1 change made and verified (run a-1), waiting for a reboot");
    assert_true(context->outcome.reboot);
    assert_details("");
    program_boot_id(&boot);
    assert_string_equal(given_journal_run(0)->boot, text_string(&boot));
    assert_string_equal(text_string(&context->session.boot), text_string(&boot));
    text_clear(&boot);
}

static void test_command_make_changes_finds_what_waits_among_others(void **state)
{
    const struct change changes[] = { given_command.given.run.changes[0],
                                      delay_change("240", "30") };
    (void)state;

    make(changes, 2, "a-1", NULL);
    assert_outcome(EXIT_DONE,
                   "2 changes made and verified (run a-1), waiting for a reboot");
}

/* Taken back in the same boot: the system never had the other value. */
static void test_command_make_changes_that_takes_back_waits_for_nothing(void **state)
{
    const struct change delay = delay_change("240", "30");
    const struct change back = delay_change("30", "240");
    (void)state;

    make(&delay, 1, "a-1", NULL);
    make(&back, 1, "u-2", "a-1");
    assert_outcome(EXIT_DONE, "1 change made and verified (run u-2)");
    assert_false(context->outcome.reboot);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_registry, clear_command)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_command_make_changes_tells_that_one_waits),
        TEST(test_command_make_changes_finds_what_waits_among_others),
        TEST(test_command_make_changes_that_takes_back_waits_for_nothing),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
